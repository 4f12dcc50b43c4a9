import { milliseconds, type Duration } from "../slo/duration";
import { sortedBy } from "../slo/order";
import type { Labels } from "./monitoring-plan";

/** As long as an expression gave one series, evaluation for evaluation; times in milliseconds since the epoch. */
export interface Stretch {
  readonly labels: Labels;
  /** The first and the last evaluation that had it. */
  readonly from: number;
  readonly to: number;
}

/** The evaluations of a past: the first, the last, and the time between two. */
export interface Grid {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** A part of a past, in milliseconds since the epoch. */
export type Span = Pick<Grid, "from" | "to">;

/** The evaluations of a rule in a part of a past, whose end belongs to the next one. */
export function gridOf({ from, to }: Span, interval: Duration): Grid {
  const step = milliseconds(interval);
  return { from: Math.ceil(from / step) * step, to: Math.ceil(to / step) * step - step, step };
}

/** A text for each set of labels, whatever their order. */
export function labelsKey(labels: Labels): string {
  return JSON.stringify(sortedBy(Object.entries(labels), ([label]) => label));
}

/** How alerts of others and those of a plan may differ over a past. */
export const DIFFERENCES = ["uncovered", "only-theirs", "late", "only-ours"] as const;
export type DifferenceKind = (typeof DIFFERENCES)[number];
