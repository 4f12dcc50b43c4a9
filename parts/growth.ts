import type { Capacity } from "../slo/capacity";
import type { DashboardRow } from "../slo/dashboard";
import type { Duration } from "../slo/duration";
import type { Forecast, GaugeShare } from "../slo/measure";
import type { Percent } from "../slo/objective";
import { camelOf } from "../slo/slug";
import type { Fragment, Part } from "./define-service";
import { watch, type Watch } from "./watch";

/** A load that grows, what carries it, and gauges that say how much of that is used. */
export interface Growth extends Capacity {
  /** What is used of what there is. */
  readonly watched?: Pick<GaugeShare, "part" | "where" | "whole">;
  /** Whole days, where load has a daily rhythm. @default "7d" */
  readonly window?: Duration;
  /** As long as it takes to get more of it. @default "30d" */
  readonly ahead?: Duration;
  /** Of it that may be used by then. @default "80%" */
  readonly above?: Percent;
}

/** Its alert is `<Id>RunsOut`, its panel stands in the row "Capacity" of the dashboard of objectives. */
export function growth({ watched, window = "7d", ahead = "30d", above = "80%", ...capacity }: Growth): Part {
  return (): Fragment =>
    watched === undefined
      ? { capacity: [capacity] }
      : {
          capacity: [capacity],
          rows: [capacityRow(capacity, { ...watched, window, ahead, above })],
          ...watch({}, [runsOut(capacity, { ...watched, window, ahead, above })]),
        };
}

type Watched = Omit<Forecast, "kind"> & { readonly above: Percent };

function capacityRow({ id, title }: Capacity, { above, ...measure }: Watched): DashboardRow {
  const { window, ahead, ...share } = measure;
  return {
    id: "capacity",
    title: "Capacity",
    panels: [
      {
        id: `capacity-${id}`,
        title,
        description: `Share that is used now, and in ${ahead} if it goes on as in the last ${window}. From ${above} on a warning is sent.`,
        unit: "ratio",
        draw: "graph",
        values: [
          { name: "now", value: { kind: "gauge-share", ...share, of: "highest" } },
          { name: `in ${ahead}`, value: { kind: "forecast", ...measure } },
        ],
      },
    ],
  };
}

function runsOut({ id, title }: Capacity, { above, ...measure }: Watched): Watch {
  const { window, ahead } = measure;
  return {
    alert: {
      name: `${camelOf(id)}RunsOut`,
      severity: "warning",
      category: "saturation",
      measure: { kind: "forecast", ...measure },
      when: { above },
      for: "6h",
      summary: `${title}: what carries it runs out`,
      description: `{{ $value | humanizePercentage }} of it will be used in ${ahead}, if it goes on as in the last ${window}; ${above} may.`,
    },
    advice: [
      "Compare the growth with what was expected: a table of the service's page of objectives has both. What grows as expected needs more capacity, by the day that stands there; what grows faster has a reason, such as data that nobody deletes.",
    ],
  };
}
