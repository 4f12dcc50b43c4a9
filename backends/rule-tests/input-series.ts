import type { Place } from "../../plan/names";
import type { InputSeries } from "../../plan/rule-test";
import { milliseconds } from "../../slo/duration";
import { alertMetrics, jobWatched } from "../../slo/alert";
import type { Service } from "../../slo/service";
import { metricOf } from "../../slo/sli";
import {
  labelSets,
  type Counter,
  type Gauge,
  type Histogram,
  type Job,
  type Metric,
} from "../../slo/telemetry";
import { cellsOf, histogramCells, type LabelSet } from "./cells";
import { seriesNamed } from "./labels";
import { gaugeValue } from "./gauges";
import { partOf, targetsUp } from "./traffic";
import type { Phase, Timeline } from "./world";

/**
 * Everything that a service exposes over a timeline, every target of it, with one good and one bad series each; of a
 * metric none of whose series is read, nothing.
 */
export function inputSeries(
  service: Service,
  place: Place,
  line: Timeline,
  isRead: (name: string) => boolean = () => true,
): readonly InputSeries[] {
  const read = readMetrics(service);
  const watched = service.alerts.map((alert) => jobWatched(alert)?.name);
  const jobs = service.telemetry.jobs.filter(
    (job) =>
      watched.includes(job.name) ||
      service.telemetry.metrics.some((metric) => metric.job.name === job.name && read.has(metric.name)),
  );
  const exposedByJobs = jobs.flatMap((job) =>
    Array.from({ length: job.instances }, (_, instance) => {
      const target: LabelSet = {
        ...place,
        instance: [job.name, instance, place.cluster, place.environment].join("-"),
        job: job.name,
        service: service.id,
      };
      const metrics = service.telemetry.metrics.filter(
        (metric) => metric.job.name === job.name && read.has(metric.name) && seriesNames(metric).some(isRead),
      );
      return [
        up(job, instance, target, line),
        ...metrics.flatMap((metric) => exposed(service, metric, instance, target, line)),
      ];
    }).flat(),
  );
  return exposedByJobs;
}

function seriesNames({ name, type }: Metric): readonly string[] {
  return type === "histogram" ? [`${name}_bucket`, `${name}_count`] : [name];
}

/** A server that knows no target at all is blind, and says nothing: there is always one of somebody else. */
export function elsewhere(line: Timeline): InputSeries {
  return {
    series: seriesNamed("up", { instance: "elsewhere", job: "elsewhere" }),
    values: expand(line, () => 1, "level"),
  };
}

/** Metrics that a rule of the service reads; what only a dashboard shows would make the tests slow and unreadable. */
function readMetrics(service: Service): ReadonlySet<string> {
  return new Set([
    ...service.slos.map(({ sli }) => metricOf(sli).name),
    ...service.alerts.flatMap(alertMetrics).map((metric) => metric.name),
  ]);
}

/** A target that answers is 1, one that does not is 0, one that discovery no longer knows has no series. */
function up(job: Job, instance: number, target: LabelSet, line: Timeline): InputSeries {
  return {
    series: seriesNamed("up", target),
    values: expand(
      line,
      (phase) => {
        const isUp = instance < targetsUp(job, phase);
        const isKnown = isUp || (phase.up?.[job.name] !== "vanished" && phase.pending !== true);
        return isKnown ? Number(isUp) : undefined;
      },
      "level",
    ),
  };
}

/** Every series of a metric on one target, under its label's other name as well where a release renames one. */
function exposed(
  service: Service,
  metric: Metric,
  instance: number,
  target: LabelSet,
  line: Timeline,
): readonly InputSeries[] {
  const during = (shown: (phase: Phase) => boolean): readonly InputSeries[] =>
    metricSeries(service, metric, instance, target, {
      ...line,
      phases: line.phases.map((phase) =>
        shown(phase) ? phase : { ...phase, up: { ...phase.up, [metric.job.name]: 0 } },
      ),
    });
  const renamedIn = (phase: Phase): string | undefined => phase.renamed?.[metric.name];
  const isHidden = (phase: Phase): boolean => (phase.hidden ?? []).includes(metric.name);
  const [label] = line.phases.flatMap((phase) => renamedIn(phase) ?? []);
  return [
    ...during((phase) => !isHidden(phase) && renamedIn(phase) === undefined),
    ...(label === undefined
      ? []
      : during((phase) => renamedIn(phase) !== undefined).map(({ series, values }) => ({
          series: series.replace(new RegExp(`(\\{|, )${label}=`), `$1${label}_renamed=`),
          values,
        }))),
  ];
}

function metricSeries(
  service: Service,
  metric: Metric,
  instance: number,
  target: LabelSet,
  line: Timeline,
): readonly InputSeries[] {
  switch (metric.type) {
    case "counter":
      return counterSeries(service, metric, instance, target, line);
    case "gauge":
      return gaugeSeries(metric, instance, target, line);
    case "histogram":
      return histogramSeries(service, metric, instance, target, line);
  }
}

/** Growth per second of one target's share of a rate; undefined while the target is down. */
function share(
  job: Job,
  instance: number,
  rate: (phase: Phase) => number,
): (phase: Phase) => number | undefined {
  return (phase) => {
    const part = partOf(job, instance, phase);
    return part === undefined ? undefined : rate(phase) * part;
  };
}

function counterSeries(
  service: Service,
  counter: Counter,
  instance: number,
  target: LabelSet,
  line: Timeline,
): readonly InputSeries[] {
  return cellsOf(service, counter).map((cell) => {
    const grown = share(counter.job, instance, cell.rate);
    return {
      series: seriesNamed(counter.name, { ...target, ...cell.labels }),
      values: expand(line, grown, "growth"),
    };
  });
}

function histogramSeries(
  service: Service,
  histogram: Histogram,
  instance: number,
  target: LabelSet,
  line: Timeline,
): readonly InputSeries[] {
  return histogramCells(service, histogram).flatMap((cell) => {
    const of = (suffix: string, more: LabelSet, part: (phase: Phase) => number = () => 1): InputSeries => ({
      series: seriesNamed(`${histogram.name}_${suffix}`, { ...target, ...cell.labels, ...more }),
      values: expand(
        line,
        share(histogram.job, instance, (phase) => cell.rate(phase) * part(phase)),
        "growth",
      ),
    });
    return [
      ...histogram.bounds.map((le) => of("bucket", { le }, (phase) => 1 - cell.beyond(le, phase))),
      of("bucket", { le: "+Inf" }),
      of("count", {}),
    ];
  });
}

function gaugeSeries(
  gauge: Gauge,
  instance: number,
  target: LabelSet,
  line: Timeline,
): readonly InputSeries[] {
  return labelSets(gauge.labels).map((set) => ({
    series: seriesNamed(gauge.name, { ...target, ...set }),
    values: expand(
      line,
      (phase) =>
        instance < targetsUp(gauge.job, phase) ? gaugeValue(gauge, set, instance, phase) : undefined,
      gauge.timestamp === true ? "ago" : "level",
    ),
  }));
}

/**
 * The notation of promtool: `a+bxn` is n+1 samples that grow by b, `_xn` is n missing ones, `stale` marks the end.
 * Source: Prometheus docs, "Unit testing for rules".
 */
function expand(
  line: Timeline,
  of: (phase: Phase) => number | undefined,
  mode: "ago" | "growth" | "level",
): string {
  const [first] = line.phases;
  const start = first === undefined ? undefined : of(first);
  const growth = (phase: Phase | undefined): number =>
    mode === "growth" && phase !== undefined ? Number(text((of(phase) ?? 0) * line.step)) : 0;
  let value = 0;
  // What happened so long ago is told by its time, which begins at 0 here.
  let clock = 0;
  const levelOf = (seen: number): number => (mode === "ago" ? clock - seen : seen);
  const parts = [start === undefined ? "_" : text(mode === "growth" ? value : levelOf(start))];
  let missing = start === undefined;
  let isWhole = true;
  for (const phase of line.phases) {
    const count = milliseconds(phase.lasts) / 1_000 / line.step;
    const now = of(phase);
    // Rounded before it is added up: a sum that is printed shorter than it was made of would be a counter reset.
    const by = mode === "ago" ? line.step : growth(phase);
    clock += line.step;
    if (now === undefined) {
      parts.push(...(missing ? [`_x${count}`] : ["stale", ...(count > 1 ? [`_x${count - 1}`] : [])]));
      missing = true;
    } else {
      value = mode === "growth" ? by + value : levelOf(now);
      // promtool adds up with other rounding: what stands still must not be less than what it grew to.
      isWhole &&= Number.isInteger(by);
      value += mode === "growth" && by === 0 && !isWhole ? 0.000001 : 0;
      parts.push(`${text(value)}+${text(by)}x${count - 1}`);
      value += by * (count - 1);
      missing = false;
    }
    clock += line.step * (count - 1);
  }
  return parts.join(" ");
}

/** At most six decimals: sums of binary fractions would print seventeen digits. */
function text(value: number): string {
  return String(Number(value.toFixed(6)));
}
