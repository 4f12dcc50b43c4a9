import { DIMENSIONS } from "../../plan/names";
import { milliseconds } from "../../slo/duration";
import { sortedBy } from "../../slo/order";
import type { Alert, ThresholdAlert } from "../../slo/alert";
import type { Service } from "../../slo/service";
import { metricOf } from "../../slo/sli";
import {
  labelSets,
  matchesValue,
  type Counter,
  type Gauge,
  type Histogram,
  type Job,
  type LabelMatch,
  type Metric,
} from "../../slo/telemetry";
import { gaugeValue, shareBeyond, targetsUp, trafficOf } from "./streams";
import type { Phase, Timeline } from "./world";

/** One input series of promtool in its expanding notation. */
export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

type LabelSet = Readonly<Record<string, string>>;

/** Everything that a service exposes over a timeline, every target of it, with one good and one bad series each. */
export function inputSeries(service: Service, environment: string, line: Timeline): readonly InputSeries[] {
  const read = readMetrics(service);
  const jobs = service.telemetry.jobs.filter((job) =>
    service.telemetry.metrics.some((metric) => metric.job.name === job.name && read.has(metric.name)),
  );
  return jobs.flatMap((job) =>
    Array.from({ length: job.instances }, (_, instance) => {
      const target: LabelSet = {
        [DIMENSIONS[0]]: environment,
        instance: `${job.name}-${instance}`,
        job: job.name,
        service: service.id,
      };
      const metrics = service.telemetry.metrics.filter(
        (metric) => metric.job.name === job.name && read.has(metric.name),
      );
      return [
        up(job, instance, target, line),
        ...metrics.flatMap((metric) => metricSeries(service, metric, instance, target, line)),
      ];
    }).flat(),
  );
}

/** Metrics that a rule of the service reads; what only a dashboard shows would make the tests slow and unreadable. */
function readMetrics(service: Service): ReadonlySet<string> {
  return new Set([
    ...service.slos.map(({ sli }) => metricOf(sli).name),
    ...service.alerts.flatMap(metricsOf).map((metric) => metric.name),
  ]);
}

function metricsOf(alert: Alert): readonly Metric[] {
  switch (alert.kind) {
    case "absence":
      return [];
    case "increase":
      return [alert.counter];
    case "threshold":
      return measuredMetrics(alert.measure);
    default:
      return [alert.gauge];
  }
}

function measuredMetrics(measure: ThresholdAlert["measure"]): readonly Metric[] {
  switch (measure.kind) {
    case "error-ratio":
      return [metricOf(measure.sli)];
    case "gauge-share":
      return [measure.used, measure.available];
    case "gauge-per-target":
      return [measure.gauge];
    case "targets-up":
      return [];
  }
}

function named(name: string, labels: LabelSet): string {
  const pairs = sortedBy(Object.entries(labels), ([label]) => label);
  return `${name}{${pairs.map(([label, value]) => `${label}="${value}"`).join(",")}}`;
}

/** A target that answers is 1, one that does not is 0, one that discovery no longer knows has no series. */
function up(job: Job, instance: number, target: LabelSet, line: Timeline): InputSeries {
  return {
    series: named("up", target),
    values: expand(
      line,
      (phase) => (phase.up?.[job.name] === "vanished" ? undefined : instance < targetsUp(job, phase) ? 1 : 0),
      "level",
    ),
  };
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
      return histogramSeries(metric, instance, target, line);
  }
}

/** Growth per second of one target's share of the traffic; undefined while the target is down. */
function share(
  metric: Counter | Histogram,
  instance: number,
  part: (phase: Phase) => number,
): (phase: Phase) => number | undefined {
  return (phase) => {
    const up = targetsUp(metric.job, phase);
    return instance < up ? (trafficOf(metric, phase) / up) * part(phase) : undefined;
  };
}

/** One series of each side, or the one that an alert on its growth reads. */
function counterSeries(
  service: Service,
  counter: Counter,
  instance: number,
  target: LabelSet,
  line: Timeline,
): readonly InputSeries[] {
  const picked = badMatches(service, counter);
  const { good, bad } = goodAndBad(counter, picked);
  const still = counter.perSecond === 0;
  const badPart = (phase: Phase): number => (still ? 1 : Number(phase.bad?.[counter.name] ?? "0"));
  const grown = share(counter, instance, badPart);
  const failing = {
    series: named(counter.name, { ...target, ...bad }),
    values: expand(line, (phase) => (phase.unborn === true ? undefined : grown(phase)), "growth"),
  };
  if (still) {
    return [failing];
  }
  const succeeding = {
    series: named(counter.name, { ...target, ...good }),
    values: expand(
      line,
      share(counter, instance, (phase) => 1 - badPart(phase)),
      "growth",
    ),
  };
  return picked.length === 0 ? [succeeding] : [succeeding, failing];
}

/** What an SLI or an alert of the service calls bad. */
function badMatches(service: Service, counter: Counter): readonly LabelMatch[] {
  const bySli = service.slos.flatMap(({ sli }) =>
    sli.kind === "request-ratio" && sli.total.name === counter.name ? [sli.errors] : [],
  );
  const byAlert = service.alerts.flatMap((alert) =>
    alert.kind === "increase" && alert.counter.name === counter.name ? [alert.where] : [],
  );
  return [...bySli, ...byAlert][0] ?? [];
}

function goodAndBad(
  counter: Counter,
  picked: readonly LabelMatch[],
): { readonly good: LabelSet; readonly bad: LabelSet } {
  const sets = labelSets(counter.labels);
  const isBad = (set: LabelSet): boolean =>
    picked.every((match) => matchesValue(match, set[match.label] ?? ""));
  return { good: sets.find((set) => !isBad(set)) ?? sets[0] ?? {}, bad: sets.find(isBad) ?? {} };
}

function histogramSeries(
  histogram: Histogram,
  instance: number,
  target: LabelSet,
  line: Timeline,
): readonly InputSeries[] {
  const [labels = {}] = labelSets(histogram.labels);
  const of = (suffix: string, more: LabelSet, part: (phase: Phase) => number | undefined): InputSeries => {
    const growth = share(histogram, instance, (phase) => part(phase) ?? 0);
    const values = expand(line, (phase) => (part(phase) === undefined ? undefined : growth(phase)), "growth");
    return { series: named(`${histogram.name}_${suffix}`, { ...target, ...labels, ...more }), values };
  };
  const bucket = (bound: string): InputSeries =>
    of("bucket", { le: bound }, (phase) =>
      (phase.lostBuckets ?? []).includes(bound) ? undefined : 1 - shareBeyond(histogram, bound, phase),
    );
  return [...histogram.bounds.map(bucket), of("bucket", { le: "+Inf" }, () => 1), of("count", {}, () => 1)];
}

function gaugeSeries(
  gauge: Gauge,
  instance: number,
  target: LabelSet,
  line: Timeline,
): readonly InputSeries[] {
  return labelSets(gauge.labels).map((set) => ({
    series: named(gauge.name, { ...target, ...set }),
    values: expand(
      line,
      (phase) =>
        instance < targetsUp(gauge.job, phase) ? gaugeValue(gauge, set, instance, phase) : undefined,
      "level",
    ),
  }));
}

/**
 * The notation of promtool: `a+bxn` is n+1 samples that grow by b, `_xn` is n missing ones, `stale` marks the end.
 * Source: Prometheus docs, "Unit testing for rules".
 */
function expand(line: Timeline, of: (phase: Phase) => number | undefined, mode: "growth" | "level"): string {
  const [first] = line.phases;
  const start = first === undefined ? undefined : of(first);
  const parts = [start === undefined ? "_" : mode === "growth" ? "0" : text(start)];
  let value = 0;
  let missing = start === undefined;
  for (const phase of line.phases) {
    const count = milliseconds(phase.lasts) / 1_000 / line.step;
    const now = of(phase);
    // Rounded before it is added up: a sum that is printed shorter than it was made of would be a counter reset.
    const by = mode === "growth" ? Number(text((now ?? 0) * line.step)) : 0;
    if (phase.gap === true) {
      parts.push(`_x${count}`);
      value += by * count;
    } else if (now === undefined) {
      parts.push(...(missing ? [`_x${count}`] : ["stale", ...(count > 1 ? [`_x${count - 1}`] : [])]));
      missing = true;
    } else {
      value = mode === "level" ? now : by + (phase.reset === true ? 0 : value);
      parts.push(`${text(value)}+${text(by)}x${count - 1}`);
      value += by * (count - 1);
      missing = false;
    }
  }
  return parts.join(" ");
}

/** At most six decimals: sums of binary fractions would print seventeen digits. */
function text(value: number): string {
  return String(Number(value.toFixed(6)));
}
