import Big from "big.js";
import type { PlannedSlo } from "../../plan/monitoring-plan";
import { budgetUsed } from "../../slo/budget";
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
import type { BurnAnswers } from "../../slo/operations";
import { grouped, hoursAndDays, percent, sentences, spoken, table } from "./markdown";
import { burnOf, operationsOf, slosOf, type Subject } from "./subject";

/** The burn rates of the rules, and what the ones that the document names would mean. */
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
  const { burnAnswers, onCall } = operationsOf(subject);
  const burn = burnPlan(period, subject.plan.scrape.interval);
  return [
    `### In a window of ${spoken(period)}`,
    pairs(period, burn, burnAnswers),
    sentences(
      onCall && "A pair that pages is answered by the times of [on-call](on-call.md#response) as well.",
      "The pairs fire above these shares of bad events:",
    ),
    thresholds(slos, burn, subject),
    ...(burnAnswers === undefined ? [] : stated(period, burn, burnAnswers)),
  ];
}

/** The pairs of windows; without an answer in the document, who is told follows from the pair itself. */
export function pairs(period: Period, burn: BurnPlan, answers: BurnAnswers | undefined): string {
  return table(
    [
      ...["pair", "windows", "burn rate", "budget used", "budget lasts"],
      ...(answers === undefined ? [] : ["then", "investigate within", "source"]),
    ],
    burn.windows.map(({ id, long, short, factor, budgetFraction }) => [
      id,
      `${spoken(long)} and ${spoken(short)}`,
      decimal(factor),
      percent(new Big(budgetFraction)),
      hoursAndDays(hoursToExhaustion(period, factor)),
      ...(answers === undefined ? [] : answer(answers[id])),
    ]),
  );
}

function answer({ action, investigateWithin, source }: BurnAnswers[keyof BurnAnswers]): readonly string[] {
  return [action, investigateWithin === undefined ? "" : spoken(investigateWithin), source];
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

/** The document's own rates, by the same arithmetic: it gave hours where they last days (OMNIHUB-ERR-1, OMNIHUB-ERR-3). */
function stated(period: Period, burn: BurnPlan, burnAnswers: BurnAnswers): readonly string[] {
  const home = PERIODS.filter((candidate) =>
    burnPlan(candidate, "1s").windows.every(({ id, factor }) => factor.eq(burnAnswers[id].stated)),
  );
  return [
    ...home
      .filter((candidate) => candidate !== period)
      .map(
        (candidate) =>
          `The document names the rates of a window of ${spoken(candidate)}. Here they would mean:`,
      ),
    table(
      ["rate in the document", "budget lasts", "budget used when it fires", "rate in the rules"],
      burn.windows.map(({ id, long, factor }) => {
        const rate = new Big(burnAnswers[id].stated);
        return [
          decimal(rate),
          hoursAndDays(hoursToExhaustion(period, rate)),
          `${grouped(budgetUsed(period, rate, long).times(100))} % in ${spoken(long)}`,
          decimal(factor),
        ];
      }),
    ),
  ];
}
