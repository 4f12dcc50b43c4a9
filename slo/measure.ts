import type { Duration } from "./duration";
import { countersOf, eventMetricOf, matchesOf, type EventSli, type ExampleSeries, type Sli } from "./sli";
import type { Counter, Gauge, Histogram, Job, LabelMatch, Metric } from "./telemetry";

/** The level of a gauge; with `by`, one for each value of these labels. */
export interface Level {
  readonly kind: "level";
  readonly gauge: Gauge;
  readonly where?: readonly LabelMatch[];
  /** `max` or `min` where every target reports the same thing, `sum` where each reports its part. */
  readonly of: "sum" | "max" | "min";
  readonly by?: readonly string[];
}

/**
 * How long ago something happened: now less the value of a gauge that is a time. `newest` where one success is enough,
 * `oldest` where each series has work of its own.
 */
export interface Age {
  readonly kind: "age";
  /** Its contract says that it is a time. */
  readonly gauge: Gauge;
  readonly where?: readonly LabelMatch[];
  readonly of: "newest" | "oldest";
  /** It is a time to come, such as the end of a certificate: how long it is until then, of `oldest` the next. */
  readonly ahead?: true;
  readonly by?: readonly string[];
}

/** How far apart the values are that targets report of a gauge on which they should agree. */
export interface Spread {
  readonly kind: "spread";
  readonly gauge: Gauge;
}

/** How a counter grows: events within the window, with the first ones of series that begin in it. */
export interface Increase {
  readonly kind: "increase";
  readonly counter: Counter;
  readonly where?: readonly LabelMatch[];
  readonly window: Duration;
  /** Labels of the counter whose values are told apart; none by default. */
  readonly by?: readonly string[];
  /**
   * Labels of the counter, or `instance`, whose values all do the same work: only what every one of them counts is
   * counted, e.g. what was lost on all ways.
   * @default - what they count is added up
   */
  readonly least?: readonly string[];
  /** A counter of the same job: what a target counts on which it grows as well is left out, it has an alert of its own. */
  readonly explainedBy?: Counter;
}

/** Events per second or per minute, as a mean over the window. */
export interface Rate {
  readonly kind: "rate";
  readonly per: "second" | "minute";
  readonly counter: Counter;
  readonly where?: readonly LabelMatch[];
  readonly window: Duration;
  readonly by?: readonly string[];
}

/** How the targets of a job become one number: all of them together, or the mean or the highest of each. */
export type Across = "together" | "average" | "highest";

/**
 * How often a gauge turned within the window: how many times it rose or how many times it fell, whichever is less. What
 * only grows, in however many steps, did not turn.
 */
export interface Turns {
  readonly kind: "turns";
  readonly gauge: Gauge;
  readonly where?: readonly LabelMatch[];
  readonly window: Duration;
}

/**
 * What share of a limit a gauge will be, if it goes on as in the window: a straight line through its samples. Nothing is
 * foretold before half of the window is known. The highest of its series.
 * Source: Prometheus docs, "Query functions", `predict_linear`.
 */
export interface Forecast {
  readonly kind: "forecast";
  readonly part: Gauge;
  readonly whole: Gauge;
  readonly where?: readonly LabelMatch[];
  /** Whole days, where load has a daily rhythm. */
  readonly window: Duration;
  /** How far ahead. */
  readonly ahead: Duration;
}

/**
 * One gauge as a share of another; `free` where it says what is left, and what is used is measured. `together` is the sum
 * of the parts over the greatest whole: what shares one limit reports that limit many times. A whole of 0 is no limit, and
 * there is no share of it.
 */
export interface GaugeShare {
  readonly kind: "gauge-share";
  readonly part: Gauge;
  readonly whole: Gauge;
  /** Of which series of both. */
  readonly where?: readonly LabelMatch[];
  readonly free?: boolean;
  readonly of: Across;
}

/** Series of a counter. */
export interface CounterPart {
  readonly counter: Counter;
  readonly where?: readonly LabelMatch[];
}

/** What one counter adds to several; `free` where it counts what is not used, and what is used is measured. */
export interface CounterShare {
  readonly kind: "counter-share";
  readonly part: CounterPart;
  readonly whole: readonly [CounterPart, ...CounterPart[]];
  readonly free?: boolean;
  readonly of: Across;
  readonly window: Duration;
}

/** The smallest value of a gauge as a share of the job's targets, as for the members that each of them knows. */
export interface GaugePerTarget {
  readonly kind: "gauge-per-target";
  readonly gauge: Gauge;
}

/** The share of a job's targets that answer. */
export interface TargetsUp {
  readonly kind: "targets-up";
  readonly job: Job;
  /**
   * Of how many: where we deploy them ourselves, we know. A pod that is pending is no target, so that among those that
   * are known nothing would be missing.
   * @default - the targets that are known
   */
  readonly planned?: number;
}

/** The share of bad events over a window. */
export interface BadEvents {
  readonly kind: "bad-events";
  readonly sli: EventSli;
  readonly window: Duration;
}

/** The bound that a share of the observations stay within; for display, since an objective is measured on a bucket. */
export interface Quantile {
  readonly kind: "quantile";
  readonly histogram: Histogram;
  readonly where?: readonly LabelMatch[];
  /** Exact decimal, e.g. `0.95`. */
  readonly quantile: string;
  readonly window: Duration;
}

/**
 * What PromQL of the service's own says, where no other measure does: one number in each place. What it reads is held
 * against the contract, and the examples prove it.
 */
export interface Query {
  readonly kind: "query";
  readonly query: string;
  /** A noun for what it measures, as in "jobs waiting per worker". */
  readonly says: string;
  readonly reads: readonly [Metric, ...Metric[]];
  /** What it is worth where counters grow so many a minute, and gauges stand. */
  readonly examples: readonly [QueryExample, ...QueryExample[]];
}

export interface QueryExample {
  readonly growing?: ExampleSeries;
  readonly standing?: ExampleSeries;
  readonly value: number;
}

/** A number that is measured of a service in one place. Alerts compare it with a limit, panels draw it. */
export type Measure =
  | Age
  | BadEvents
  | CounterShare
  | Forecast
  | GaugePerTarget
  | GaugeShare
  | Increase
  | Level
  | Quantile
  | Query
  | Rate
  | Spread
  | TargetsUp
  | Turns;

/** A metric that is read, and the conditions by which series of it are picked. */
export interface Reading {
  readonly metric: Metric;
  readonly where: readonly LabelMatch[];
  /** The field that names it. */
  readonly field: string;
}

/** What a measure reads of metrics; targets that answer are none. */
export function readings(measure: Measure): readonly Reading[] {
  switch (measure.kind) {
    case "age":
    case "level":
    case "turns":
      return [reading("gauge", measure.gauge, measure.where)];
    case "spread":
    case "gauge-per-target":
      return [reading("gauge", measure.gauge)];
    case "increase": {
      const { counter, where, explainedBy } = measure;
      const counted = reading("counter", counter, where);
      return explainedBy === undefined ? [counted] : [counted, reading("explainedBy", explainedBy)];
    }
    case "rate":
      return [reading("counter", measure.counter, measure.where)];
    case "forecast":
    case "gauge-share":
      return partAndWhole(measure);
    case "counter-share":
      return [
        reading("part", measure.part.counter, measure.part.where),
        ...measure.whole.map(({ counter, where }) => reading("whole", counter, where)),
      ];
    case "bad-events":
      return [reading("sli", eventMetricOf(measure.sli), matchesOf(measure.sli))];
    case "quantile":
      return [reading("histogram", measure.histogram, measure.where)];
    case "query":
      return measure.reads.map((metric) => reading("reads", metric));
    case "targets-up":
      return [];
  }
}

/** Conditions that were written for the part pick their whole as well. */
function partAndWhole({ part, whole, where }: Forecast | GaugeShare): readonly Reading[] {
  const alike = where?.map((match) => ({ ...match }));
  return [reading("part", part, where), reading("whole", whole, alike)];
}

/**
 * What an SLI reads of a metric. By the conditions of its population it chooses what is its own among what others count on
 * the same metric: one queue of a broker, one route. A series with another value there belongs to somebody else.
 */
export interface SliReading extends Reading {
  readonly population: readonly LabelMatch[];
}

/** What an SLI reads of metrics. */
export function sliReadings(sli: Sli): readonly SliReading[] {
  const of = (one: Reading, chosen = one.where): SliReading => ({
    ...one,
    population: chosen.filter(({ op }) => op === "=" || op === "=~"),
  });
  switch (sli.kind) {
    case "request-ratio":
    case "latency-ratio":
      return [of(reading("sli", eventMetricOf(sli), matchesOf(sli)), sli.of)];
    case "time":
      return readings(sli.measure).map((one) => of(one));
    case "counter-ratio":
      return countersOf(sli).map(({ counter, where }) => of(reading("events", counter, where)));
    case "query-ratio":
      return sli.reads.map((metric) => of(reading("reads", metric)));
    case "composite":
      return [];
  }
}

function reading(field: string, metric: Metric, where: readonly LabelMatch[] = []): Reading {
  return { metric, where, field };
}

/** The labels by which a measure has several values in one place. */
export function labelsOf(measure: Measure): readonly string[] {
  return "by" in measure ? (measure.by ?? []) : [];
}

/** The window that a measure looks back over; without one it reads the last samples alone. */
export function windowOf(measure: Measure): Duration | undefined {
  return "window" in measure ? measure.window : undefined;
}
