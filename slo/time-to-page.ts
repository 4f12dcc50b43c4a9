import Big from "big.js";
import { pairsOf, type BurnPlan, type BurnWindow } from "./burn-rate";
import { milliseconds, ratioOf, type Duration } from "./duration";
import { guardThreshold, type Guard } from "./guard";

/** Shares of bad events, in percent, of which it is said how long they last before somebody is told. */
export const ERROR_SHARES = [1, 2, 5, 10, 100] as const;

/** What decides how long an outage lasts before the burn-rate alert of an SLO tells somebody. */
export interface PageRules {
  readonly burn: BurnPlan;
  /** Share of events that may be bad. */
  readonly budget: Big;
  /** Between scrapes, and between evaluations. */
  readonly interval: Duration;
  readonly guard: Guard;
  /** @default - enough for the guard never to matter */
  readonly eventsPerHour?: Big;
  /** Of an SLI of time, of which each evaluation is an event: bad time that a page needs besides, in the guard's place. */
  readonly minimum?: Duration;
  /** Between the evaluation that fires and the message: `for` and the group's wait. */
  readonly waits: Duration;
}

/** How an outage of so many percent ends; nobody is told of it where `after` is absent. */
export interface TimeToPage {
  readonly percent: number;
  /** Milliseconds from the last good scrape to the message. */
  readonly after?: number;
  /** Share of the period's error budget that is gone by then. */
  readonly spent?: Big;
}

/**
 * How long each share of bad events lasts before somebody is told, with all well before and traffic that is even. It is
 * exact for an outage that begins with a scrape; one that begins between two is told of up to two intervals later.
 * Source: the page in `generators/slo-alerts.ts`, which a test holds it against in the real server.
 */
export function timesToPage(rules: PageRules): readonly TimeToPage[] {
  return ERROR_SHARES.map((percent) => {
    const share = new Big(percent).div(100);
    const evaluations = pairsOf(rules.burn, "page", rules.budget).flatMap(
      (pair) =>
        (pair.id === "page-fast" ? fastFires(rules, pair, share) : slowFires(rules, pair, share)) ?? [],
    );
    if (evaluations.length === 0) {
      return { percent };
    }
    const after = Math.min(...evaluations) * milliseconds(rules.interval) + milliseconds(rules.waits);
    const spent = share.times(after).div(milliseconds(rules.burn.period)).div(rules.budget);
    return { percent, after, spent };
  });
}

/** The least objective with which so many percent of bad events page by some pair, in hundredths of a percent. */
export function leastPagingObjective({ burn }: Pick<PageRules, "burn">, percent: number): Big {
  const factors = burn.windows.filter(({ response }) => response === "page").map(({ factor }) => factor);
  const lowest = factors.reduce(
    (least, factor) => (factor.lt(least) ? factor : least),
    factors[0] ?? new Big(1),
  );
  // A pair fires above its threshold, and not at it.
  return new Big(100).minus(new Big(percent).div(lowest)).round(2, Big.roundDown).plus("0.01");
}

/** Increases of a counter within a window: one less than its samples, over all of which the server spreads them. */
function stepsIn(window: Duration, { interval, minimum }: PageRules): number {
  const samples = ratioOf(window, interval);
  return minimum === undefined ? samples - 1 : samples;
}

/** The evaluation at which the exact counts of the long window, those of the short one and the guard agree. */
function fastFires(rules: PageRules, pair: BurnWindow, share: Big): number | undefined {
  const threshold = pair.factor.times(rules.budget);
  const conditions = [pair.long, pair.short].map((window) =>
    firstAbove(threshold.times(stepsIn(window, rules)).div(share), stepsIn(window, rules)),
  );
  const long = stepsIn(pair.long, rules);
  const counted = eventsNeeded(rules, pair.long, share);
  return latest([...conditions, firstAbove(counted.times(long), long)]);
}

/**
 * The first whole number of bad scrapes above a bound; none where the window does not hold so many.
 */
function firstAbove(bound: Big, most: number): number | undefined {
  const first = bound.round(0, Big.roundDown).plus(1).toNumber();
  return first <= most ? first : undefined;
}

/** The share of a window that has to be bad for the guard to be sure, or the least bad time to be reached. */
function eventsNeeded(
  { guard, budget, eventsPerHour, minimum, interval }: PageRules,
  window: Duration,
  share: Big,
): Big {
  if (minimum !== undefined) {
    // At least so much, where the others ask for more than a bound.
    const slices = new Big(ratioOf(minimum, interval)).div(share).minus("0.000001");
    return slices.div(ratioOf(window, interval));
  }
  if (eventsPerHour === undefined) {
    return new Big(0);
  }
  const events = eventsPerHour.times(ratioOf(window, "1h"));
  return guardThreshold(guard, events, budget).div(events.times(share));
}

/** The evaluation at which the recorded rates, summed over the long window, are above the threshold and the guard. */
function slowFires(rules: PageRules, pair: BurnWindow, share: Big): number | undefined {
  const base = stepsIn(rules.burn.base, rules);
  const whole = ratioOf(pair.long, rules.interval);
  const full = new Big(base).times(whole);
  const bounds = [
    pair.factor.times(rules.budget).times(full).div(share),
    eventsNeeded(rules, pair.long, share).times(full),
  ];
  const bound = bounds.reduce((most, one) => (one.gt(most) ? one : most));
  // A rate is full after its own window, and the sum after another of its length.
  for (let evaluation = 1; evaluation <= whole + base; evaluation += 1) {
    if (bound.lt(ramp(evaluation, base) - ramp(evaluation - whole, base))) {
      return evaluation;
    }
  }
  return undefined;
}

/** The sum of the first rates of an outage, in steps of a scrape: 1, 2, 3, ... up to `base`, then `base` each. */
function ramp(evaluations: number, base: number): number {
  const rising = Math.max(0, Math.min(evaluations, base));
  return (rising * (rising + 1)) / 2 + Math.max(0, evaluations - base) * base;
}

function latest(conditions: readonly (number | undefined)[]): number | undefined {
  const known = conditions.flatMap((condition) => condition ?? []);
  return known.length === conditions.length ? Math.max(...known) : undefined;
}
