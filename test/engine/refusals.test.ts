import { readStackFile } from "../../config/stack-file";
import { formatProblems } from "../../slo/problem";
import { STACKS } from "../support/plan";
import { describeEngine } from "./describe-engine";
import { SECRET_VALUE, setSecrets } from "./needs";
import { Workspace } from "./workspace";

/** A bucket that anybody may open, as an edit of the component that makes it. */
const OPEN_BUCKETS = {
  dev: [
    "components/gcp-backup-bucket.ts",
    'publicAccessPrevention: "enforced"',
    'publicAccessPrevention: "inherited"',
  ],
  prod: ["components/aws-backup-bucket.ts", "blockPublicAcls: true", "blockPublicAcls: false"],
  staging: ["components/aws-backup-bucket.ts", "blockPublicAcls: true", "blockPublicAcls: false"],
} as const;

/** What the engine says of the program: the lines of its only error, without the indentation. */
function errorOf(output: string): readonly string[] {
  const [, diagnostics = ""] = output.split("Diagnostics:\n");
  const [, error = ""] = diagnostics.split("\n    error: ");
  const [text = ""] = error.split(/\n\n/);
  return text.split("\n").map((line) => line.replace(/^ {4}/, ""));
}

describeEngine.each(STACKS)("pulumi up of %s", (stack) => {
  let workspace: Workspace;

  beforeEach(async () => {
    workspace = await Workspace.make(stack);
  });

  afterEach(() => workspace.remove());

  async function expectNothingCreated(): Promise<void> {
    expect(workspace.objects()).toEqual([]);
    expect((await workspace.state()).filter(({ custom }) => custom)).toEqual([]);
  }

  test("says of every secret that is not set which command sets it, and each command works as it stands", async () => {
    const refused = await workspace.up();
    expect(refused.code).toBe(1);
    const [headline, ...problems] = errorOf(refused.output);
    const commands = problems.flatMap((line) => /^ {4}Set it: pulumi (.+)$/.exec(line)?.[1] ?? []);
    expect(headline).toBe(`${commands.length} problems in stack [${stack}]`);
    expect(commands).toHaveLength(problems.length / 2);
    await expectNothingCreated();

    for (const command of commands) {
      const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
      const { code, output } = await workspace.pulumiWithInput(`${SECRET_VALUE}-it`, ...words);
      expect({ code, output }).toEqual({ code: 0, output: "" });
    }
    expect(await workspace.operate("preview")).toMatchObject({ code: 0 });
  });

  test("reports every problem of its configuration at once, as the check without an engine does", async () => {
    workspace.editConfig((config) => {
      delete config["tocsin:cluster"];
      config["tocsin:clutser"] = `${stack}-1`;
      config["tocsin:paging"] = "sometimes";
      config["tocsin:grafana"] = { address: "grafana", folder: 7 };
    });
    const refused = await workspace.up();
    const expected = readStackFile(workspace.project, stack);
    if (expected.ok) throw new Error("the check without an engine sees no problem");
    expect(refused.code).toBe(1);
    expect(errorOf(refused.output)).toEqual([
      `5 problems in stack [${stack}]`,
      ...formatProblems(expected.problems).split("\n"),
    ]);
    expect(refused.output).not.toMatch(/^\s+at /m);
    await expectNothingCreated();
  });

  test("is stopped at preview by every violation of a policy at once, with nothing created", async () => {
    await setSecrets(workspace);
    await workspace.buildPolicies();
    workspace.editConfig((config) => {
      config["tocsin:runbooks"] = { default: "http://runbooks.invalid/" };
    });
    const [file, closed, open] = OPEN_BUCKETS[stack];
    workspace.editSource(file, closed, open);
    const refused = await workspace.operate("up", "--yes", "--policy-pack", "policies");
    expect(refused.code).toBe(1);
    const violated = [...refused.output.matchAll(/- \[mandatory\] .*?([a-z-]+) {2}\(/g)].map(
      ([, policy]) => policy,
    );
    expect([...new Set(violated)].sort()).toEqual([
      "bucket-is-private-and-encrypted",
      "critical-alert-has-runbook",
    ]);
    expect(refused.output).not.toContain("Updating (");
    await expectNothingCreated();
  });
});
