import { ratioOf, type Duration } from "./duration";

/** Share of its samples that a window must hold before it says anything. */
export const LEAST_KNOWN = "0.25";

/** Samples that a window must hold more of, of a series that is recorded every `spacing`. */
export function minimumSamples(window: Duration, spacing: Duration): number {
  return Math.floor(ratioOf(window, spacing) * Number(LEAST_KNOWN));
}
