import { metricOf, type Sli } from "../../slo/sli";
import type { Histogram } from "../../slo/telemetry";
import { cumulative, perStep, type Phase, type Timeline } from "./world";

/** Traffic of a job that does not say how much it has. */
const DEFAULT_REQUESTS_PER_SECOND = 10;

/** Names an SLI in a disturbance: its metric, and the bound for latencies. */
export function sliKey(sli: Sli): string {
  return sli.kind === "request-ratio" ? sli.total.name : latencyKey(sli.histogram, sli.threshold);
}

/** A slow event lands in the bucket just above the bound that it is named for. */
function latencyKey(histogram: Histogram, bound: string): string {
  return `${histogram.name}>${bound}`;
}

/** Targets of a job that answer scrapes in a phase. */
export function targetsUp(job: { readonly name: string; readonly instances: number }, phase: Phase): number {
  const up = phase.up?.[job.name] ?? job.instances;
  return up === "vanished" ? 0 : up;
}

/** Requests per second that reach targets in a phase; a job without a target answers none. */
export function trafficOf(metric: ReturnType<typeof metricOf>, phase: Phase): number {
  return targetsUp(metric.job, phase) === 0
    ? 0
    : (phase.requestsPerSecond ?? metric.job.requestsPerSecond ?? DEFAULT_REQUESTS_PER_SECOND);
}

/** Share of a histogram's events above a bound: those named for this bound or a higher one. */
export function shareBeyond(histogram: Histogram, bound: string, phase: Phase): number {
  return histogram.bounds
    .filter((candidate) => Number(candidate) >= Number(bound))
    .reduce((sum, candidate) => sum + Number(phase.bad?.[latencyKey(histogram, candidate)] ?? "0"), 0);
}

/** The share of events that an SLI calls bad in a phase. */
export function badShare(sli: Sli, phase: Phase): number {
  return sli.kind === "request-ratio"
    ? Number(phase.bad?.[sliKey(sli)] ?? "0")
    : shareBeyond(sli.histogram, sli.threshold, phase);
}

/** Cumulative events of one SLI by step, and in which steps its series exist. */
export interface EventStream {
  readonly total: readonly number[];
  readonly bad: readonly number[];
  readonly exists: readonly boolean[];
}

/** What an SLI counts over a timeline. */
export function eventStream(sli: Sli, line: Timeline): EventStream {
  const metric = metricOf(sli);
  const lost = (phase: Phase): boolean =>
    sli.kind === "latency-ratio" && (phase.lostBuckets ?? []).includes(sli.threshold);
  const total = perStep(line, (phase) => trafficOf(metric, phase));
  const bad = perStep(line, (phase) => (lost(phase) ? 0 : trafficOf(metric, phase) * badShare(sli, phase)));
  return {
    total: cumulative(total, line.step),
    bad: cumulative(bad, line.step),
    exists: perStep(line, (phase) => targetsUp(metric.job, phase) > 0),
  };
}
