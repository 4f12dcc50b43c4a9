import type { Place } from "../../plan/names";
import type { Duration } from "../../slo/duration";
import type { Disturbance, Phase } from "./world";

/** A story that a rule test tells. */
export interface Scenario {
  readonly sentence: string;
  readonly phases: readonly Phase[];
  /** Other places on the same server, in normal operation all along. */
  readonly alsoIn?: readonly Partial<Place>[];
}

/** Traffic at which a share of bad events is no chance. */
export const BUSY = { requestsPerSecond: 100 };

/** Normal operation. */
export const normal = (lasts: Duration): Phase => ({ lasts });

/** Operation that something disturbs. */
export const during = (lasts: Duration, disturbance: Disturbance): Phase => ({ lasts, ...disturbance });
