import Big from "big.js";
import type { PlannedSlo } from "../../plan/monitoring-plan";
import {
  burnPlan,
  burnThreshold,
  hoursToExhaustion,
  isReachable,
  PERIODS,
  type BurnPlan,
  type Period,
} from "../../slo/burn-rate";
import { decimal, errorBudget } from "../../slo/objective";
import { hoursAndDays, percent, spoken, table } from "./markdown";
import { burnOf, slosOf, type Subject } from "./subject";

/** The burn rates of the rules. */
export function burnRates(subject: Subject): readonly string[] {
  const slos = slosOf(subject);
  const periods = PERIODS.filter((period) => slos.some(({ window }) => window === period));
  return [
    "## Burn rates",
    "The burn rate is the share of bad events divided by the error budget. At 1 the budget lasts exactly as long as the window.",
    ...periods.flatMap((period) =>
      ofPeriod(
        period,
        slos.filter(({ window }) => window === period),
        subject,
      ),
    ),
  ];
}

function ofPeriod(period: Period, slos: readonly PlannedSlo[], subject: Subject): readonly string[] {
  const burn = burnPlan(period, subject.plan.scrape.interval);
  return [
    `### In a window of ${spoken(period)}`,
    pairs(period, burn),
    "The pairs fire above these shares of bad events:",
    thresholds(slos, burn, subject),
  ];
}

/** The pairs of windows, and what a burn at the rate of each would mean. */
export function pairs(period: Period, burn: BurnPlan): string {
  return table(
    ["pair", "windows", "burn rate", "budget used", "budget lasts"],
    burn.windows.map(({ id, long, short, factor, budgetFraction }) => [
      id,
      `${spoken(long)} and ${spoken(short)}`,
      decimal(factor),
      percent(new Big(budgetFraction)),
      hoursAndDays(hoursToExhaustion(period, factor)),
    ]),
  );
}

export function thresholds(slos: readonly PlannedSlo[], burn: BurnPlan, { plan }: Subject): string {
  return table(
    ["objective", ...burn.windows.map(({ id }) => id)],
    slos.map((slo) => [
      slo.title,
      ...burnOf(slo, plan).windows.map(({ factor }) => limit(factor, errorBudget(slo.objective))),
    ]),
  );
}

function limit(factor: Big, budget: Big): string {
  return isReachable(factor, budget) ? percent(burnThreshold(factor, budget)) : "out of reach";
}
