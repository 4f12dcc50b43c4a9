import { moreThanChance } from "../../backends/rule-tests/chance";
import type { SloContext } from "../../generators/slo-context";
import { milliseconds, type Duration } from "../../slo/duration";
import { TELLING } from "../../slo/guard";
import { STEP, type Contender } from "./contenders";

/** Events of every scrape interval. */
export interface Traffic {
  readonly total: Float64Array;
  readonly errors: Float64Array;
}

/**
 * Whether a page fires in each evaluation, one a scrape, in arithmetic that is fast enough for thousands of months. The
 * bench compares it with the server's own evaluation of the rules before it is used.
 */
export type PageModel = (traffic: Traffic) => Uint8Array;

/** Evaluations until the longest window is full, of raw series and of what is recorded of them. */
export const WARM_UP = scrapes("6h") + scrapes("5m");

function scrapes(window: Duration): number {
  return milliseconds(window) / 1_000 / STEP;
}

function cumulative(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  values.forEach((value, index) => {
    sums[index + 1] = (sums[index] ?? 0) + value;
  });
  return sums;
}

/** The sum of the last `count` values at `at`, from cumulative sums. */
function last(sums: Float64Array, at: number, count: number): number {
  return (sums[at + 1] ?? 0) - (sums[Math.max(0, at + 1 - count)] ?? 0);
}

/**
 * What `increase` gives: a window of n scrapes sees n - 1 steps, and takes them for n. Source: Prometheus, extrapolation
 * of `rate` and `increase`.
 */
function increase(sums: Float64Array, at: number, window: number): number {
  return (last(sums, at, window - 1) * window) / (window - 1);
}

/** Events of windows, in scrapes, as the rules record them. */
interface Recorded {
  /** Counted exactly. */
  readonly increase: (side: keyof Traffic, at: number, window: number) => number;
  /** Summed from rates over the base window. */
  readonly sum: (side: keyof Traffic, at: number, window: number) => number;
}

function recordedOf(traffic: Traffic, base: number): Recorded {
  const counted = { total: cumulative(traffic.total), errors: cumulative(traffic.errors) };
  const rates = (side: keyof Traffic): Float64Array =>
    cumulative(traffic[side].map((_, at) => increase(counted[side], at, base) / base));
  const summed = { total: rates("total"), errors: rates("errors") };
  return {
    increase: (side, at, window) => increase(counted[side], at, window),
    sum: (side, at, window) => last(summed[side], at, window),
  };
}

/** The condition of slo-alerts.ts for an SLI of events, in numbers of its own. */
export function tocsinModel(context: SloContext): PageModel {
  const { burn } = context;
  const [fast, slow, { short: longest }] = burn.windows;
  const base = scrapes(burn.base);
  const isFast = fastPair(context, base, scrapes(fast.long), scrapes(slow.short));
  const isSlow = slowPair(context, scrapes(slow.long), [scrapes(slow.short), scrapes(longest)]);
  return (traffic) => {
    const recorded = recordedOf(traffic, base);
    return Uint8Array.from(traffic.total, (_, at) => Number(isFast(recorded, at) || isSlow(recorded, at)));
  };
}

type Pair = (recorded: Recorded, at: number) => boolean;

function ratio({ sum }: Recorded, at: number, window: number): number {
  return sum("errors", at, window) / sum("total", at, window);
}

/** Whether a part of a window holds few requests, at the traffic of the whole. */
function few(seen: number, long: number, requests: number, part: number): boolean {
  return seen < (requests * long) / part;
}

function fastPair(context: SloContext, base: number, hour: number, short: number): Pair {
  const limit = context.burn.windows[0].factor.times(context.budget).toNumber();
  const budget = context.budget.toNumber();
  const { guard } = context;
  return (recorded, at) => {
    const seen = recorded.increase("total", at, hour);
    const errors = recorded.increase("errors", at, hour);
    return (
      errors / seen > limit &&
      moreThanChance(guard, errors, seen, budget) &&
      (ratio(recorded, at, 1) > limit ||
        (ratio(recorded, at, short) > limit && few(seen, hour, TELLING.requests, base)) ||
        few(seen, hour, TELLING.requests, short))
    );
  };
}

function slowPair(
  context: SloContext,
  long: number,
  [short, longest]: readonly [short: number, longest: number],
): Pair {
  const limit = context.burn.windows[1].factor.times(context.budget).toNumber();
  const budget = context.budget.toNumber();
  const recovery = scrapes(context.burn.recovery);
  const { guard } = context;
  return (recorded, at) => {
    const seen = recorded.sum("total", at, long);
    return (
      ratio(recorded, at, long) > limit &&
      moreThanChance(guard, recorded.sum("errors", at, long), seen, budget) &&
      (ratio(recorded, at, short) > limit ||
        (ratio(recorded, at, longest) > limit && few(seen, long, TELLING.requests, short)) ||
        few(seen, long, TELLING.last, longest)) &&
      (ratio(recorded, at, recovery) > budget || few(seen, long, TELLING.requests, recovery))
    );
  };
}

const CONDITION = /ratio_rate(\w+)\{[^}]*\} > \(([\d.]+) \* ([\d.e-]+)\)/g;

/** Sloth's page: pairs of a short and a long window that must both be above a limit, as its rule says them. */
export function slothModel({ groups }: Contender): PageModel {
  const page = groups.flatMap(({ rules }) => rules).find(({ labels }) => labels["sloth_severity"] === "page");
  const conditions = [...(page?.expr ?? "").matchAll(CONDITION)].map(([, window, factor, budget]) => ({
    window: scrapes(window as Duration),
    limit: Number(factor) * Number(budget),
  }));
  if (conditions.length !== 4) {
    throw new Error(`Sloth's page is none of two pairs of windows:\n${page?.expr ?? ""}`);
  }
  return ({ total, errors }) => {
    const counted = { total: cumulative(total), errors: cumulative(errors) };
    const isAbove = (at: number, { window, limit }: (typeof conditions)[number]): boolean =>
      last(counted.errors, at, window - 1) / last(counted.total, at, window - 1) > limit;
    const pairs = [conditions.slice(0, 2), conditions.slice(2)];
    return Uint8Array.from(total, (_, at) =>
      Number(pairs.some((pair) => pair.every((condition) => isAbove(at, condition)))),
    );
  };
}
