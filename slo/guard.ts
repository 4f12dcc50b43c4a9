import Big from "big.js";

/** How sure a page must be that the budget is really burning, at low traffic (OMNIHUB-ERR-23). */
export type GuardProfile = "strict" | "fast";

/** errors > n*B + deviations * sqrt(n*B) + offset, for n requests and budget B over the long window. */
export interface Guard {
  readonly deviations: number;
  readonly offset: number;
}

/**
 * `strict` keeps false pages at the edge of the objective at or below 0.08 per 28 days at every traffic from
 * 20 to 10,000 requests an hour; `fast` pages up to 21 minutes earlier below 200 requests an hour, at up to 2.6.
 */
export const GUARDS: Readonly<Record<GuardProfile, Guard>> = {
  strict: { deviations: 4, offset: 2 },
  fast: { deviations: 3, offset: 1 },
};

/** The number of errors that must be exceeded among `requests` requests. */
export function guardThreshold(guard: Guard, requests: Big, budget: Big): Big {
  const expected = requests.times(budget);
  return expected.plus(expected.sqrt().times(guard.deviations)).plus(guard.offset);
}
