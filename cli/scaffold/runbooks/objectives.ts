import Big from "big.js";
import { budgetMinutes } from "../../../slo/budget";
import {
  burnPlan,
  burnThreshold,
  hoursToExhaustion,
  isReachable,
  pairsOf,
  type BurnWindow,
} from "../../../slo/burn-rate";
import { spokenSeconds } from "../../../slo/http-service";
import { decimal, errorBudget, exactRatio } from "../../../slo/objective";
import { sloId, type Service, type Slo } from "../../../slo/service";
import { table } from "./page";

/** The factors do not depend on it. */
const ANY_SCRAPE_INTERVAL = "30s";

function percent(ratio: Big): string {
  return `${decimal(ratio.times(100))} %`;
}

/** The target as a share, as in 99.9 %. */
export function target({ objective }: Slo): string {
  return percent(exactRatio(objective.default));
}

/** What may be bad, in percent without its sign, as commands show it. */
export function budgetPercent({ objective }: Slo): string {
  return decimal(errorBudget(objective.default).times(100));
}

/** How long everything may fail within the window. */
export function totalFailure({ window, objective }: Slo): string {
  return `${decimal(budgetMinutes(window, objective.default).round(2))} minutes`;
}

function limit({ objective }: Slo, { factor }: BurnWindow): string {
  const budget = errorBudget(objective.default);
  return isReachable(factor, budget)
    ? `above ${percent(burnThreshold(factor, budget))}`
    : "never: out of reach";
}

/** The pairs of windows of HighErrorBudgetBurnRate that the objective can trip; without any there is no such alert. */
export function burnPairs({ objective, window }: Slo): readonly BurnWindow[] {
  return pairsOf(burnPlan(window, ANY_SCRAPE_INTERVAL), "page", errorBudget(objective.default));
}

/** When the budget burns too fast: the pairs that page or warn, with the shares at which they fire. */
export function burnCondition(slo: Slo): readonly string[] {
  return burnPairs(slo).length === 0
    ? [
        `No burn rate of an objective of ${target(slo)} can page, because more than all requests would have to be bad: [the ticket](error-budget-burn-ticket.md) leads here.`,
      ]
    : [
        "It fires on one of these pairs of windows, if there are more bad requests than chance makes:",
        burnTable(slo),
      ];
}

function burnTable(slo: Slo): string {
  const row = (pair: BurnWindow): readonly string[] => [
    pair.id === "page-fast" ? "fast" : "slow",
    `${pair.long} and ${pair.short}`,
    limit(slo, pair),
    percent(new Big(pair.budgetFraction)),
    `${decimal(hoursToExhaustion(slo.window, pair.factor).round(0))} hours`,
  ];
  return table(
    ["pair", "windows", "share of bad requests", "budget used", "budget gone after"],
    burnPairs(slo).map(row),
  );
}

/** The two pairs of the ticket, where the objective can trip both; they are the same for objectives of one window. */
export function pairTable({ slos: [first] }: Service): string {
  const pairs = burnPlan(first?.window ?? "28d", ANY_SCRAPE_INTERVAL).windows.slice(2);
  return table(
    ["pair", "burn rate", "budget used when it fires", "budget gone at that rate after"],
    pairs.map(({ long, short, factor, budgetFraction }) => [
      `${long} and ${short}`,
      decimal(factor),
      `${percent(new Big(budgetFraction))} within ${long}`,
      `${decimal(hoursToExhaustion(first?.window ?? "28d", factor).round(0))} hours`,
    ]),
  );
}

/** The two pairs of the ticket, and the shares at which they fire for each objective. */
export function ticketTable(service: Service): string {
  return table(
    ["SLO", "bad is a request", "1d and 2h", "3d and 6h"],
    service.slos.map((slo) => {
      const [, , fast, slow] = burnPlan(slo.window, ANY_SCRAPE_INTERVAL).windows;
      return [`\`${sloId(service, slo)}\``, slo.breach, limit(slo, fast), limit(slo, slow)];
    }),
  );
}

/** What each objective allows. */
export function budgetTable(service: Service): string {
  return table(
    ["SLO", "objective", "budget of 28 days"],
    service.slos.map((slo) => [
      `\`${sloId(service, slo)}\``,
      `${target(slo)} of requests`,
      `${budgetPercent(slo)} % of requests, or ${totalFailure(slo)} of total failure`,
    ]),
  );
}

/** The objective of latency, taken apart. @throws Error where the SLO is none */
export function latencyOf({ sli }: Slo): { readonly bound: string; readonly spoken: string } {
  if (sli.kind !== "latency-ratio") {
    throw new Error("an SLO of latency is needed");
  }
  return { bound: sli.threshold, spoken: spokenSeconds(sli.threshold) };
}
