import type { RecordingRule } from "../plan/monitoring-plan";
import { DIMENSIONS, type Place } from "../plan/names";
import type {
  AbsenceAlert,
  Alert,
  ErrorRatioMeasure,
  EventAlert,
  GaugeAlert,
  GaugeDownAlert,
  GaugePerTargetMeasure,
  GaugeShareMeasure,
  IncreaseAlert,
  TargetsUpMeasure,
  ThresholdAlert,
} from "../slo/alert";
import type { Duration } from "../slo/duration";
import { GUARDS } from "../slo/guard";
import { decimal, errorBudget, exactRatio } from "../slo/objective";
import { isMissed } from "../slo/alert-metrics";
import { startsAtZero, type Counter, type Job, type LabelMatch, type Metric } from "../slo/telemetry";
import type { Service } from "../slo/service";
import type { AlertDraft } from "./alert-draft";
import { anomaly, anomalyRecords } from "./anomaly-alerts";
import {
  aggregate,
  allOf,
  anyOf,
  block,
  equals,
  inPlace,
  NOT_BLIND,
  over,
  selector,
  type PromQl,
} from "./promql";
import { declaredCounts, type DeclaredCounts } from "./declared-counts";
import { significant } from "./slo-alerts";
import { recordedSeries, sloContext } from "./slo-context";

/** The rules of the alerts that a service declares, and what is recorded for them. */
export function declaredAlerts(
  service: Service,
  place: Place,
  interval: Duration,
): { readonly records: readonly RecordingRule[]; readonly alerts: readonly AlertDraft[] } {
  const counts = declaredCounts(service, place.environment, interval);
  return {
    records: [...anomalyRecords(service, service.alerts), ...counts.records],
    alerts: service.alerts.map((alert) => ({
      kind: alert.kind,
      name: alert.name,
      ...(alert.slo === undefined ? {} : { slo: alert.slo }),
      severity: alert.severity,
      category: alert.category,
      expr: expressionOf(service, alert, place, interval, counts),
      for: alert.for,
      ...(alert.groupWait === undefined ? {} : { groupWait: alert.groupWait }),
      runbook: alert.runbook,
      source: alert.source,
      summary: alert.summary,
      description: alert.description,
    })),
  };
}

function expressionOf(
  service: Service,
  alert: Alert,
  place: Place,
  interval: Duration,
  counts: DeclaredCounts,
): PromQl {
  switch (alert.kind) {
    case "threshold":
      return threshold(alert, place, counts);
    case "absence":
      return serviceDown(service, alert, place, interval);
    case "event":
      return event(alert);
    case "gauge":
      return gaugeLevel(alert);
    case "gauge-down":
      return gaugeDown(service, alert, place);
    case "increase":
      return increase(alert);
    case "anomaly":
      return anomaly(service, alert);
    case "disagreement":
      return `${aggregate("max", DIMENSIONS, seriesOf(alert.gauge))} != ${aggregate("min", DIMENSIONS, seriesOf(alert.gauge))}`;
  }
}

function threshold(alert: ThresholdAlert, place: Place, counts: DeclaredCounts): PromQl {
  const { measure } = alert;
  switch (measure.kind) {
    case "error-ratio":
      return errorRatio(measure, alert, counts);
    case "targets-up":
      return targetsUp(measure, alert, place);
    case "gauge-share":
      return `${gaugeShare(measure)} ${comparison(alert)}`;
    case "gauge-per-target":
      return `${gaugePerTarget(measure)} ${comparison(alert)}`;
  }
}

/** The series of a metric of its own job; another exporter may use the same name. */
function seriesOf(metric: Metric, where: readonly LabelMatch[] = []): PromQl {
  return selector(metric.name, [equals("job", metric.job.name), ...where]);
}

function comparison(alert: ThresholdAlert): string {
  return `${alert.comparison === "above" ? ">" : "<"} ${decimal(exactRatio(alert.threshold))}`;
}

function targetsUp({ job, planned }: TargetsUpMeasure, alert: ThresholdAlert, place: Place): PromQl {
  const up = selector("up", [equals("job", job.name)]);
  const answering = aggregate("sum", DIMENSIONS, up);
  return planned === undefined
    ? `${answering} / ${aggregate("count", DIMENSIONS, up)} ${comparison(alert)}`
    : `(${answering} or ${noneKnown(job, place)}) / ${planned} ${comparison(alert)}`;
}

/** 0 where no target of a job is known. */
function noneKnown(job: Job, place: Place): PromQl {
  return missing(selector("up", [equals("job", job.name), ...inPlace(place)]));
}

/** 0 where a series is absent and something is known. `absent` keeps the labels of its equality conditions. */
function missing(series: PromQl, known: PromQl = NOT_BLIND): PromQl {
  return `0 * ${aggregate("sum", DIMENSIONS, `absent(${series}) and on () ${known}`)}`;
}

function errorRatio(measure: ErrorRatioMeasure, alert: ThresholdAlert, counts: DeclaredCounts): PromQl {
  const { bad, total } = counts.of(measure);
  return allOf([
    `${bad} / (${total} > 0) ${comparison(alert)}`,
    `${bad} >= ${measure.minimumBadEvents}`,
    ...(measure.busierThan === undefined ? [] : [`${total} > ${measure.busierThan}`]),
  ]);
}

/**
 * No target up, none known, or too few requests succeed (OMNIHUB-ERR-9, design: "ServiceDown"). A vanished target is
 * not 0 but absent; `absent` keeps the labels of its equality conditions, which is where the place comes from.
 * Every branch has the same labels, so that moving from one to the next does not restart `for`.
 */
function serviceDown(service: Service, alert: AbsenceAlert, place: Place, interval: Duration): PromQl {
  const job = equals("job", alert.job.name);
  return anyOf([
    `${aggregate("sum", DIMENSIONS, selector("up", [job]))} == 0`,
    noneKnown(alert.job, place),
    ...(alert.requests === undefined ? [] : [block(tooFewSucceed(service, alert.requests, place, interval))]),
  ]);
}

function tooFewSucceed(
  service: Service,
  requests: NonNullable<AbsenceAlert["requests"]>,
  { environment }: Place,
  interval: Duration,
): PromQl {
  const slo = service.slos.find((candidate) => candidate.id === requests.slo);
  if (slo === undefined) {
    throw new RangeError(`[${requests.slo}] is not an SLO of [${service.id}]`);
  }
  const context = sloContext(service, slo, environment, interval);
  const series = recordedSeries(context);
  const events = (side: "error" | "total"): PromQl => aggregate("sum", DIMENSIONS, series.rate(side));
  const counted = (side: "error" | "total"): PromQl => `${events(side)} * ${context.burn.base}`;
  return allOf([
    `1 - ${events("error")} / (${events("total")} > 0) < ${decimal(exactRatio(requests.succeedBelow))}`,
    significant(
      { budget: errorBudget(requests.succeedBelow), guard: GUARDS.strict },
      counted("error"),
      counted("total"),
    ),
  ]);
}

function event(alert: EventAlert): PromQl {
  return `${aggregate("max", DIMENSIONS, seriesOf(alert.gauge, alert.where))} == ${alert.equals}`;
}

function gaugeLevel(alert: GaugeAlert): PromQl {
  const level = aggregate(alert.of, DIMENSIONS, seriesOf(alert.gauge, alert.where));
  return `${level} ${alert.comparison === "above" ? ">" : "<"} ${alert.limit}`;
}

/**
 * `sum` over `absent` keeps the place alone, so that both branches have the same labels. Where another alert says that
 * nobody of the job answers, this one needs a target that answers without the gauge: one outage is one page.
 */
function gaugeDown(service: Service, { gauge }: GaugeDownAlert, place: Place): PromQl {
  const absent = seriesOf(gauge, inPlace(place));
  const answering = `(${selector("up", [equals("job", gauge.job.name), ...inPlace(place)])} == 1)`;
  return anyOf([
    `${aggregate("max", DIMENSIONS, seriesOf(gauge))} == 0`,
    isMissed(gauge.job, service) ? missing(absent, answering) : missing(absent),
  ]);
}

/**
 * The value of a series that was born within the window, in a target that was scraped before, counts whole: `increase`
 * alone never sees it, and a failure that happens once is just what such an alert is for. One that was there within a
 * day is not born.
 */
function increase(alert: IncreaseAlert): PromQl {
  const { counter, where, window, moreThan, by = [], least = [] } = alert;
  const series = seriesOf(counter, where);
  const grown = over("increase", series, window);
  const scraped = `${selector("up", [equals("job", counter.job.name)])} offset ${window}`;
  const known = `last_over_time(${series}[1d] offset ${window})`;
  const born = `(${series} unless ${known} and on (job, instance) ${scraped})`;
  const all = startsAtZero(counter) ? grown : `${born} or ${grown}`;
  const dimensions = [...DIMENSIONS, ...by];
  const parts = alert.explainedBy === undefined ? all : unexplained(all, alert.explainedBy, window);
  if (least.length === 0) {
    return `${aggregate("sum", dimensions, parts)} > ${moreThan}`;
  }
  // Who is gone counts nothing any more, and must not speak for those that are left.
  const each = aggregate("sum", [...dimensions, ...least], `(${parts}) and ${series}`);
  return `${aggregate("min", dimensions, each)} > ${moreThan}`;
}

function unexplained(parts: PromQl, cause: Counter, window: Duration): PromQl {
  return `(${parts}) unless on (job, instance) ${over("increase", seriesOf(cause), window)} > 0`;
}

function gaugeShare({ used, available, of }: GaugeShareMeasure): PromQl {
  return of === "together"
    ? `${aggregate("sum", DIMENSIONS, seriesOf(used))} / ${aggregate("max", DIMENSIONS, seriesOf(available))}`
    : aggregate("max", DIMENSIONS, `${seriesOf(used)} / ${seriesOf(available)}`);
}

function gaugePerTarget({ gauge }: GaugePerTargetMeasure): PromQl {
  const up = selector("up", [equals("job", gauge.job.name)]);
  return `${aggregate("min", DIMENSIONS, seriesOf(gauge))} / ${aggregate("count", DIMENSIONS, up)}`;
}
