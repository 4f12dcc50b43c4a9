import { objectiveNotices } from "../../generators/objective-notices";
import { ruleTests } from "../../backends/rule-tests/rule-tests";
import type { Toolchain } from "../../lab/toolchain";
import type { Slo } from "../../slo/service";
import { counterRatio, type Counters } from "../../slo/sli";
import { validateServices } from "../../slo/validation/services";
import { testRules } from "../../lab/played-rules";
import { planWith } from "../support/http-shop";
import { BY_REGION, regionalShop } from "../support/regions";
import { PLAIN } from "../support/measures";
import { toolchain } from "../support/toolchain";

const shop = regionalShop();
const plan = planWith(shop);
const tests = ruleTests(plan, [shop]).filter(({ name }) => /^shop\/(\w+\.|ServiceDown)/.test(name));

function problemsWith(id: keyof typeof BY_REGION, change: Partial<Slo>): readonly string[] {
  const slos = shop.slos.map((slo) => (slo.id === id ? { ...slo, ...change } : slo));
  return validateServices([{ ...shop, slos }], ["prod"]).map(
    ({ path, message }) => `${path.replace(`services.shop.slos.${id}.`, "")}: ${message}`,
  );
}

const { good, bad } = BY_REGION.sent.events as Record<"bad" | "good", Counters>;
const ofFewerRegions = counterRatio({
  good,
  bad: [{ counter: { ...bad[0].counter, labels: { region: ["ap", "eu"] } } }],
});

describe("an objective that judges regions apart", () => {
  let programs: Toolchain;

  beforeAll(async () => {
    programs = await toolchain();
  }, 600_000);

  it.each(tests)("has records, a budget and alerts for each of them: $name", async (test) => {
    const { code, output } = await testRules(programs.promtool, test);
    expect(code === 0 ? "" : output).toBe("");
  });

  it("is told of two regions at once, layer by layer, but for what is said of all", () => {
    const isTold = (region: string) => (text: string) => text.includes(`region="${region}"`);
    const layered = tests.filter(({ name }) => name.includes("."));
    const both = layered.filter(({ cases }) => {
      const labels = cases.flatMap((one) =>
        one.promql_expr_test.flatMap(({ exp_samples }) => exp_samples.map((sample) => sample.labels)),
      );
      return labels.some(isTold("ap")) && labels.some(isTold("eu"));
    });
    const layers = layered.filter((test) => !both.includes(test)).map(({ name }) => name.split(".")[1]);
    expect(new Set(layers)).toEqual(new Set(["contract", "missing"]));
    expect(both.length).toBeGreaterThan(20);
  });

  it.each([
    [undefined, false],
    [{ ap: 0.5, eu: 0.4 }, false],
    [{ ap: 0.5, eu: 0.4995 }, true],
    [{ ap: 0.0005 }, true],
  ] as const)("is held against the traffic of the rarest region, where %j are usual", (region, isLow) => {
    const total = {
      ...BY_REGION.eager.total,
      perSecond: 1,
      ...(region && { usual: { region } }),
    };
    const slos = shop.slos.map((slo) =>
      slo.id === "eager" ? { ...slo, sli: { ...BY_REGION.eager, total } } : slo,
    );
    const metrics = shop.telemetry.metrics.map((metric) => (metric.name === total.name ? total : metric));
    const codes = objectiveNotices(
      planWith({ ...shop, slos, telemetry: { ...shop.telemetry, metrics } }),
    ).filter(({ path }) => path.includes("eager"));
    expect(codes.map(({ code }) => code)).toEqual(isLow ? ["traffic-too-low"] : []);
  });

  it("is one incident: regions are no part of a group, and only what is of one region silences it", () => {
    expect(plan.routing.root.groupBy).toEqual(["cluster", "environment", "team", "service", "slo"]);
    const equal = plan.routing.inhibitRules.map((rule) => rule.equal.includes("region"));
    expect(plan.routing.inhibitRules.map(({ name }) => name).filter((_, index) => equal[index])).toEqual([
      "critical-over-lesser",
      "warning-over-info",
    ]);
  });

  it("names the region first in what it says", () => {
    const said = plan.ruleGroups
      .flatMap(({ rules }) => rules)
      .flatMap((rule) => (rule.kind === "alert" && rule.labels["slo"] === "lazy" ? [rule] : []))
      .filter(
        ({ annotations }) => annotations["description"]?.startsWith("region {{ $labels.region }}: ") === true,
      );
    expect(said.map(({ alert }) => alert).sort()).toEqual([
      "ErrorBudgetBurnTicket",
      "ErrorBudgetCaution",
      "ErrorBudgetExhausting",
      "HighErrorBudgetBurnRate",
      "LowErrorBudget",
    ]);
  });

  it.each<readonly [says: string, id: keyof typeof BY_REGION, change: Partial<Slo>, problem: string]>([
    [
      "a label that the metric lacks",
      "lazy",
      { by: ["regoin"] },
      "by: label [regoin] is not a label of [shop_lazy_requests_total]",
    ],
    ["a label twice", "lazy", { by: ["region", "region"] }, "by: [region] is named twice"],
    [
      "a label that a measure does not tell apart",
      "waits",
      { by: [] },
      "sli.measure.by: the measure tells [region] apart, and the objective []",
    ],
    [
      "a query, which has one value",
      "lazy",
      { sli: { ...PLAIN.queried, reads: [BY_REGION.lazy.total] } },
      "by: a query has one value in each place, and [region] would give it several",
    ],
    [
      "a label that may be empty",
      "lazy",
      {
        sli: {
          ...BY_REGION.lazy,
          total: { ...BY_REGION.lazy.total, labels: { region: ["eu", ""], status: ["200", "500"] } },
        },
      },
      "by: [region] may be empty, and what has no value is judged by none",
    ],
    [
      "a label by which bad events are picked",
      "lazy",
      { by: ["region", "status"] },
      'by: [status] is judged apart and picked as well, by [status=~"5.."]: values that it does not pick would always be good, or never there',
    ],
    [
      "a label by which the population is picked",
      "slow",
      { sli: { ...BY_REGION.slow, of: [{ label: "region", op: "=", value: "eu" }] } },
      'by: [region] is judged apart and picked as well, by [region="eu"]: values that it does not pick would always be good, or never there',
    ],
    [
      "counters that do not have the same values",
      "sent",
      { sli: ofFewerRegions },
      `by: [region] has the values [${good[0].counter.labels["region"]?.join(", ") ?? ""}] in [mails_sent_total] and [ap, eu] in [mails_bounced_total]: what one of them lacks is judged by none`,
    ],
    [
      "more values than anybody looks at",
      "lazy",
      {
        sli: {
          ...BY_REGION.lazy,
          total: {
            ...BY_REGION.lazy.total,
            labels: { region: Array.from({ length: 51 }, (_, n) => `r${n}`), status: ["200", "500"] },
          },
        },
      },
      "by: [51] values of [region] are too many to judge apart",
    ],
  ])("refuses %s", (_, id, change, problem) => {
    expect(problemsWith(id, change)).toContain(problem);
  });
});
