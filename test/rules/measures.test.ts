import { checkWithServers } from "../../cli/server-check";
import { ruleTests } from "../../backends/rule-tests/rule-tests";
import type { Toolchain } from "../../lab/toolchain";
import { isOutage, type MeasuredAlert } from "../../slo/alert";
import { checkAlert } from "../../slo/validation/alert";
import { validateServices } from "../../slo/validation/services";
import { VALUES } from "../../slo/validation/measure";
import { planWith } from "../support/http-shop";
import { kindsMeasured, lag, lastSuccess, measuredShop, members, PLAIN } from "../support/measures";
import { toolchain } from "../support/toolchain";
import { testRules } from "../../lab/played-rules";

const shop = measuredShop();
const plan = planWith(shop);
/** What every service has is tested elsewhere. */
const tests = ruleTests(plan, [shop]).filter(
  ({ name }) => !/\/(?:all|availability|latency|ServiceDown|TargetsDown)/.test(name),
);

function problemsOf(name: string, change: Partial<MeasuredAlert>): readonly string[] {
  const alert = shop.alerts.find((one) => one.name === name);
  return alert === undefined || isOutage(alert)
    ? [`there is no alert [${name}]`]
    : checkAlert(shop, { ...alert, ...change }).map(
        ({ path, message }) => `${path.slice(path.indexOf(name))}: ${message}`,
      );
}

describe("what is compared", () => {
  it.each<readonly [string, Partial<MeasuredAlert>, string]>([
    ["BatchLate", { when: { above: "93600" } }, "when.above: [93600] is not a duration"],
    [
      "BatchLate",
      { when: { equals: "1d" } },
      "when.equals: a measure of kind [age] is not compared like this",
    ],
    [
      "BatchLate",
      { measure: { kind: "age", gauge: members, of: "newest" } },
      "measure.gauge: [cluster_members] is not declared as a point in time, so that its age cannot be measured",
    ],
    ["PoolFull", { when: { above: "90" } }, "when.above: [90] is not a threshold that a share can cross"],
    [
      "PoolFull",
      { when: { equals: "90%" } },
      "when.equals: a measure of kind [gauge-share] is not compared like this",
    ],
    ["Refused", { when: { above: "" } }, "when.above: [] is not a number of events"],
    ["Refused", { when: { above: "0x10" } }, "when.above: [0x10] is not a number of events"],
    [
      "RefusedFast",
      { when: { above: "5m" } },
      "when.above: [5m] is not a decimal number that a gauge can have",
    ],
    [
      "PoolFull",
      { measure: { kind: "gauge-share", part: members, whole: lag, of: "highest" } },
      "measure.whole: [kafka_consumergroup_lag] has the labels [topic] and [cluster_members] has [], so that no series of one is a share of the other",
    ],
    [
      "LagHigh",
      { measure: { kind: "level", gauge: lastSuccess, of: "max" } },
      "measure.gauge: [batch_last_success_timestamp_seconds] is a point in time, and only its age can be measured",
    ],
    [
      "LagOfOneTopic",
      { measure: { kind: "level", gauge: lag, of: "max", by: ["topic", "topic"] } },
      "measure.by: [topic] is there twice",
    ],
    ["Refused", { when: { above: "0.5" } }, "when.above: [0.5] is not a number of events"],
    [
      "Refused",
      { when: { below: "5" } },
      "when.below: a measure of kind [increase] is not compared like this",
    ],
    [
      "LagHigh",
      { when: { above: "many" } },
      "when.above: [many] is not a decimal number that a gauge can have",
    ],
    ["LagHigh", { atLeast: 5 }, "atLeast: a measure of kind [level] counts no bad events"],
    [
      "VersionsDiffer",
      { when: { equals: "0" } },
      "when.equals: a measure of kind [spread] is not compared like this",
    ],
    [
      "WorkersMissing",
      { orAbsent: true },
      "orAbsent: a measure of kind [targets-up] is not a level or an age of a gauge",
    ],
  ])("is refused where it makes no sense: %s", (name, change, problem) => {
    expect(problemsOf(name, change)).toEqual([`${name}.${problem}`]);
  });
});

describe("an objective on time", () => {
  it("tells apart what its measure does", () => {
    const slos = shop.slos.map((slo) =>
      slo.id === "lag" && slo.sli.kind === "time" && slo.sli.measure.kind === "level"
        ? { ...slo, sli: { ...slo.sli, measure: { ...slo.sli.measure, by: ["topic"] } } }
        : slo,
    );
    expect(
      validateServices([{ ...shop, slos }], ["prod"]).map(({ path: at, message }) => `${at}: ${message}`),
    ).toEqual([
      "services.shop.slos.lag.sli.measure.by: the measure tells [topic] apart, and the objective []",
    ]);
  });
});

describe("an alert or an objective on every kind of measure", () => {
  let programs: Toolchain;

  beforeAll(async () => {
    programs = await toolchain();
  }, 600_000);

  it("leaves no kind out", () => {
    expect([...new Set(kindsMeasured(shop))].sort()).toEqual(Object.keys(VALUES).sort());
  });

  it.each(tests)("fires and stays silent as its model says: $name", async (test) => {
    const { code, output } = await testRules(programs.promtool, test);
    expect(code === 0 ? "" : output).toBe("");
  });

  it("is refused by the check where its examples are not so", async () => {
    const slos = shop.slos.map((slo) =>
      slo.id === "queried"
        ? {
            ...slo,
            sli: { ...PLAIN.queried, examples: [{ ...PLAIN.queried.examples[0], errors: 20 }] as const },
          }
        : slo,
    );
    const wrong = { ...shop, slos };
    const refused = await checkWithServers("prod", planWith(wrong), [wrong], { promtool: programs.promtool });
    expect(refused.map(({ code, path: at }) => [code, at])).toEqual([
      ["file-refused", "prod: prometheus/tests/shop/queried.counts.yml"],
    ]);
    expect(refused[0]?.message).toMatch(/^promtool refuses it: the examples are not so: /);
    expect(await checkWithServers("prod", plan, [shop], { promtool: programs.promtool })).toEqual([]);
  });
});
