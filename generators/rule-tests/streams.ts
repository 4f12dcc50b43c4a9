import { milliseconds, type Duration } from "../../slo/duration";
import { eventMetricOf, metricOf, type EventSli, type GaugeSli, type Sli } from "../../slo/sli";
import {
  labelSets,
  matchesValue,
  type Counter,
  type Gauge,
  type Histogram,
  type LabelMatch,
} from "../../slo/telemetry";
import { cumulative, perStep, type Phase, type Timeline } from "./world";

/** Traffic of a job that does not say how much it has. */
const DEFAULT_REQUESTS_PER_SECOND = 10;

/** Names an SLI of events in a disturbance: its metric, and the bound for latencies. */
export function sliKey(sli: EventSli): string {
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

/** Events per second that reach targets in a phase; a job without a target has none. */
export function trafficOf(metric: Counter | Histogram, phase: Phase): number {
  if (targetsUp(metric.job, phase) === 0) {
    return 0;
  }
  const usual = metric.type === "counter" ? metric.perSecond : undefined;
  return (
    phase.increments?.[metric.name] ??
    // What stands still does so whatever the traffic is.
    (usual === 0 ? 0 : phase.requestsPerSecond) ??
    usual ??
    metric.job.requestsPerSecond ??
    DEFAULT_REQUESTS_PER_SECOND
  );
}

/** Share of a histogram's events above a bound: those named for this bound or a higher one. */
export function shareBeyond(histogram: Histogram, bound: string, phase: Phase): number {
  return histogram.bounds
    .filter((candidate) => Number(candidate) >= Number(bound))
    .reduce((sum, candidate) => sum + Number(phase.bad?.[latencyKey(histogram, candidate)] ?? "0"), 0);
}

/** The share of events that an SLI calls bad in a phase. */
function badShare(sli: EventSli, phase: Phase): number {
  return sli.kind === "request-ratio"
    ? Number(phase.bad?.[sliKey(sli)] ?? "0")
    : shareBeyond(sli.histogram, sli.threshold, phase);
}

/** What a target reports for one series of a gauge. */
export function gaugeValue(
  gauge: Gauge,
  labels: Readonly<Record<string, string>>,
  instance: number,
  phase: Phase,
): number {
  const level = phase.gauges?.find(
    (candidate) =>
      candidate.name === gauge.name &&
      Object.entries(candidate.labels).every(([label, value]) => labels[label] === value),
  );
  const odd = instance === 0 && (phase.disagreeing ?? []).includes(gauge.name) ? 1 : 0;
  return (level?.value ?? gauge.normal) + odd;
}

/** The values of all series of a gauge that satisfy conditions, over all targets that answer. */
export function gaugeValues(gauge: Gauge, where: readonly LabelMatch[], phase: Phase): readonly number[] {
  const sets = labelSets(gauge.labels).filter((set) =>
    where.every((match) => matchesValue(match, set[match.label] ?? "")),
  );
  return Array.from({ length: targetsUp(gauge.job, phase) }, (_, instance) =>
    sets.map((set) => gaugeValue(gauge, set, instance, phase)),
  ).flat();
}

/** Cumulative events of one SLI by step, and in which steps its series exist. */
export interface EventStream {
  readonly total: readonly number[];
  readonly bad: readonly number[];
  readonly exists: readonly boolean[];
}

/**
 * What an SLI counts over a timeline.
 * @param evaluation how often rules run: a gauge counts one slice of time each time
 */
export function eventStream(sli: Sli, line: Timeline, evaluation: Duration): EventStream {
  const { total, bad } = sli.kind === "gauge" ? slices(sli, line, evaluation) : events(sli, line);
  return {
    total: cumulative(total, line.step),
    bad: cumulative(bad, line.step),
    exists: perStep(line, (phase) => targetsUp(metricOf(sli).job, phase) > 0),
  };
}

interface Rates {
  readonly total: readonly number[];
  readonly bad: readonly number[];
}

function events(sli: EventSli, line: Timeline): Rates {
  const metric = eventMetricOf(sli);
  const lost = (phase: Phase): boolean =>
    sli.kind === "latency-ratio" && (phase.lostBuckets ?? []).includes(sli.threshold);
  return {
    total: perStep(line, (phase) => trafficOf(metric, phase)),
    bad: perStep(line, (phase) => (lost(phase) ? 0 : trafficOf(metric, phase) * badShare(sli, phase))),
  };
}

function slices(sli: GaugeSli, line: Timeline, evaluation: Duration): Rates {
  const perSecond = 1_000 / milliseconds(evaluation);
  const limit = Number(sli.bad.limit);
  const isBad = (value: number): boolean => (sli.bad.comparison === "above" ? value > limit : value < limit);
  const values = (phase: Phase): readonly number[] => gaugeValues(sli.gauge, sli.of, phase);
  return {
    total: perStep(line, (phase) => (values(phase).length === 0 ? 0 : perSecond)),
    bad: perStep(line, (phase) => (values(phase).some(isBad) ? perSecond : 0)),
  };
}
