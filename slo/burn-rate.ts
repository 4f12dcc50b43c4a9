import Big from "big.js";
import { durationOf, longest, milliseconds, ratioOf, times, type Duration } from "./duration";

/** What a pair of windows answers with. */
export type BurnResponse = "page" | "ticket";

/** One condition of a multiwindow, multi-burn-rate alert. */
export interface BurnWindow {
  readonly id: "page-fast" | "page-slow" | "ticket-fast" | "ticket-slow";
  readonly response: BurnResponse;
  readonly long: Duration;
  readonly short: Duration;
  /** The share of the period's error budget that is used when the long window is at the threshold. */
  readonly budgetFraction: string;
  /** Burn rate from which the pair fires: budgetFraction * period / long, exact. */
  readonly factor: Big;
}

/** The windows of one SLO period, everything that rules derive from it. */
export interface BurnPlan {
  readonly period: Duration;
  /** Window of the raw rates, the base of the cascade and the short window of the fast page. */
  readonly base: Duration;
  readonly windows: readonly [BurnWindow, BurnWindow, BurnWindow, BurnWindow];
  /** The slow page lets go once the ratio over this window is within the budget. */
  readonly recovery: Duration;
  /** Spacing of the samples that long windows are summed from. */
  readonly sampling: Duration;
}

/**
 * The four pairs for a period of 28 days; other periods are derived from it.
 * Source: SRE Workbook chapter 5, table 5-8, with the fractions 2 %, 5 %, 10 %, 10 %.
 */
const PAIRS = [
  { id: "page-fast", response: "page", long: "1h", short: "5m", budgetFraction: "0.02" },
  { id: "page-slow", response: "page", long: "6h", short: "30m", budgetFraction: "0.05" },
  { id: "ticket-fast", response: "ticket", long: "1d", short: "2h", budgetFraction: "0.1" },
  { id: "ticket-slow", response: "ticket", long: "3d", short: "6h", budgetFraction: "0.1" },
] as const;

/** Periods that an SLO may have; a calendar month is a report, not a window. */
export const PERIODS = ["7d", "28d", "30d", "90d"] as const satisfies readonly Duration[];
export type Period = (typeof PERIODS)[number];

/** Four decimals are what the documents print; 10 % of 672 h over 72 h does not end. */
const FACTOR_DECIMALS = 4;

/**
 * How many times as long as for 28 days the long windows are. With 7 days all windows shrink, because with those of 28
 * days the slow factors would fall below 1 and alert on a service that keeps its objective. With 90 days those of tickets
 * grow, because with those of 28 days a budget that is gone in half of its period would be no ticket; pages look at hours.
 * What is summed over 90 days is sampled more seldom, so that it costs no more.
 */
const STRETCH = {
  "7d": { page: 1 / 4, ticket: 1 / 4, short: 1 / 4, sampling: "5m" },
  "28d": { page: 1, ticket: 1, short: 1, sampling: "5m" },
  "30d": { page: 1, ticket: 1, short: 1, sampling: "5m" },
  "90d": { page: 1, ticket: 3, short: 1, sampling: "15m" },
} as const satisfies Readonly<Record<Period, object>>;

/** A rate needs this many scrapes in its window to survive the loss of one. */
const MINIMUM_SCRAPES = 4;

/**
 * Windows and factors for a period. 7d and 28d: 13.44, 5.6, 2.8, 0.9333; 30d: 14.4, 6, 3, 1; 90d: 43.2, 18, 3, 1.
 * @param scrapeInterval a short window holds at least four scrapes
 */
export function burnPlan(period: Period, scrapeInterval: Duration): BurnPlan {
  const stretch = STRETCH[period];
  const scaled = (window: Duration, by: number): Duration => durationOf(milliseconds(window) * by);
  const shortest = times(scrapeInterval, MINIMUM_SCRAPES);
  const [pageFast, pageSlow, ticketFast, ticketSlow] = PAIRS;
  const pair = (source: (typeof PAIRS)[number]): BurnWindow => {
    const long = scaled(source.long, stretch[source.response]);
    return {
      ...source,
      long,
      short: longest(scaled(source.short, stretch.short), shortest),
      factor: burnFactor(source.budgetFraction, period, long),
    };
  };
  return {
    period,
    base: longest(scaled("5m", stretch.short), shortest),
    windows: [pair(pageFast), pair(pageSlow), pair(ticketFast), pair(ticketSlow)],
    recovery: longest(scaled("10m", stretch.short), shortest),
    sampling: stretch.sampling,
  };
}

/** factor = budget fraction * period / long window, to four decimals. Source: SRE Workbook chapter 5. */
export function burnFactor(budgetFraction: string, period: Duration, long: Duration): Big {
  return new Big(budgetFraction).times(milliseconds(period)).div(milliseconds(long)).round(FACTOR_DECIMALS);
}

/**
 * The error ratio from which a pair fires: factor * error budget, because a burn rate is the error ratio divided by the
 * budget and has no period in it.
 */
export function burnThreshold(factor: Big, budget: Big): Big {
  return factor.times(budget);
}

/** An alert whose threshold is 1 or more can never fire: no error ratio exceeds 100 %. */
export function isReachable(factor: Big, budget: Big): boolean {
  return burnThreshold(factor, budget).lt(1);
}

/**
 * The pairs of a response that can fire, the fastest first. A large budget puts the others out of reach: below 92.57 %
 * over 28 days the fast page, below 82.15 % the slow one, below 64.29 % the fast ticket; the slow ticket always can.
 */
export function pairsOf({ windows }: BurnPlan, response: BurnResponse, budget: Big): readonly BurnWindow[] {
  return windows.filter((window) => window.response === response && isReachable(window.factor, budget));
}

/** Whether any pair of a period pages with a budget; how often is scraped moves no factor. */
export function canPage(period: Period, budget: Big): boolean {
  return pairsOf(burnPlan(period, "15s"), "page", budget).length > 0;
}

/** Hours until the whole budget is used at a burn rate: period / burn. */
export function hoursToExhaustion(period: Duration, burn: Big): Big {
  return new Big(ratioOf(period, "1h")).div(burn);
}
