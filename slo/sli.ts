import type { Duration } from "./duration";
import type { Age, GaugeShare, Level } from "./measure";
import type { Counter, Gauge, Histogram, LabelMatch } from "./telemetry";

/**
 * Share of requests that fail: `errors` picks the failed ones of `total`, a counter, or a histogram whose count is all
 * that counts them (OpenTelemetry, `http.server.request.duration`).
 * 4xx, 429 and 499 count as good (OMNIHUB-ERR-7) unless `errors` says otherwise.
 */
export interface RequestRatioSli {
  readonly kind: "request-ratio";
  readonly total: Counter | Histogram;
  /** Restricts the population, e.g. to leave probes out (BYTSPOT-ERR-6). */
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
  readonly measure: Age | GaugeShare | Level;
  /** The limit is as in an alert: a decimal, a percentage of a share, a duration of an age. */
  readonly bad: { readonly above: string } | { readonly below: string };
  /** Bad time within the long window that a page needs besides. */
  readonly minimum: Duration;
}

export type Sli = RequestRatioSli | LatencyRatioSli | TimeSli;

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

/** SLIs that count events, which a threshold alert can count over a window of its own. */
export type EventSli = RequestRatioSli | LatencyRatioSli;

/** The metric that an SLI of events reads. */
export function eventMetricOf(sli: EventSli): Counter | Histogram {
  return sli.kind === "request-ratio" ? sli.total : sli.histogram;
}

/** The conditions by which an SLI picks series of its metric. */
export function matchesOf(sli: Sli): readonly LabelMatch[] {
  switch (sli.kind) {
    case "request-ratio":
      return [...sli.of, ...sli.errors];
    case "latency-ratio":
      return sli.of;
    case "time":
      return "where" in sli.measure ? (sli.measure.where ?? []) : [];
  }
}

/** The metric that an SLI reads; of a share, the part. */
export function metricOf(sli: Sli): Counter | Histogram | Gauge {
  if (sli.kind !== "time") {
    return eventMetricOf(sli);
  }
  return sli.measure.kind === "gauge-share" ? sli.measure.part : sli.measure.gauge;
}

/**
 * The conditions by which an SLI chooses what is its own among what others count on the same metric: one queue of a
 * broker, one route. A series with another value there belongs to somebody else.
 */
export function populationOf(sli: Sli): readonly LabelMatch[] {
  const own = sli.kind === "time" ? matchesOf(sli) : sli.of;
  return own.filter(({ op }) => op === "=" || op === "=~");
}
