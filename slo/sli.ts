import type { Counter, Histogram, LabelMatch } from "./telemetry";

/**
 * Share of requests that fail: `errors` picks the failed ones of `total`.
 * 4xx, 429 and 499 count as good (OMNIHUB-ERR-7) unless `errors` says otherwise.
 */
export interface RequestRatioSli {
  readonly kind: "request-ratio";
  readonly total: Counter;
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

export type Sli = RequestRatioSli | LatencyRatioSli;

/** Failed requests among all requests of a counter. */
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

/** The metric that an SLI reads. */
export function metricOf(sli: Sli): Counter | Histogram {
  return sli.kind === "request-ratio" ? sli.total : sli.histogram;
}
