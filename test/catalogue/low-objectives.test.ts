import { readContent } from "../../config/content";
import { generatePlan, type PlanResult } from "../../generators/monitoring-plan";
import { objectiveNotices } from "../../generators/objective-notices";
import { ALERTS } from "../../plan/names";
import type { AlertingRule, MonitoringPlan } from "../../plan/monitoring-plan";
import { PERIODS } from "../../slo/burn-rate";
import { services } from "../fixture/services";
import { formatProblems } from "../../slo/problem";
import type { Service } from "../../slo/service";
import { planWith, shopOf } from "../support/http-shop";
import { planOf } from "../support/plan";
import { environmentOf, FIXTURE } from "../support/stacks";

const limitsIn = (plan: MonitoringPlan, alertname: string): readonly string[] => {
  const rule = plan.ruleGroups
    .flatMap(({ rules }) => rules)
    .find(
      (one): one is AlertingRule =>
        one.kind === "alert" && one.alert === alertname && one.labels["slo"] === "latency",
    );
  return [...new Set([...(rule?.expr ?? "").matchAll(/> ([\d.]+) \* 0\./g)].map((hit) => hit[1] ?? ""))];
};

const CASES = [
  {
    objective: "95%",
    usual: [
      ["13.44", "5.6"],
      ["2.8", "0.9333"],
    ],
    month: [
      ["14.4", "6"],
      ["3", "1"],
    ],
    quarter: [["18"], ["3", "1"]],
  },
  {
    objective: "92.5%",
    usual: [["5.6"], ["2.8", "0.9333"]],
    month: [["6"], ["3", "1"]],
    quarter: [[], ["3", "1"]],
  },
  {
    objective: "90%",
    usual: [["5.6"], ["2.8", "0.9333"]],
    month: [["6"], ["3", "1"]],
    quarter: [[], ["3", "1"]],
  },
  { objective: "80%", usual: [[], ["2.8", "0.9333"]], month: [[], ["3", "1"]], quarter: [[], ["3", "1"]] },
  { objective: "50%", usual: [[], ["0.9333"]], month: [[], ["1"]], quarter: [[], ["1"]] },
  { objective: "1%", usual: [[], ["0.9333"]], month: [[], ["1"]], quarter: [[], ["1"]] },
] as const;

describe.each(CASES)("an objective of $objective", ({ objective, usual, month, quarter }) => {
  const FACTORS = { "7d": usual, "28d": usual, "30d": month, "90d": quarter };

  it.each(PERIODS)("over %s has the pairs that it can trip, with budget alerts and records", (window) => {
    const plan = planWith(shopOf(objective, window));
    const [page, ticket] = FACTORS[window];
    expect(limitsIn(plan, ALERTS.burn)).toEqual(page);
    expect(limitsIn(plan, ALERTS.ticket)).toEqual(ticket);
    const names = plan.alerts.filter(({ slo }) => slo === "latency").map(({ alertname }) => alertname);
    expect(names.includes(ALERTS.burn)).toBe(page.length > 0);
    expect(names).toEqual(
      expect.arrayContaining([ALERTS.ticket, ALERTS.budgetCaution, ALERTS.budget, ALERTS.budgetExhausting]),
    );
  });
});

describe("the check", () => {
  const noticesOf = (shop: Service): readonly string[] =>
    objectiveNotices(planWith(shop)).map(
      ({ code, path, message, remedy }) => `${code} ${path}: ${message}. ${remedy}`,
    );

  it("says nothing of objectives that can do all that one can", () => {
    expect(noticesOf(shopOf("95%", "28d"))).toEqual([]);
  });

  it("says of a low objective what is left out, and what pages all the same", () => {
    expect(noticesOf(shopOf("90%", "28d"))).toEqual([
      "burn-threshold-unreachable services.shop.slos.latency.objective: " +
        "[90%] leaves out what would need more than every event to be bad: " +
        "page-fast at 13.44 times the budget over 1h (a ratio of 1.344). " +
        "It pages by 6h and 30m; tickets and budget alerts are there as well.",
    ]);
  });

  it("says of one that no burn rate can page for that none does", () => {
    expect(noticesOf(shopOf("50%", "30d"))).toEqual([
      "burn-threshold-unreachable services.shop.slos.latency.objective: " +
        "[50%] leaves out what would need more than every event to be bad: " +
        "page-fast at 14.4 times the budget over 1h (a ratio of 7.2), " +
        "page-slow at 6 times the budget over 6h (a ratio of 3), " +
        "ticket-fast at 3 times the budget over 1d (a ratio of 1.5). " +
        "No burn rate pages: set 83.34% or more, or declare a threshold alert on the SLI if somebody must be woken. " +
        "Tickets and budget alerts are there.",
    ]);
  });

  it.each(["0.001%", "82.14%"] as const)(
    "says of %s at the objective alone, whatever SLO has it, that 82.15%% would page, and refuses it where it is to page",
    (objective) => {
      const { objectives, ...prod } = environmentOf("prod");
      const low = Object.fromEntries(planOf("prod").slos.map(({ id }) => [id, objective]));
      const planned = (paging: boolean): PlanResult =>
        generatePlan(
          services,
          { ...prod, paging, objectives: { ...objectives, ...low } },
          readContent(FIXTURE.root),
        );
      const waking = planned(true);
      expect(waking.ok ? [] : waking.problems.map(({ code, path }) => `${code} ${path}`)).toEqual(
        planOf("prod")
          .slos.filter(({ response }) => response === "page")
          .map(({ service, slo }) => `objective-unpageable services.${service}.slos.${slo}.objective`),
      );
      const result = planned(false);
      if (!result.ok) throw new Error(formatProblems(result.problems));
      expect(result.plan.alerts.filter(({ alertname }) => alertname === ALERTS.burn)).toEqual([]);
      const notices = objectiveNotices(result.plan);
      expect(notices.map(({ path }) => path)).toEqual(
        result.plan.slos.map(({ service, slo }) => `services.${service}.slos.${slo}.objective`),
      );
      expect(notices.filter(({ remedy }) => !remedy.includes("set 82.15% or more, or declare"))).toEqual([]);
    },
  );

  it("finds a pair that pages with the objective that it names", () => {
    const pages = planWith(shopOf("82.15%", "28d")).alerts.filter(({ slo }) => slo === "latency");
    expect(pages.map(({ alertname }) => alertname)).toContain(ALERTS.burn);
  });

  it("names the objective, or the window, that declared traffic is enough for", () => {
    expect(noticesOf(shopOf("95%", "28d", 3 / 3_600))).toEqual([
      "traffic-too-low services.shop.slos.availability.objective: " +
        "[99.9%] of 2016 events in 28d cannot be judged: " +
        "one bad event of the 2 that are allowed decides about the budget. " +
        "Use an objective of 99.5% over 28d; or count the time in which a probe is answered (an SLI of time).",
    ]);
    expect(noticesOf(shopOf("95%", "7d", 20 / 3_600))).toEqual([
      "traffic-too-low services.shop.slos.availability.objective: " +
        "[99.9%] of 3360 events in 7d cannot be judged: " +
        "one bad event of the 3 that are allowed decides about the budget. " +
        "Use an objective of 99.5% over 7d, or a window of 28d for 99.9%; " +
        "or count the time in which a probe is answered (an SLI of time).",
    ]);
    expect(noticesOf(shopOf("95%", "28d", 1 / 86_400))).toEqual([
      "traffic-too-low services.shop.slos.availability.objective: " +
        "[99.9%] of 28 events in 28d cannot be judged: " +
        "one bad event of the 0 that are allowed decides about the budget, " +
        "and a total outage is too few events to page. " +
        "No usual objective can be judged by so few events: " +
        "count the time in which a probe is answered (an SLI of time).",
      "traffic-too-low services.shop.slos.latency.objective: " +
        "[95%] of 28 events in 28d cannot be judged: " +
        "one bad event of the 1 that are allowed decides about the budget. " +
        "No usual objective can be judged by so few events: " +
        "count the time in which a probe is answered (an SLI of time).",
    ]);
  });
});
