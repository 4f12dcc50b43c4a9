import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { packConfig, parsePackConfig, type PackConfigResult } from "../../evaluation/policy-config";
import { formatProblems } from "../../slo/problem";
import { planOf } from "../support/plan";
import { ROOT, STACKS } from "../support/stacks";

const FILE = "policies.prod.json";
const prod = (text: string): PackConfigResult => parsePackConfig(FILE, text, planOf("prod"));

function problemsIn(result: PackConfigResult): readonly string[] {
  return result.ok ? [] : formatProblems(result.problems).split("\n");
}

describe("what the policies of a stack are told", () => {
  it.each(STACKS)("says of %s whether it may page, and which hosts its runbooks have", (stack) => {
    const plan = planOf(stack);
    const result = packConfig(ROOT, stack, plan);
    expect(result.ok && result.config).toMatchObject({
      "critical-alert-has-runbook": {
        hosts: [`runbooks.${stack === "prod" ? "" : `${stack}.`}orders.dev`],
      },
      "receiver-pages-where-allowed": { pages: plan.environment.paging },
    });
  });

  it("is what the file says where it says something, and keeps the rest", () => {
    const result = prod('{ "all": "advisory", "critical-alert-has-runbook": { "severities": ["warning"] } }');
    expect(result.ok && result.config).toEqual({
      all: { enforcementLevel: "advisory" },
      "backup-bucket-is-guarded": { lock: true, log: true, replicate: false },
      "critical-alert-has-runbook": { hosts: ["runbooks.orders.dev"], severities: ["warning"] },
      "receiver-pages-where-allowed": { pages: true },
    });
    expect(result.ok && new Set(result.policies.map(({ enforcementLevel }) => enforcementLevel))).toEqual(
      new Set(["advisory"]),
    );
  });

  it.each([
    ["[]", `${FILE}: the file is no object of JSON`],
    ["{", `${FILE}: the file is no object of JSON`],
    ['{ "all": "loud" }', /^policies\.prod\.json: all: Invalid option: .*, seen \["loud"\]$/],
    [
      '{ "secret-is-not-inline": { "exceptions": [{ "resource": "a", "reason": "b", "expires": "2026-12-31" }] } }',
      /^policies\.prod\.json: secret-is-not-inline\.exceptions\.0\.owner: .*, seen \[nothing\]$/,
    ],
    ['{ "autoscaler-has-room": { "leastWherePaged": "two" } }', /leastWherePaged: .*, seen \["two"\]$/],
  ])("refuses %s", (text, said) => {
    const [line = "", remedy = ""] = problemsIn(prod(text));
    expect(line).toMatch(said);
    expect(remedy).toMatch(/^ {4}(?:Mend it|Write \{ \})/);
  });

  it("names the policy that an exception was most likely meant for", () => {
    expect(problemsIn(prod('{ "secret-is-not-inlien": { "exceptions": [] } }'))).toEqual([
      `${FILE}: secret-is-not-inlien: there is no policy [secret-is-not-inlien]`,
      expect.stringMatching(/^ {4}Did you mean \[secret-is-not-inline\]\?/) as unknown,
    ]);
  });

  it("refuses what is no file", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "tocsin-policies-"));
    mkdirSync(path.join(folder, FILE));
    const asFolder = packConfig(folder, "prod", planOf("prod"));
    writeFileSync(path.join(folder, "policies.dev.json"), Buffer.from([0xff, 0xfe]));
    const asBytes = packConfig(folder, "dev", planOf("dev"));
    rmSync(folder, { recursive: true });
    expect([problemsIn(asFolder)[0], problemsIn(asBytes)[0]]).toEqual([
      `${FILE}: the file cannot be read [EISDIR]`,
      "policies.dev.json: the file is not a text in UTF-8",
    ]);
  });
});
