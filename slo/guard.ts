import Big from "big.js";

/** How sure a page must be that the budget is really burning, at low traffic. */
export type GuardProfile = "strict" | "fast";

/** errors > n*B + deviations * sqrt(n*B) + offset, for n requests and budget B over the long window. */
export interface Guard {
  readonly deviations: number;
  readonly offset: number;
}

/**
 * `strict` keeps false pages at the edge of the objective at or below 0.1 per 28 days at every traffic from
 * 3 to 10,000 requests an hour (with an offset of 2 it was 0.16 at 200); `fast` pages up to 21 minutes earlier below 200
 * requests an hour, at up to 2.6.
 */
export const GUARDS: Readonly<Record<GuardProfile, Guard>> = {
  strict: { deviations: 4, offset: 2.25 },
  fast: { deviations: 3, offset: 1 },
};

/**
 * Requests that a short window must hold, at the traffic of its long one, to say that a burn is over. With fewer the next
 * longer window is asked, because a window without requests is no recovery: a page at three failing requests an hour
 * would come and go with each of them. `last` is what the longest of the short windows must hold.
 */
export const TELLING = { requests: 20, last: 3 } as const;

/** The number of errors that must be exceeded among `requests` requests. */
export function guardThreshold(guard: Guard, requests: Big, budget: Big): Big {
  const expected = requests.times(budget);
  return expected.plus(expected.sqrt().times(guard.deviations)).plus(guard.offset);
}
