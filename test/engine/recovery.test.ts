import { grafanaContent } from "../../backends/grafana/content";
import { findProgram } from "../../config/find-program";
import { planOf } from "../support/plan";
import { namespacesOf, setSecrets } from "./needs";
import { CONTENT } from "./stand-in/aws";
import { Workspace } from "./workspace";

const NAMESPACE = "kubernetes:core/v1:Namespace";
const DASHBOARD = "grafana:oss/dashboard:Dashboard";
const BUCKET = "orders-orders-database-staging";

/** Published with the engine, and in no module: where it is not on PATH, its one test does not run. */
const withLanguageHost = findProgram("pulumi-language-nodejs", process.env) === undefined ? test.skip : test;

// Each test goes on where the one before it ended.
describe("pulumi up of staging, when a service refuses something", () => {
  let workspace: Workspace;

  beforeAll(async () => {
    workspace = await Workspace.make("staging");
    workspace.giveNamespaces(namespacesOf("staging"));
    await workspace.editSource(
      "services/orders/index.ts",
      "lockDays: { default: 30, dev: 0, staging: 7 }",
      "lockDays: { default: 30, dev: 0, staging: 0 }",
    );
    await setSecrets(workspace);
  });

  afterAll(() => workspace.remove());

  test("leaves a dashboard of somebody else's alone, and goes on where it stopped once the way is free", async () => {
    const grafana = workspace.cloud("grafana");
    const [ours] = grafanaContent(planOf("staging")).dashboards;
    const { uid } = JSON.parse(ours?.json ?? "{}") as { readonly uid: string };
    const configJson = JSON.stringify({ uid, title: "theirs" });
    const theirs = { type: DASHBOARD, id: uid, urn: "", inputs: { configJson }, outputs: {} };
    grafana.add("staging", theirs);
    const refused = await workspace.up();
    expect(refused.code).toBe(1);
    expect(refused.output).toContain(`a dashboard with the same uid already exists [${uid}]`);
    expect(grafana.get("staging", DASHBOARD, uid)).toEqual(theirs);

    grafana.remove("staging", DASHBOARD, uid);
    expect(await workspace.up()).toMatchObject({ code: 0 });
    expect(await workspace.up("--expect-no-changes")).toMatchObject({ code: 0 });
  });

  // The other tests play its part; see language-host.ts.
  withLanguageHost("is unchanged when the engine's own language host runs the program", async () => {
    const args = ["--stack", "staging", "--skip-plugin-pre-install", "--expect-no-changes"];
    expect(await workspace.pulumi("preview", ...args)).toMatchObject({ code: 0 });
  });

  // Step 4 of docs/removing-a-service.md.
  test("keeps a bucket that is not empty as private as it was, and lets go of it when it is", async () => {
    const ofBucket = (): readonly string[] =>
      workspace
        .objects()
        .filter(({ urn }) => urn.includes("BackupBucket$"))
        .map(({ urn }) => urn.split("::").at(-1) ?? "");
    const before = ofBucket();
    // The bucket of its log, and who wrote and read it, may be gone.
    const own = before.filter((name) => !/-log(?:-|$)|-(?:reader|writer)(?:-|$)/.test(name));
    expect(own).toHaveLength(8);
    const dump = { type: CONTENT, id: "dump", urn: "", inputs: { bucket: BUCKET }, outputs: {} };
    workspace.cloud("aws").add("staging", dump);
    await workspace.removeService("orders");
    const refused = await workspace.up();
    expect(refused.code).toBe(1);
    expect(refused.output).toContain(`deleting S3 Bucket (${BUCKET}): BucketNotEmpty`);
    expect(ofBucket()).toEqual(expect.arrayContaining(own));

    workspace.cloud("aws").remove("staging", CONTENT, "dump");
    expect(await workspace.up()).toMatchObject({ code: 0 });
    expect(ofBucket()).toEqual([]);
  });

  test("is destroyed, but for the namespace with its volumes", async () => {
    expect(await workspace.operate("destroy", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
    expect(workspace.objects().map(({ type, id }) => `${type} ${id}`)).toEqual([`${NAMESPACE} monitoring`]);
  });
});
