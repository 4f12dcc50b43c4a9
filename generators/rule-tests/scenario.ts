import type { Place } from "../../plan/names";
import type { Duration } from "../../slo/duration";
import type { Disturbance, Phase } from "./world";

/** A story that a rule test tells, with the evaluation intervals that it is told at. */
export interface Scenario {
  readonly sentence: string;
  readonly evaluations: readonly Duration[];
  readonly phases: readonly Phase[];
  /** Other places on the same server, in normal operation all along. */
  readonly alsoIn?: readonly Partial<Place>[];
}

/** Short windows are evaluated as in production; long ones at 5 m, or promtool refuses the number of samples. */
export const BOTH: readonly Duration[] = ["30s", "5m"];
export const LIVE: readonly Duration[] = ["30s"];
export const LONG: readonly Duration[] = ["5m"];

/** Normal operation. */
export const normal = (lasts: Duration): Phase => ({ lasts });

/** Operation that something disturbs. */
export const during = (lasts: Duration, disturbance: Disturbance): Phase => ({ lasts, ...disturbance });
