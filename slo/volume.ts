import Big from "big.js";
import { ratioOf } from "./duration";
import type { Slo } from "./service";
import { metricOf } from "./sli";
import type { Metric } from "./telemetry";

/**
 * Events of an SLO in a day: what the contract declares of the metric, or of its job; a part of it has no more, and values that are
 * judged apart share it. Undefined where nothing is declared.
 */
export function eventsPerDay({ sli, by = [] }: Pick<Slo, "sli" | "by">): Big | undefined {
  const metric = metricOf(sli);
  const perSecond =
    metric.type === "gauge"
      ? undefined
      : ((metric.type === "counter" ? metric.perSecond : undefined) ?? metric.job.requestsPerSecond);
  const share = by.reduce((all, label) => all.times(leastShare(metric, label)), new Big(1));
  return perSecond === undefined ? undefined : share.times(perSecond).times(ratioOf("1d", "1s"));
}

/** The share of events that the rarest value of a label has, of those that have any. */
function leastShare(metric: Metric, label: string): number {
  const values = metric.labels[label] ?? [];
  const usual = metric.type === "gauge" ? undefined : metric.usual?.[label];
  if (usual === undefined) {
    return 1 / Math.max(1, values.length);
  }
  const named = Object.values(usual);
  const rest = 1 - named.reduce((sum, share) => sum + share, 0);
  return Math.min(1, ...[...named, rest].filter((share) => share > 1e-9));
}
