import type { Period } from "./burn-rate";
import type { Duration } from "./duration";
import type { Fault } from "./incident";
import type { Age, CounterPart, GaugeShare, Level, Query } from "./measure";
import type { Counter, Histogram, LabelMatch, Metric } from "./telemetry";

/**
 * Share of requests that fail: `errors` picks the failed ones of `total`, a counter, or a histogram whose count is all
 * that counts them (OpenTelemetry, `http.server.request.duration`).
 * 4xx, 429 and 499 count as good unless `errors` says otherwise.
 */
export interface RequestRatioSli {
  readonly kind: "request-ratio";
  readonly total: Counter | Histogram;
  /** Restricts the population, e.g. to leave probes out. */
  readonly of: readonly LabelMatch[];
  readonly errors: readonly LabelMatch[];
}

/** Share of requests slower than `threshold`, which must be a bound of the histogram. */
export interface LatencyRatioSli {
  readonly kind: "latency-ratio";
  readonly histogram: Histogram;
  readonly of: readonly LabelMatch[];
  /** Exact decimal in the unit of the histogram, e.g. `0.5`. */
  readonly threshold: string;
}

/**
 * Share of the time that a measure is on the wrong side of a limit, counted in evaluations: a probe that fails, a queue
 * that is too long, a batch that is too old. They hang together as requests do not, so chance cannot be told from trouble
 * by their number: `minimum` of bad time takes the guard's place.
 */
export interface TimeSli {
  readonly kind: "time";
  readonly measure: Age | GaugeShare | Level | Query;
  /** The limit is as in an alert: a decimal, a percentage of a share, a duration of an age. */
  readonly bad: { readonly above: string } | { readonly below: string };
  /** Bad time within the long window that a page needs besides. */
  readonly minimum: Duration;
}

/** Counters of one kind of event, added up. */
export type Counters = readonly [CounterPart, ...CounterPart[]];

/**
 * Share of events that are bad, where several counters count them: good and bad apart, all and good, or the parts of a
 * sum. What is not given follows from the two that are. The first event of a series that begins with it is not seen, as
 * in any `increase`; a metric that counts good and bad events under a label is better read by `requestRatio`.
 */
export interface CounterRatioSli {
  readonly kind: "counter-ratio";
  readonly events:
    | { readonly total: Counters; readonly bad: Counters }
    | { readonly total: Counters; readonly good: Counters }
    | { readonly good: Counters; readonly bad: Counters };
}

/** What stands for a window in a query of a service's own. */
export const WINDOW = "$window";

/**
 * Share of events that are bad, in PromQL of the service's own. Each query is the number of events within `$window`, such
 * as `sum(increase(orders_failed_total[$window]))`: windows of several lengths are read, so that a rate would not do.
 */
export interface QueryRatioSli {
  readonly kind: "query-ratio";
  readonly errors: string;
  readonly total: string;
  /** The metrics of the contract that both read. */
  readonly reads: readonly [Metric, ...Metric[]];
  /** What both are worth, a minute, where series grow by so many a minute; the first is how the lab begins. */
  readonly examples: readonly [EventsExample, ...EventsExample[]];
  /** What makes its events bad in the lab. @default - the service declares an incident of its own */
  readonly fault?: Fault;
}

/** Series as selectors, such as `orders_failed_total{job="shop"}`, each with a number. */
export type ExampleSeries = Readonly<Record<string, number>>;

/** Events a minute by two queries, where counters grow by so many a minute. */
interface EventsExample {
  readonly growing: ExampleSeries;
  readonly errors: number;
  readonly total: number;
}

/** An objective that is a step of a journey. */
export interface Step {
  /** Id of its service. */
  readonly service: string;
  /** Id of the objective in it. */
  readonly slo: string;
  readonly title: string;
  readonly window: Period;
  readonly sli: MeasuredSli;
  /** How much it counts beside the others, a decimal such as `2`. */
  readonly weight: string;
}

/**
 * A journey of several steps, each an objective of some service. With `all` a journey is good if each of its steps is: its
 * share of bad ones is 1 less the product of the good shares, as if steps failed independently. With `weighted` it is the
 * mean of their shares by weight. The first step counts how many journeys there are.
 */
export interface CompositeSli {
  readonly kind: "composite";
  readonly steps: readonly [Step, Step, ...Step[]];
  readonly of: "all" | "weighted";
}

/** SLIs of events that are read as they are, without a correction for first samples. */
export type PlainSli = CounterRatioSli | QueryRatioSli;

/** SLIs that read metrics; a composite reads what these record. */
export type MeasuredSli = RequestRatioSli | LatencyRatioSli | TimeSli | PlainSli;

export type Sli = MeasuredSli | CompositeSli;

/** Failed requests among all requests of a counter or a histogram. */
export function requestRatio(
  sli: Omit<RequestRatioSli, "kind" | "of"> & { of?: readonly LabelMatch[] },
): RequestRatioSli {
  return { kind: "request-ratio", of: [], ...sli };
}

/** Requests slower than a bucket bound among all requests of a histogram. */
export function latencyRatio(
  sli: Omit<LatencyRatioSli, "kind" | "of"> & { of?: readonly LabelMatch[] },
): LatencyRatioSli {
  return { kind: "latency-ratio", of: [], ...sli };
}

/** Bad events among all, counted by several counters. */
export function counterRatio(events: CounterRatioSli["events"]): CounterRatioSli {
  return { kind: "counter-ratio", events };
}

/** Bad events among all, in PromQL of one's own. */
export function queryRatio(sli: Omit<QueryRatioSli, "kind">): QueryRatioSli {
  return { kind: "query-ratio", ...sli };
}

/** SLIs that count events of one metric, which a threshold alert can count over a window of its own. */
export type EventSli = RequestRatioSli | LatencyRatioSli;

/** Counters of an SLI that reads several, in the order in which it gives them. */
export function countersOf({ events }: CounterRatioSli): readonly CounterPart[] {
  return [
    ...("total" in events ? events.total : []),
    ...("good" in events ? events.good : []),
    ...("bad" in events ? events.bad : []),
  ];
}

export function isPlain(sli: Sli): sli is PlainSli {
  return sli.kind === "counter-ratio" || sli.kind === "query-ratio";
}

/** The metric that an SLI of events reads. */
export function eventMetricOf(sli: EventSli): Counter | Histogram {
  return sli.kind === "request-ratio" ? sli.total : sli.histogram;
}

/** The conditions by which an SLI picks series of the first metric that it reads. */
export function matchesOf(sli: Sli): readonly LabelMatch[] {
  switch (sli.kind) {
    case "request-ratio":
      return [...sli.of, ...sli.errors];
    case "latency-ratio":
      return sli.of;
    case "time":
      return "where" in sli.measure ? (sli.measure.where ?? []) : [];
    case "counter-ratio":
      return countersOf(sli)[0]?.where ?? [];
    case "query-ratio":
    case "composite":
      return [];
  }
}

/** The first metric that an SLI reads; of a share, the part, and of a journey that of its first step. */
export function metricOf(sli: Sli): Metric {
  switch (sli.kind) {
    case "request-ratio":
    case "latency-ratio":
      return eventMetricOf(sli);
    case "time":
      return firstOf(sli.measure);
    case "counter-ratio":
      return ("total" in sli.events ? sli.events.total : sli.events.good)[0].counter;
    case "query-ratio":
      return sli.reads[0];
    case "composite":
      return metricOf(sli.steps[0].sli);
  }
}

function firstOf(measure: TimeSli["measure"]): Metric {
  switch (measure.kind) {
    case "gauge-share":
      return measure.part;
    case "query":
      return measure.reads[0];
    case "age":
    case "level":
      return measure.gauge;
  }
}
