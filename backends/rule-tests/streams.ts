import { crosses } from "../../slo/alert";
import type { Service } from "../../slo/service";
import { metricOf, type EventSli, type Sli } from "../../slo/sli";
import type { Counter, LabelMatch, Metric } from "../../slo/telemetry";
import { selection } from "../../generators/promql";
import { cellsOf, histogramCells, picks } from "./cells";
import { measuredIn } from "./measured";
import { modelled, type ModelledSli } from "./modelled";
import { latencyKey, partOf, targetsWith } from "./traffic";
import { cumulative, perStep, type Phase, type Timeline } from "./world";

/** Names an SLI of events in a disturbance: what it picks of its metric, and the bound for latencies. */
export function sliKey(sli: EventSli): string {
  return sli.kind === "request-ratio"
    ? selection(sli.total.name, [...sli.of, ...sli.errors])
    : latencyKey(sli.histogram, sli.of, sli.threshold);
}

/** Cumulative events of one SLI by step, and in which steps its series exist. */
export interface EventStream {
  readonly total: readonly number[];
  readonly bad: readonly number[];
  readonly exists: readonly boolean[];
}

/** What an SLI counts over a timeline: events, or for a gauge a slice of time in each evaluation. */
export function eventStream(service: Service, sli: Sli, line: Timeline): EventStream {
  const known = modelled(sli);
  const { total, bad } = known.kind === "time" ? slices(known, line) : events(service, known, line);
  return {
    total: cumulative(total, line.step),
    bad: cumulative(bad, line.step),
    exists: perStep(
      line,
      (phase) => targetsWith(metricOf(sli), phase) > 0 && hasSeries(service, known, phase),
    ),
  };
}

/** Whether targets that answer have a series of the SLI's population: its label may be another one. */
function hasSeries(service: Service, sli: ModelledSli, phase: Phase): boolean {
  switch (sli.kind) {
    case "request-ratio":
      return cellsOf(service, sli.total).some((cell) => picks(sli.total, cell, sli.of, phase));
    case "latency-ratio":
      return histogramCells(service, sli.histogram).some((cell) => picks(sli.histogram, cell, sli.of, phase));
    case "time":
      return measuredIn(sli.measure, phase) !== undefined;
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
      cellsOf(service, counter)
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
  const cells = cellsOf(service, counter);
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

function slices({ measure, bad }: Extract<ModelledSli, { kind: "time" }>, line: Timeline): Rates {
  const perSecond = 1 / line.step;
  const isBad = (phase: Phase): boolean => {
    const value = measuredIn(measure, phase);
    return value !== undefined && crosses(value, bad);
  };
  return {
    total: perStep(line, (phase) => (measuredIn(measure, phase) === undefined ? 0 : perSecond)),
    bad: perStep(line, (phase) => (isBad(phase) ? perSecond : 0)),
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
