import Big from "big.js";
import { milliseconds, ratioOf, type Duration } from "./duration";
import { errorBudget, type Percent } from "./objective";

/** Shares of the error budget below which it is said: bounds of the error budget policy. */
export const BUDGET_BOUNDS = {
  caution: "50%",
  low: "25%",
  exhausting: "10%",
} as const satisfies Readonly<Record<string, Percent>>;

/** The error budget as minutes of total failure: 99.9% over 28d are 40.32. */
export function budgetMinutes(period: Duration, objective: Percent): Big {
  return errorBudget(objective).times(ratioOf(period, "1m"));
}

/** What happens in a period at a declared rate, and how much of it may fail; both in whole events. */
export interface EventBudget {
  readonly total: Big;
  readonly bad: Big;
}

/** The error budget in events: 99.5% over 28d at 1,000 a day are 140 of 28,000. */
export function budgetEvents(period: Duration, objective: Percent, perDay: Big): EventBudget {
  const total = perDay.times(ratioOf(period, "1d"));
  return { total: total.round(0), bad: errorBudget(objective).times(total).round(0) };
}

/** The share of a period's budget that a burn rate uses up within a window: 14.4 over 1h of 28d is 0.0214. */
export function budgetUsed(period: Duration, burn: Big, window: Duration): Big {
  return burn.times(milliseconds(window)).div(milliseconds(period));
}
