import Big from "big.js";
import type { Autoscaling } from "./autoscaling";
import { exactRatio, type Percent } from "./objective";
import { valueIn, type PerEnvironment } from "./per-environment";
import type { Service } from "./service";
import type { Job } from "./telemetry";

/** What is expected by a day. */
export interface Projected {
  /** `2026-12-31` */
  readonly by: string;
  readonly load: number;
}

/** How much of a limit is there from a day on. */
export interface Amount {
  /** `2026-12-31` */
  readonly from: string;
  readonly amount: number;
}

interface Carrying {
  /** Share of it that the projection may use. */
  readonly use: Percent;
  /** Where the figures are from: nobody ever measured what is assumed. */
  readonly figures: "assumed" | "measured";
}

/** The pods that an autoscaler may have at most. */
interface CarriedByAutoscaler extends Carrying {
  readonly kind: "autoscaler";
  /** That of the autoscaler. */
  readonly job: Job;
  /** What one pod carries when all of it is used. */
  readonly each: number;
}

/** What does not grow by itself: a disk, operations per second, workers, a quota. */
interface CarriedByLimit extends Carrying {
  readonly kind: "limit";
  /** A noun, e.g. `disk of the database`. */
  readonly name: string;
  /** What was or will be there, by day; the newest holds. */
  readonly amounts: PerEnvironment<readonly [Amount, ...Amount[]]>;
  /** What one of them carries when all of it is used. @default 1 */
  readonly each?: number;
}

export type Carrier = CarriedByAutoscaler | CarriedByLimit;

/** A load that is expected to grow, and what has to carry it. */
export interface Capacity {
  /** Unique in its service. */
  readonly id: string;
  /** What grows, e.g. `Load of the API gateway`. */
  readonly title: string;
  /** What it is counted in, as a plural: `requests a second`, `GB`. */
  readonly unit: string;
  /** By day, the first first; empty where nothing is expected. */
  readonly projection: PerEnvironment<readonly Projected[]>;
  /** Each of them has to carry all of it. */
  readonly carriedBy: readonly [Carrier, ...Carrier[]];
}

/** What a carrier can do on a day, and the units that do it. */
export interface Carried extends Projected {
  readonly carrier: Carrier;
  readonly units: number;
  readonly most: Big;
}

/** What every carrier can do on each day of a projection. */
export function carriedIn(
  { autoscaling }: Pick<Service, "autoscaling">,
  { projection, carriedBy }: Capacity,
  environment: string,
): readonly Carried[] {
  return valueIn(projection, environment).flatMap(({ by, load }) =>
    carriedBy.map((carrier) => {
      const units = unitsOn(autoscaling, carrier, environment, by);
      const most = new Big(units).times(carrier.each ?? 1).times(exactRatio(carrier.use));
      return { by, load, carrier, units, most };
    }),
  );
}

/** How many units it takes to carry a load. */
export function unitsFor({ each = 1, use }: Carrier, load: number): Big {
  return new Big(load).div(exactRatio(use).times(each)).round(0, Big.roundUp);
}

/** What is in force on a day; nothing before the first. Dates are compared as text. */
function unitsOn(
  autoscaling: readonly Autoscaling[],
  carrier: Carrier,
  environment: string,
  day: string,
): number {
  if (carrier.kind === "autoscaler") {
    const scaling = autoscaling.find(({ job }) => job.name === carrier.job.name);
    return scaling === undefined ? 0 : valueIn(scaling.replicas, environment).max;
  }
  return valueIn(carrier.amounts, environment).findLast(({ from }) => from <= day)?.amount ?? 0;
}
