import type { Duration } from "./duration";
import { eventMetricOf, type EventSli, type Sli } from "./sli";
import type { Counter, Gauge, Histogram, Job, LabelMatch, Metric } from "./telemetry";

/** How the targets of a job become one number: all of them together, or the mean or the highest of each. */
export type Across = "together" | "average" | "highest";

/** The level of a gauge; a line per value of the labels in `by`. */
interface GaugeLevel {
  readonly kind: "level";
  readonly gauge: Gauge;
  readonly where?: readonly LabelMatch[];
  /** `max` where every target reports the same thing, `sum` where each reports its part. */
  readonly of: "sum" | "max" | "min";
  readonly by?: readonly string[];
}

/** How a counter grows: events within the window, or events per second or minute. */
interface CounterGrowth {
  readonly kind: "increase" | "rate" | "rate-per-minute";
  readonly counter: Counter;
  readonly where?: readonly LabelMatch[];
  readonly window: Duration;
  readonly by?: readonly string[];
}

/**
 * One gauge as a share of another; `free` where it says what is left, and what is used is shown. `together` is the sum
 * of the parts over the greatest whole, as in an alert: what shares one limit reports that limit many times.
 */
export interface GaugeShare {
  readonly kind: "gauge-share";
  readonly part: Gauge;
  readonly whole: Gauge;
  readonly free?: boolean;
  readonly of: Across;
}

/** Series of a counter. */
export interface CounterPart {
  readonly counter: Counter;
  readonly where?: readonly LabelMatch[];
}

/** What one counter adds to several; `free` where it counts what is not used, and what is used is shown. */
export interface CounterShare {
  readonly kind: "counter-share";
  readonly part: CounterPart;
  readonly whole: readonly [CounterPart, ...CounterPart[]];
  readonly free?: boolean;
  readonly of: Across;
  readonly window: Duration;
}

/** The bound that a share of the observations stay within; for display, an objective is measured on a bucket. */
export interface HistogramQuantile {
  readonly kind: "quantile";
  readonly histogram: Histogram;
  readonly where?: readonly LabelMatch[];
  /** Exact decimal, e.g. `0.95`. */
  readonly quantile: string;
  readonly window: Duration;
}

/** The share of good events of an SLO of the service, as its rules record it: over an hour for a window of 28 days. */
export interface SloSuccess {
  readonly kind: "slo-success";
  /** Id of the SLO. */
  readonly slo: string;
}

/** The share of a job's targets that answer. */
interface TargetsUp {
  readonly kind: "targets-up";
  readonly job: Job;
}

/** The share of bad events over a window, where no SLO records it. */
export interface BadEvents {
  readonly kind: "bad-events";
  readonly sli: EventSli;
  readonly window: Duration;
}

/** The smallest value of a gauge as a share of the job's targets. */
interface GaugePerTarget {
  readonly kind: "gauge-per-target";
  readonly gauge: Gauge;
}

/** A number that a panel shows, from nothing but the telemetry contract and the SLOs. */
export type PanelValue =
  | BadEvents
  | CounterGrowth
  | CounterShare
  | GaugeLevel
  | GaugePerTarget
  | GaugeShare
  | HistogramQuantile
  | SloSuccess
  | TargetsUp;

/** A value and what it is called; without a name a line is called by the labels of `by`. */
export interface NamedValue {
  readonly name?: string;
  readonly value: PanelValue;
}

/** What a value should be; beyond `limit` it is bad, between the two it needs a look. */
export interface Target {
  readonly good: "above" | "below";
  /** Exact decimal in the unit of the panel; a share of 1 where that is a ratio. */
  readonly target: string;
  readonly limit?: string;
}

/** A panel of a dashboard. */
export interface Panel {
  /** Unique in its dashboard; links to the panel hang on it. */
  readonly id: string;
  readonly title: string;
  /** What is seen, and what to make of it. */
  readonly description: string;
  readonly unit: "bytes" | "count" | "ratio" | "perMinute" | "perSecond" | "seconds" | "onOff";
  /** `number` is what holds now, `graph` how it got there, `bars` compares parts. */
  readonly draw: "number" | "graph" | "bars";
  readonly values: readonly [NamedValue, ...NamedValue[]];
  readonly target?: Target;
}

/** A heading and the panels below it. */
export interface DashboardRow {
  readonly id: string;
  readonly title: string;
  readonly panels: readonly [Panel, ...Panel[]];
  /** Id in the document that asks for it. */
  readonly source: string;
}

/** A dashboard that a service declares besides the one of its SLOs. */
export interface Dashboard {
  /** Unique in an environment; the address ends with it. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly [DashboardRow, ...DashboardRow[]];
}

/** A metric that is read, with its conditions. */
export interface MetricRead {
  readonly metric: Metric;
  readonly where: readonly LabelMatch[];
}

/** What an SLI reads to find bad events. */
export function sliRead(sli: Sli): MetricRead {
  return sli.kind === "gauge"
    ? { metric: sli.gauge, where: sli.of }
    : {
        metric: eventMetricOf(sli),
        where: sli.kind === "request-ratio" ? [...sli.of, ...sli.errors] : sli.of,
      };
}

/** The metrics that a value reads; targets that answer and SLOs have none of their own. */
export function metricsRead(value: PanelValue): readonly MetricRead[] {
  switch (value.kind) {
    case "level":
      return [{ metric: value.gauge, where: value.where ?? [] }];
    case "increase":
    case "rate":
    case "rate-per-minute":
      return [{ metric: value.counter, where: value.where ?? [] }];
    case "gauge-per-target":
      return [{ metric: value.gauge, where: [] }];
    case "gauge-share":
      return [value.part, value.whole].map((metric) => ({ metric, where: [] }));
    case "counter-share":
      return [value.part, ...value.whole].map(({ counter, where = [] }) => ({ metric: counter, where }));
    case "quantile":
      return [{ metric: value.histogram, where: value.where ?? [] }];
    case "bad-events":
      return [sliRead(value.sli)];
    case "slo-success":
    case "targets-up":
      return [];
  }
}
