import { writeFileSync } from "node:fs";
import path from "node:path";
import { ENVIRONMENTS } from "../support/stacks";
import { readStackFile } from "../../config/stack-file";
import { formatProblems } from "../../slo/problem";
import { planOf, secretText } from "../support/plan";
import { Workspace } from "./workspace";

/** What the engine says of the program: the lines of its only error, without the indentation. */
function errorOf(output: string): readonly string[] {
  const [, diagnostics = ""] = output.split("Diagnostics:\n");
  const [, error = ""] = diagnostics.split("\n    error: ");
  const [text = ""] = error.split(/\n\n/);
  return text.split("\n").map((line) => line.replace(/^ {4}/, ""));
}

// The secrets that the first test sets are those of the others.
describe("pulumi up of prod", () => {
  let workspace: Workspace;

  beforeAll(async () => {
    workspace = await Workspace.make("prod");
  });

  afterAll(() => workspace.remove());

  async function expectNothingCreated(): Promise<void> {
    expect(workspace.objects()).toEqual([]);
    expect((await workspace.state()).filter(({ custom }) => custom)).toEqual([]);
  }

  test("says of every secret that is not set which command sets it, and each command works as it stands", async () => {
    const refused = await workspace.up();
    expect(refused.code).toBe(1);
    const [headline, ...problems] = errorOf(refused.output);
    const commands = problems.flatMap((line) => /^ {4}Set it: pulumi (.+)$/.exec(line)?.[1] ?? []);
    expect(headline).toBe(`${commands.length} problems in stack [prod]`);
    expect(commands).toHaveLength(problems.length / 2);
    await expectNothingCreated();

    const plan = planOf("prod");
    const tried = new Set<string>();
    const alike: string[] = [];
    for (const command of commands) {
      const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
      const [form, key = ""] = [words.slice(0, -1).join(" "), words.at(-1)];
      const text = secretText(plan, /\["(.+)"\]/.exec(key)?.[1] ?? "grafanaToken");
      if (tried.has(form)) {
        alike.push("--secret", `${key}=${text}`);
      } else {
        tried.add(form);
        const { code, output } = await workspace.pulumiWithInput(text, ...words);
        expect({ code, output }).toEqual({ code: 0, output: "" });
      }
    }
    // What differs in the name of the secret alone is set at once, by that name: each is a process otherwise.
    expect([tried.size, alike.length / 2]).toEqual([2, commands.length - 2]);
    const set = await workspace.pulumi("config", "set-all", "--stack", "prod", "--path", ...alike);
    expect(set).toMatchObject({ code: 0 });
    expect(await workspace.operate("preview")).toMatchObject({ code: 0 });
  });

  test("reports every problem of its configuration at once, as the check without an engine does", async () => {
    const restore = workspace.editConfig((config) => {
      delete config["tocsin:cluster"];
      config["tocsin:clutser"] = "prod-1";
      config["tocsin:paging"] = "sometimes";
      config["tocsin:grafana"] = { address: "grafana", folder: 7 };
    });
    const refused = await workspace.up();
    const expected = readStackFile({ root: workspace.project, environments: ENVIRONMENTS }, "prod");
    restore();
    if (expected.ok) throw new Error("the check without an engine sees no problem");
    expect(refused.code).toBe(1);
    expect(errorOf(refused.output)).toEqual([
      "5 problems in stack [prod]",
      ...formatProblems(expected.problems).split("\n"),
    ]);
    expect(refused.output).not.toMatch(/^\s+at /m);
    await expectNothingCreated();
  });

  test("creates nothing when the kubeconfig is not there, and says so at preview already", async () => {
    const restore = workspace.editConfig((config) => {
      config["tocsin:kubernetes"] = { ...(config["tocsin:kubernetes"] as object), kubeconfig: "kube/config" };
    });
    const previewed = await workspace.operate("preview");
    const refused = await workspace.up();
    restore();
    for (const { code, output } of [previewed, refused]) {
      expect(code).toBe(1);
      expect(errorOf(output)).toEqual([
        "1 problem in stack [prod]",
        "Pulumi.prod.yaml: tocsin:kubernetes.kubeconfig: " +
          `the kubeconfig [${workspace.project}/kube/config] is not there`,
        "    Name a kubeconfig that is there, or set its text: " +
          "pulumi config set --stack prod --secret 'tocsin:kubeconfig' < kubeconfig.yaml",
      ]);
    }
    await expectNothingCreated();
  });

  test("is stopped at preview by every violation of a policy at once, with nothing created", async () => {
    const pack = await workspace.policyPack();
    workspace.editConfig((config) => {
      config["tocsin:runbooks"] = { default: "http://runbooks.invalid/" };
    });
    await workspace.editSource("components/aws-bucket.ts", "blockPublicAcls: true", "blockPublicAcls: false");
    // What a file says reaches the policies as it reaches those of `check`: here that nobody may be woken.
    const config = path.join(workspace.folder, "policy-config.json");
    const exception = {
      resource: "tocsin-prometheus-monitoring-prometheus-rules-stock",
      owner: "stock",
      reason: "the pages move",
      expires: "9999-12-31",
    };
    writeFileSync(
      config,
      JSON.stringify({
        "receiver-pages-where-allowed": { pages: false },
        "critical-alert-has-runbook": { exceptions: [exception] },
      }),
    );
    const refused = await workspace.operate(
      ...(["up", "--yes", "--policy-pack", pack, "--policy-pack-config", config] as const),
    );
    expect(refused.code).toBe(1);
    expect(refused.output).toContain(
      "Resource [tocsin-prometheus-monitoring-prometheus-rules-orders]: alert",
    );
    expect(refused.output).not.toContain(`Resource [${exception.resource}]: alert`);
    const violated = [...refused.output.matchAll(/- \[mandatory\] .*?([a-z-]+) {2}\(/g)].map(
      ([, policy]) => policy,
    );
    expect([...new Set(violated)].sort()).toEqual([
      "bucket-is-private-and-encrypted",
      "critical-alert-has-runbook",
      "receiver-pages-where-allowed",
    ]);
    expect(refused.output).not.toContain("Updating (");
    await expectNothingCreated();
  });
});
