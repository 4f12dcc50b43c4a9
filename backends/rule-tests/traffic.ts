import { selector } from "../../generators/promql";
import type { Counter, Histogram, LabelMatch, Metric } from "../../slo/telemetry";
import { own } from "../../slo/order";
import type { Phase } from "./world";

/** Traffic of a job that does not say how much it has. */
const DEFAULT_REQUESTS_PER_SECOND = 10;

/** A slow event of a population lands in the bucket just above the bound that it is named for. */
export function latencyKey(histogram: Histogram, of: readonly LabelMatch[], bound: string): string {
  return `${of.length === 0 ? histogram.name : selector(histogram.name, of)}>${bound}`;
}

/** Targets of a job that answer scrapes in a phase. */
export function targetsUp(job: { readonly name: string; readonly instances: number }, phase: Phase): number {
  const up = (phase.up === undefined ? undefined : own(phase.up, job.name)) ?? job.instances;
  return up === "vanished" ? 0 : up;
}

/** Targets of a metric's job that answer and expose it. */
export function targetsWith(metric: Metric, phase: Phase): number {
  return (phase.hidden ?? []).includes(metric.name) ? 0 : targetsUp(metric.job, phase);
}

/** The part of all events that one target counts; undefined while it is down. */
export function partOf(
  job: { readonly name: string; readonly instances: number },
  instance: number,
  phase: Phase,
): number | undefined {
  const up = targetsUp(job, phase);
  const counting = Math.min(up, phase.countedOn ?? up);
  return instance >= up ? undefined : instance < counting ? 1 / counting : 0;
}

/** Events per second of a metric in a phase while targets are up; what stands still does so whatever the traffic is. */
export function usualTraffic(metric: Counter | Histogram, phase: Phase): number {
  const usual = metric.type === "counter" ? metric.perSecond : undefined;
  return usual === 0
    ? 0
    : (phase.requestsPerSecond ?? usual ?? metric.job.requestsPerSecond ?? DEFAULT_REQUESTS_PER_SECOND);
}
