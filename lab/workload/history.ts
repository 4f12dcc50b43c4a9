import { placeOf } from "../../plan/environment";
import type { Labels, MonitoringPlan, PlannedAnomaly, PlannedSlo } from "../../plan/monitoring-plan";
import { RECORDS } from "../../plan/names";
import { ANOMALY } from "../../slo/anomaly";
import { burnPlan } from "../../slo/burn-rate";
import { milliseconds, type Duration } from "../../slo/duration";
import { errorBudget } from "../../slo/objective";
import { badJourneys } from "../../slo/journey";
import type { CounterPart } from "../../slo/measure";
import { valuesApart } from "../../slo/service";
import { eventMetricOf, type CompositeSli, type CounterRatioSli } from "../../slo/sli";
import { countName, matchesValue, type LabelMatch, type Metric } from "../../slo/telemetry";
import { scaleDuration } from "../time-scale";
import { sampleLine } from "./exposition";
import { Workload, type Sample } from "./workload";
import { own } from "../../slo/order";

/** Raw series reach back over the longest raw window, an hour, and a little more. */
const RAW_HISTORY: Duration = "75m";

/** What a history is made of: the production plan, the lab's clock, and the end of the past. */
export interface HistoryOptions {
  readonly plan: MonitoringPlan;
  readonly speed: number;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** Seconds since the epoch at which the raw history begins. */
export function historyStart({ speed, now }: Omit<HistoryOptions, "plan">): number {
  return now - seconds(RAW_HISTORY, speed);
}

/**
 * The past of a healthy system in OpenMetrics text: raw series for the raw windows, recorded series for the long
 * ones, so that the first minutes of the lab behave like a system that has been running for its whole SLO window.
 */
export function* history(options: HistoryOptions, workload: Workload): Generator<string> {
  yield* rawHistory(options, workload);
  for (const slo of options.plan.slos) {
    for (const apart of valuesApart(slo)) {
      yield* recordedHistory(options, slo, apart);
    }
  }
  for (const anomaly of options.plan.anomalies) {
    yield* anomalyHistory(options, anomaly);
  }
  yield "# EOF";
}

function seconds(duration: Duration, speed: number): number {
  return milliseconds(scaleDuration(duration, speed)) / 1_000;
}

/** The format wants the samples of a name together, so they are kept until the last. */
function* rawHistory(options: HistoryOptions, workload: Workload): Generator<string> {
  const { plan, speed, now } = options;
  const step = seconds(plan.scrape.interval, speed);
  const lines = new Map<string, string[]>();
  const targets = workload.targets().map(({ service, job, instance }) => ({
    job: job.name,
    instance,
    of: labelsOnce({
      ...placeOf(plan.environment),
      instance: instanceName(job.name, instance),
      job: job.name,
      service,
    }),
  }));
  for (let at = historyStart(options) + step; at < now; at += step) {
    workload.advance(at);
    for (const { job, instance, of } of targets) {
      for (const sample of [UP, ...workload.samples(job, instance)]) {
        const line = sampleLine({ ...sample, labels: of(sample.labels) }, round(at));
        const family = lines.get(sample.name);
        if (family === undefined) {
          lines.set(sample.name, [line]);
        } else {
          family.push(line);
        }
      }
    }
  }
  for (const family of lines.values()) {
    yield* family;
  }
}

const UP: Sample = { name: "up", labels: {}, value: 1 };

/** The labels of a series on a target: the same ones at every scrape. */
function labelsOnce(target: Sample["labels"]): (labels: Sample["labels"]) => Sample["labels"] {
  const known = new Map<Sample["labels"], Sample["labels"]>();
  return (labels) => {
    const whole = known.get(labels) ?? { ...labels, ...target };
    known.set(labels, whole);
    return whole;
  };
}

/** The name under which discovery lists a target. */
export function instanceName(job: string, instance: number): string {
  return `${job}-${instance}`;
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

/** Constant rates need no evaluation: the recorded value follows from the rate itself. */
function* recordedHistory(
  { plan, speed, now }: HistoryOptions,
  slo: PlannedSlo,
  apart: Labels,
): Generator<string> {
  const burn = burnPlan(slo.window, plan.scrape.interval);
  const [fast, slow] = burn.windows;
  const here = Object.entries(apart).map(([label, value]): LabelMatch => ({ label, op: "=", value }));
  const { total, error } = baseline(plan, slo, speed, here);
  const labels = { ...placeOf(plan.environment), service: slo.service, slo_id: slo.id, ...apart };
  const series = (name: string, value: number, reach: Duration, spacing: Duration): Generator<string> =>
    level({ name, labels, value }, now, seconds(reach, speed), seconds(spacing, speed));
  const counted = seconds(fast.long, speed);
  for (const [side, rate] of [
    ["total", total],
    ["error", error],
  ] as const) {
    yield* series(RECORDS.rate(side, burn.base), rate, slow.long, plan.scrape.interval);
    yield* series(
      RECORDS.sampled(side, fast.long, burn.sampling),
      rate * counted,
      burn.period,
      burn.sampling,
    );
  }
  if (slo.sli.kind === "time") {
    yield* series(RECORDS.slice, 0, fast.long, plan.scrape.interval);
  }
  const ratio = total === 0 ? 0 : error / total;
  const remaining = 1 - ratio / errorBudget(slo.objective).toNumber();
  for (const [name, value] of [
    ...[burn.windows[2].long, burn.windows[3].long, burn.period].map(
      (window) => [RECORDS.ratio(window), ratio] as const,
    ),
    [RECORDS.budgetRemaining, remaining] as const,
    [RECORDS.coverage, 1] as const,
  ]) {
    yield* series(name, value, "30m", burn.sampling);
  }
}

/** One value all along, up to now. */
function* level(sample: Sample, now: number, reach: number, step: number): Generator<string> {
  for (let at = now - reach + step; at <= now; at += step) {
    yield sampleLine(sample, round(at));
  }
}

/** The usual rate of what an anomaly alert watches, for as long as it looks back. */
function anomalyHistory(
  { plan, speed, now }: HistoryOptions,
  { alertname, service, counter, where }: PlannedAnomaly,
): Generator<string> {
  const rate = usualRates(plan, counter, speed)(counter.name, where);
  const labels = { anomaly: alertname, ...placeOf(plan.environment), service };
  return level(
    { name: RECORDS.anomaly(ANOMALY.window), labels, value: rate },
    now,
    seconds(ANOMALY.history, speed) + seconds(ANOMALY.apart, speed),
    seconds(plan.scrape.interval, speed),
  );
}

/** Events per second of an SLI in normal operation. */
function baseline(
  plan: MonitoringPlan,
  { sli }: Pick<PlannedSlo, "sli">,
  speed: number,
  here: readonly LabelMatch[],
): { readonly total: number; readonly error: number } {
  if (sli.kind === "time") {
    return { total: 1 / seconds(plan.scrape.interval, speed), error: 0 };
  }
  if (sli.kind === "query-ratio") {
    const [{ errors, total }] = sli.examples;
    return { total: total / 60, error: errors / 60 };
  }
  if (sli.kind === "counter-ratio") {
    return counterRates(plan, sli, speed, here);
  }
  if (sli.kind === "composite") {
    return journeys(plan, sli, speed);
  }
  const metric = eventMetricOf(sli);
  const rate = usualRates(plan, metric, speed);
  const of = [...sli.of, ...here];
  const total = rate(countName(metric), of);
  if (sli.kind === "request-ratio") {
    return { total, error: rate(countName(metric), [...of, ...sli.errors]) };
  }
  const bound: LabelMatch = { label: "le", op: "=", value: sli.threshold };
  return { total, error: total - rate(`${metric.name}_bucket`, [...of, bound]) };
}

/** As many journeys as begin, and what their steps make of them. */
function journeys(
  plan: MonitoringPlan,
  sli: CompositeSli,
  speed: number,
): { readonly total: number; readonly error: number } {
  const steps = sli.steps.map((step) => baseline(plan, step, speed, []));
  const shares = steps.map(({ total, error }) => (total === 0 ? 0 : error / total));
  const total = steps[0]?.total ?? 0;
  return { total, error: total * badJourneys(sli, shares) };
}

/** Events per second of several counters; bad ones are those that are not good where no counter has them. */
function counterRates(
  plan: MonitoringPlan,
  { events }: CounterRatioSli,
  speed: number,
  here: readonly LabelMatch[],
): { readonly total: number; readonly error: number } {
  const sum = (counters: readonly CounterPart[]): number =>
    counters.reduce(
      (all, { counter, where = [] }) =>
        all + usualRates(plan, counter, speed)(counter.name, [...where, ...here]),
      0,
    );
  if ("total" in events) {
    const total = sum(events.total);
    return { total, error: "bad" in events ? sum(events.bad) : Math.max(0, total - sum(events.good)) };
  }
  const error = sum(events.bad);
  return { total: sum(events.good) + error, error };
}

/** Events per second of the series of a metric that have certain labels, read off a workload that ran for a while. */
function usualRates(
  plan: MonitoringPlan,
  metric: Metric,
  speed: number,
): (name: string, where: readonly LabelMatch[]) => number {
  // Long enough that the rarest event of a service with one request in an hour is counted in thousands.
  const span = 1_000_000_000_000;
  const services = plan.services.map((service) => ({
    ...service,
    jobs: service.jobs.filter(({ name }) => name === metric.job.name),
    metrics: service.metrics.filter(({ name, job }) => name === metric.name && job.name === metric.job.name),
  }));
  const workload = new Workload(services, 0, speed);
  workload.advance(span);
  const samples = workload.targets().flatMap(({ job, instance }) => workload.samples(job.name, instance));
  return (name, where) =>
    samples
      .filter((sample) => sample.name === name)
      .filter(({ labels }) => where.every((match) => matchesValue(match, own(labels, match.label) ?? "")))
      .reduce((all, { value }) => all + value, 0) / span;
}
