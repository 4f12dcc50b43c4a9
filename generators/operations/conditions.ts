import type { PlannedAlert, PlannedSlo } from "../../plan/monitoring-plan";
import { ALERTS } from "../../plan/names";
import type {
  AbsenceAlert,
  Alert,
  AnomalyAlert,
  ErrorRatioMeasure,
  IncreaseAlert,
  ThresholdAlert,
} from "../../slo/alert";
import { isMissed } from "../../slo/alert-metrics";
import { ANOMALY } from "../../slo/anomaly";
import { BUDGET_BOUNDS } from "../../slo/budget";
import { burnThreshold, pairsOf, type BurnResponse } from "../../slo/burn-rate";
import { errorBudget, type Percent } from "../../slo/objective";
import type { Service } from "../../slo/service";
import { metricOf, type EventSli } from "../../slo/sli";
import type { LabelMatch, Metric } from "../../slo/telemetry";
import { BUDGET_ALERTS } from "../budget-alerts";
import { alertChecks } from "../contract-alerts";
import { burnOf, slosOf, type Subject } from "./subject";
import { percent, share, spoken } from "./markdown";

/** When an alert fires, in words, with the values that its rule was made from. */
export function conditionOf(alert: PlannedAlert, subject: Subject): string {
  switch (alert.kind) {
    case "burn-rate":
      return burnCondition(
        sloOf(alert, subject),
        subject,
        alert.alertname === ALERTS.ticket ? "ticket" : "page",
      );
    case "budget":
      return `less than ${share(boundOf(alert))} of the error budget is left`;
    case "telemetry":
      return telemetryCondition(alert, subject);
    case "heartbeat":
      return "always";
    default:
      return declaredCondition(declarationOf(alert, subject), subject);
  }
}

function boundOf({ alertname }: PlannedAlert): Percent {
  const states = Object.keys(BUDGET_BOUNDS) as (keyof typeof BUDGET_BOUNDS)[];
  const state = states.find((candidate) => BUDGET_ALERTS[candidate].name === alertname);
  return BUDGET_BOUNDS[state ?? "low"];
}

function sloOf(alert: Pick<PlannedAlert, "alertname" | "slo">, subject: Subject): PlannedSlo {
  const slo = slosOf(subject).find((candidate) => candidate.slo === alert.slo);
  if (slo === undefined) {
    throw new RangeError(
      `[${alert.alertname}] is an alert of [${alert.slo}], which the plan does not hold; make both from one plan`,
    );
  }
  return slo;
}

function declarationOf(alert: PlannedAlert, { service }: Subject): Alert {
  const declared = service.alerts.find(
    ({ name, slo }) => name === alert.alertname && (slo === undefined || slo === alert.slo),
  );
  if (declared === undefined) {
    throw new RangeError(
      `[${alert.alertname}] is not declared by [${service.id}]; make the pages and the plan from one service`,
    );
  }
  return declared;
}

function burnCondition(slo: PlannedSlo, { service, plan }: Subject, response: BurnResponse): string {
  const breach = service.slos.find(({ id }) => id === slo.slo)?.breach ?? "bad";
  const budget = errorBudget(slo.objective);
  const pairs = pairsOf(burnOf(slo, plan), response, budget).map(
    ({ factor, long, short }) =>
      `more than ${percent(burnThreshold(factor, budget))} over ${spoken(long)} and over ${spoken(short)}`,
  );
  return `${pairs.join(", or ")} are ${breach}`;
}

function telemetryCondition(alert: PlannedAlert, subject: Subject): string {
  if (alert.alertname === ALERTS.alertOutsideContract) {
    const metrics = alertChecks(subject.service).map(([name]) => `\`${name}\``);
    return `series of ${metrics.join(", ")} lack a declared label, or none has a value that is allowed`;
  }
  const { sli } = sloOf(alert, subject);
  if (alert.alertname === ALERTS.bucketMissing && sli.kind === "latency-ratio") {
    return `a target has no bucket ${sli.threshold} of \`${sli.histogram.name}\``;
  }
  return alert.alertname === ALERTS.outsideContract
    ? `series of \`${metricOf(sli).name}\` lack a declared label, or have a value that is not allowed`
    : "its series are gone, or targets answer for half an hour and never had one";
}

function declaredCondition(alert: Alert, subject: Subject): string {
  return alert.kind === "absence" ? absenceCondition(alert, subject) : valueCondition(alert, subject.service);
}

/** When an alert fires that compares what it reads with a limit, in words. */
export function valueCondition(alert: Exclude<Alert, AbsenceAlert>, service: Service): string {
  switch (alert.kind) {
    case "threshold":
      return thresholdCondition(alert);
    case "event":
      return `\`${alert.gauge.name}${matches(alert.where)}\` is ${alert.equals}`;
    case "gauge":
      return `the ${alert.of} of \`${alert.gauge.name}${matches(alert.where)}\` is ${alert.comparison} ${alert.limit}`;
    case "gauge-down":
      return `\`${alert.gauge.name}${whose(alert.gauge, service)}\` is 0, or ${isMissed(alert.gauge.job, service) ? "a target answers and none reports it" : "nobody reports it"}`;
    case "increase":
      return growthCondition(alert);
    case "anomaly":
      return anomalyCondition(alert);
    case "disagreement":
      return `targets disagree on \`${alert.gauge.name}\``;
  }
}

function growthCondition({ counter, where, window, moreThan, ...alert }: IncreaseAlert): string {
  const { by = [], least = [], explainedBy } = alert;
  const names = (labels: readonly string[]): string => labels.map((label) => `\`${label}\``).join(" and ");
  const grew = `\`${counter.name}${matches(where)}\` grew by more than ${moreThan} over ${spoken(window)}`;
  return [
    grew,
    ...(by.length === 0 ? [] : [`for one ${names(by)}`]),
    ...(least.length === 0 ? [] : [`on every ${names(least)}`]),
    ...(explainedBy === undefined ? [] : [`where \`${explainedBy.name}\` stands still`]),
  ].join(" ");
}

/** The job of a metric whose name another job of the service has, too. */
function whose({ job, name }: Metric, service: Service): string {
  const sharers = service.telemetry.metrics.filter((metric) => metric.name === name);
  return sharers.length > 1 ? matches([{ label: "job", op: "=", value: job.name }]) : "";
}

function anomalyCondition({ counter, where, beyond, moreThanPerMinute }: AnomalyAlert): string {
  const usual =
    "times" in beyond
      ? `${beyond.times} times the mean`
      : `${beyond.deviations} standard deviations above the mean`;
  return (
    `\`${counter.name}${matches(where)}\` grows faster over ${spoken(ANOMALY.window)} than ${usual} of the day before, ` +
    `and by more than ${moreThanPerMinute} a minute`
  );
}

function thresholdCondition({ measure, comparison, threshold }: ThresholdAlert): string {
  const beyond = `${comparison === "above" ? "more" : "less"} than ${share(threshold)}`;
  switch (measure.kind) {
    case "error-ratio":
      return `${beyond} of ${badEvents(measure.sli)} over ${spoken(measure.window)}, ${atLeast(measure)}`;
    case "targets-up":
      return measure.planned === undefined
        ? `${beyond} of the targets of \`${measure.job.name}\` are up`
        : `${beyond} of the ${measure.planned} targets that \`${measure.job.name}\` should have are up`;
    case "gauge-share":
      return `\`${measure.used.name}\` is ${beyond} of \`${measure.available.name}\``;
    case "gauge-per-target":
      return `the least \`${measure.gauge.name}\` is ${beyond} of the targets of \`${measure.gauge.job.name}\``;
  }
}

function atLeast({ minimumBadEvents, busierThan, window }: ErrorRatioMeasure): string {
  const traffic = busierThan === undefined ? "" : `, of more than ${busierThan} in ${spoken(window)}`;
  return `at least ${minimumBadEvents} of them${traffic}`;
}

function badEvents(sli: EventSli): string {
  const name = metricOf(sli).name;
  return sli.kind === "latency-ratio"
    ? `\`${name}${matches(sli.of)}\` are above ${sli.threshold}`
    : `\`${name}${matches(sli.of)}\` have \`${matches(sli.errors)}\``;
}

function matches(conditions: readonly LabelMatch[]): string {
  const inner = conditions.map(({ label, op, value }) => `${label}${op}"${value}"`).join(",");
  return inner === "" ? "" : `{${inner}}`;
}

function absenceCondition({ job, name, requests }: AbsenceAlert, subject: Subject): string {
  const gone = `no target of \`${job.name}\` is up`;
  if (requests === undefined) {
    return gone;
  }
  const slo = sloOf({ alertname: name, slo: requests.slo }, subject);
  const base = spoken(burnOf(slo, subject.plan).base);
  return (
    `${gone}, or ` +
    `less than ${share(requests.succeedBelow)} of the requests succeed over ${base}, beyond chance`
  );
}
