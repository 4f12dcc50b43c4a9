import type { Service } from "../../slo/service";
import { metricOf, type EventSli, type GaugeSli, type Sli } from "../../slo/sli";
import { labelSets, type Counter, type Gauge, type LabelMatch, type Metric } from "../../slo/telemetry";
import { counterCells, histogramCells, picks, selectionKey } from "./cells";
import { latencyKey, partOf, targetsWith } from "./traffic";
import { cumulative, perStep, type Phase, type Timeline } from "./world";

/** Names an SLI of events in a disturbance: what it picks of its metric, and the bound for latencies. */
export function sliKey(sli: EventSli): string {
  return sli.kind === "request-ratio"
    ? selectionKey(sli.total.name, { of: sli.of, bad: sli.errors })
    : latencyKey(sli.histogram, sli.of, sli.threshold);
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
  const sets = labelSets(gauge.labels).filter((labels) => picks(gauge, { labels }, where, phase));
  return Array.from({ length: targetsWith(gauge, phase) }, (_, instance) =>
    sets.map((set) => gaugeValue(gauge, set, instance, phase)),
  ).flat();
}

/** Cumulative events of one SLI by step, and in which steps its series exist. */
export interface EventStream {
  readonly total: readonly number[];
  readonly bad: readonly number[];
  readonly exists: readonly boolean[];
}

/** What an SLI counts over a timeline: events, or for a gauge a slice of time in each evaluation. */
export function eventStream(service: Service, sli: Sli, line: Timeline): EventStream {
  const { total, bad } = sli.kind === "gauge" ? slices(sli, line) : events(service, sli, line);
  return {
    total: cumulative(total, line.step),
    bad: cumulative(bad, line.step),
    exists: perStep(line, (phase) => targetsWith(metricOf(sli), phase) > 0 && hasSeries(service, sli, phase)),
  };
}

/** Whether targets that answer have a series of the SLI's population: its label may be another one. */
function hasSeries(service: Service, sli: Sli, phase: Phase): boolean {
  switch (sli.kind) {
    case "request-ratio":
      return counterCells(service, sli.total).some((cell) => picks(sli.total, cell, sli.of, phase));
    case "latency-ratio":
      return histogramCells(service, sli.histogram).some((cell) => picks(sli.histogram, cell, sli.of, phase));
    case "gauge":
      return gaugeValues(sli.gauge, sli.of, phase).length > 0;
  }
}

interface Rates {
  readonly total: readonly number[];
  readonly bad: readonly number[];
}

function events(service: Service, sli: EventSli, line: Timeline): Rates {
  const sum = (of: (phase: Phase) => readonly number[]): readonly number[] =>
    perStep(line, (phase) => of(phase).reduce((all, rate) => all + rate, 0));
  if (sli.kind === "request-ratio") {
    const { total: counter, of, errors } = sli;
    const picked = (matches: readonly LabelMatch[]) => (phase: Phase) =>
      counterCells(service, counter)
        .filter((cell) => picks(counter, cell, matches, phase))
        .map((cell) => cell.rate(phase));
    return { total: sum(picked(of)), bad: sum(picked([...of, ...errors])) };
  }
  const { histogram, of, threshold } = sli;
  const cells = (phase: Phase): ReturnType<typeof histogramCells> =>
    histogramCells(service, histogram).filter((cell) => picks(histogram, cell, of, phase));
  return {
    total: sum((phase) => cells(phase).map((cell) => cell.rate(phase))),
    bad: sum((phase) => cells(phase).map((cell) => cell.rate(phase) * cell.beyond(threshold, phase))),
  };
}

/** Events of a counter that have certain labels, added up by step; those of one target where it is named. */
export function countedEvents(
  service: Service,
  counter: Counter,
  where: readonly LabelMatch[],
  line: Timeline,
  instance?: number,
): readonly number[] {
  const cells = counterCells(service, counter);
  const part = (phase: Phase): number =>
    instance === undefined ? 1 : (partOf(counter.job, instance, phase) ?? 0);
  return cumulative(
    perStep(line, (phase) =>
      cells
        .filter((cell) => picks(counter, cell, where, phase))
        .reduce((sum, cell) => sum + cell.rate(phase) * part(phase), 0),
    ),
    line.step,
  );
}

function slices(sli: GaugeSli, line: Timeline): Rates {
  const perSecond = 1 / line.step;
  const limit = Number(sli.bad.limit);
  const isBad = (value: number): boolean => (sli.bad.comparison === "above" ? value > limit : value < limit);
  const values = (phase: Phase): readonly number[] => gaugeValues(sli.gauge, sli.of, phase);
  return {
    total: perStep(line, (phase) => (values(phase).length === 0 ? 0 : perSecond)),
    bad: perStep(line, (phase) => (values(phase).some(isBad) ? perSecond : 0)),
  };
}

/** In which steps targets expose a metric under another name of one of these labels. */
export function relabelled(metric: Metric, labels: readonly string[], line: Timeline): readonly boolean[] {
  return [
    false,
    ...perStep(
      line,
      (phase) => labels.includes(phase.renamed?.[metric.name] ?? "") && targetsWith(metric, phase) > 0,
    ),
  ];
}
