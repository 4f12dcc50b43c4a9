import { ratioOf, type Duration } from "./duration";

/** A window must hold a quarter of its samples before it says anything. */
const COVERAGE = { numerator: 1, denominator: 4 } as const;

/** Samples that a window must hold more of, of a series that is recorded every `spacing`. */
export function minimumSamples(window: Duration, spacing: Duration): number {
  return Math.floor((ratioOf(window, spacing) * COVERAGE.numerator) / COVERAGE.denominator);
}
