import { describeEngine } from "./describe-engine";
import { namespacesOf, setSecrets } from "./needs";
import { Workspace } from "./workspace";

const DASHBOARD = "grafana:oss/dashboard:Dashboard";

describeEngine("pulumi up of prod, when a service refuses something", () => {
  let workspace: Workspace;

  beforeAll(async () => {
    workspace = await Workspace.make("prod");
    workspace.giveNamespaces(namespacesOf("prod"));
    await setSecrets(workspace);
  });

  afterAll(() => workspace.remove());

  test("leaves a dashboard of somebody else's alone, and goes on where it stopped once the way is free", async () => {
    const grafana = workspace.cloud("grafana");
    const theirs = {
      type: DASHBOARD,
      id: "omnihub-slo",
      urn: "",
      inputs: { configJson: '{"uid":"omnihub-slo","title":"theirs"}' },
      outputs: {},
    };
    grafana.add("prod", theirs);
    const refused = await workspace.up();
    expect(refused.code).toBe(1);
    expect(refused.output).toContain("a dashboard with the same uid already exists [omnihub-slo]");
    expect(grafana.get("prod", DASHBOARD, "omnihub-slo")).toEqual(theirs);

    grafana.remove("prod", DASHBOARD, "omnihub-slo");
    expect(await workspace.up()).toMatchObject({ code: 0 });
    expect(await workspace.up("--expect-no-changes")).toMatchObject({ code: 0 });
  });
});
