import path from "node:path";
import { ruleTestFiles } from "../../backends/prometheus/rule-tests";
import { catalogue } from "../../catalogue";
import { ruleTests } from "../../backends/rule-tests/rule-tests";
import { identityKey } from "../../plan/identity";
import type { RuleTest } from "../../plan/rule-test";
import { servicesOf, wholePlanOf } from "../support/plan";
import { toolchain } from "../support/toolchain";
import { removeFolder, runProgram, temporaryFolder, writeFiles, type Ended } from "../support/program";

const HALF_AN_HOUR = 1_800_000;

const plan = wholePlanOf("prod", catalogue);
const tests = ruleTests(plan, servicesOf("prod", catalogue));
const files = ruleTestFiles(tests);

describe("the generated rule tests of prod", () => {
  const samples = tests
    .flatMap((test) => test.cases.flatMap((one) => one.promql_expr_test))
    .flatMap(({ exp_samples }) => exp_samples.map(({ labels }) => labels));

  it.each(plan.alerts.map((alert) => ({ key: identityKey(alert), alert })))(
    "expect $key to fire, with its labels",
    ({ alert }) => {
      const { alertname, category, environment, service, severity, slo, team } = alert;
      const labels = { alertname, alertstate: "firing", category, environment, service, severity, slo, team };
      const parts = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
      expect(samples.filter((sample) => parts.every((part) => sample.includes(part)))).not.toEqual([]);
    },
  );

  it("assert something in every case", () => {
    const cases = tests.flatMap((test) => test.cases);
    expect(cases.length).toBeGreaterThan(100);
    expect(cases.filter((one) => one.promql_expr_test.length === 0).map(({ name }) => name)).toEqual([]);
  });

  it("test every rule beside all others of its service, and alone or with what it reads", () => {
    const rulesOf = (isWhole: boolean): readonly object[] =>
      tests
        .filter(({ name }) => name.endsWith("/all") === isWhole)
        .flatMap(({ groups }) => groups.flatMap(({ rules }) => rules));
    const all = plan.ruleGroups.flatMap(({ rules }) => rules);
    expect(new Set(rulesOf(true))).toEqual(new Set(all));
    expect(all.filter((rule) => !rulesOf(false).includes(rule))).toEqual([]);
  });
});

describe("promtool, over the generated rules of prod", () => {
  const folder = temporaryFolder();

  const run = async (names: readonly string[]): Promise<Ended> =>
    runProgram((await toolchain()).promtool, [
      "test",
      "rules",
      ...names.map((name) => path.join(folder, "tests", `${name}.yml`)),
    ]);

  beforeAll(async () => {
    await toolchain();
    writeFiles(folder, files);
  }, HALF_AN_HOUR);

  afterAll(() => {
    removeFolder(folder);
  });

  it.each(plan.services)(
    "agrees with the model on $id",
    async ({ id }) => {
      const names = tests.map(({ name }) => name).filter((name) => name.startsWith(`${id}/`));
      expect(names).not.toEqual([]);
      const { code, output } = await run(names);
      expect({ code, failed: output.split("\n").filter((line) => line.includes("FAILED")) }).toEqual({
        code: 0,
        failed: [],
      });
    },
    HALF_AN_HOUR,
  );

  it("disagrees when an expectation is wrong", async () => {
    const wrong = tests
      .filter(({ name }) => name === "tocsin/server")
      .map((test): RuleTest => ({
        ...test,
        name: "tocsin/wrong",
        cases: test.cases.map((one) => ({
          ...one,
          promql_expr_test: one.promql_expr_test.map((expected) => ({
            ...expected,
            exp_samples: expected.exp_samples.map((sample) => ({ ...sample, value: 2 })),
          })),
        })),
      }));
    expect(wrong).toHaveLength(1);
    writeFiles(folder, ruleTestFiles(wrong));
    expect(await run(["tocsin/wrong"])).toEqual({ code: 1, output: expect.stringContaining("FAILED") });
  });
});
