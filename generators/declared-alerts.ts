import type { RecordingRule } from "../plan/monitoring-plan";
import { DIMENSIONS, type Place } from "../plan/names";
import { isMissed, isOutage, type Alert, type OutageAlert } from "../slo/alert";
import type { Duration } from "../slo/duration";
import { GUARDS } from "../slo/guard";
import type { Age, Level } from "../slo/measure";
import { decimal, errorBudget } from "../slo/objective";
import { inEnvironment } from "../slo/telemetry";
import type { Service } from "../slo/service";
import type { AlertDraft } from "./alert-draft";
import { anomalyRecords, unusualRate } from "./anomaly-alerts";
import { compared } from "./compared";
import { declaredCounts, type DeclaredCounts } from "./declared-counts";
import { upOf } from "./measures/growth";
import { seriesOf, type Scope } from "./measures/measure-kind";
import { measureExpr } from "./measures/measures";
import { noneKnown } from "./measures/shares";
import { aggregate, allOf, anyOf, block, inPlace, missing, share, type PromQl } from "./promql";
import { significant } from "./slo-alerts";
import { recordedSeries, sloContext, type SloContext } from "./slo-context";

/** What the rules of a service's alerts are made from. */
interface Making {
  readonly service: Service;
  readonly environment: string;
  readonly interval: Duration;
  readonly scope: Scope;
  readonly counts: DeclaredCounts;
}

/** The rules of the alerts that a service declares, and what is recorded for them. */
export function declaredAlerts(
  service: Service,
  place: Place,
  interval: Duration,
): { readonly records: readonly RecordingRule[]; readonly alerts: readonly AlertDraft[] } {
  const { environment } = place;
  const counts = declaredCounts(service, environment, interval);
  const making = { service, environment, interval, scope: { here: [], place: inPlace(place) }, counts };
  return {
    records: [...anomalyRecords(service), ...counts.records],
    alerts: service.alerts.map((alert) => ({
      kind: isOutage(alert) ? "outage" : alert.measure.kind,
      name: alert.name,
      ...(alert.slo === undefined ? {} : { slo: alert.slo }),
      severity: alert.severity,
      category: alert.category,
      expr: expressionOf(alert, making),
      for: alert.for,
      ...(alert.groupWait === undefined ? {} : { groupWait: alert.groupWait }),
      runbook: alert.runbook,
      summary: inEnvironment(howMuch(alert), environment),
      description: inEnvironment(alert.description, environment),
    })),
  };
}

/** A value, written as it is spoken of. */
const SHOWN = /\{\{ *\$value(?: *\| *\w+)* *\}\}/;

/** What is wrong, and how much where the description says that: a title has no room for both sentences. */
function howMuch({ summary, description }: Alert): string {
  const [shown] = SHOWN.exec(description) ?? [];
  return shown === undefined || description.includes("{{ if") || summary.includes("$value")
    ? summary
    : `${summary} (${shown})`;
}

function expressionOf(alert: Alert, making: Making): PromQl {
  if (isOutage(alert)) {
    return outage(alert, making);
  }
  const { measure, when } = alert;
  if ("unusual" in when) {
    return unusualRate(making.service, alert.name, when.unusual);
  }
  if (measure.kind === "bad-events") {
    const { bad, total } = making.counts.of(measure);
    return allOf([
      `${share(bad, total)} ${compared(when, measure)}`,
      ...(alert.atLeast === undefined ? [] : [`${bad} >= ${alert.atLeast}`]),
      ...(alert.busierThan === undefined ? [] : [`${total} > ${alert.busierThan}`]),
    ]);
  }
  const beyond = `${measureExpr(measure, making.scope)} ${compared(when, measure)}`;
  if (alert.whileBurning !== undefined) {
    return allOf([beyond, ...burning(alert.whileBurning, making)]);
  }
  return alert.orAbsent === true && (measure.kind === "level" || measure.kind === "age")
    ? anyOf([beyond, absent(measure, making)])
    : beyond;
}

/**
 * `sum` over `absent` keeps the place alone, so that both branches have the same labels. Where another alert says that
 * nobody of the job answers, this one needs a target that answers without the gauge: one outage is one page.
 */
function absent({ gauge, where }: Age | Level, { service, scope: { place } }: Making): PromQl {
  const here = { here: place, place };
  const series = seriesOf(gauge, here, where);
  return isMissed(gauge.job, service) ? missing(series, `(${upOf(gauge.job, here)} == 1)`) : missing(series);
}

/**
 * No target up, none known, or too few requests succeed (design: "ServiceDown"). A vanished target is
 * not 0 but absent; `absent` keeps the labels of its equality conditions, which is where the place comes from.
 * Every branch has the same labels, so that moving from one to the next does not restart `for`. The value tells them
 * apart: 0, -1, or the share of requests that fail.
 */
function outage({ outageOf, requests }: OutageAlert, making: Making): PromQl {
  return anyOf([
    `${aggregate("sum", DIMENSIONS, upOf(outageOf, making.scope))} == 0`,
    `${noneKnown(outageOf, making.scope)} - 1`,
    ...(requests === undefined ? [] : [block(tooFewSucceed(requests, making))]),
  ]);
}

function tooFewSucceed(
  { slo: id, succeedBelow }: NonNullable<OutageAlert["requests"]>,
  making: Making,
): PromQl {
  const context = contextOf(id, making);
  const series = recordedSeries(context);
  const events = (side: "error" | "total"): PromQl => aggregate("sum", DIMENSIONS, series.rate(side));
  const counted = (side: "error" | "total"): PromQl => `${events(side)} * ${context.burn.base}`;
  return allOf([
    `${events("error")} / (${events("total")} > 0) > ${decimal(errorBudget(succeedBelow))}`,
    significant(
      { budget: errorBudget(succeedBelow), guard: GUARDS.strict },
      counted("error"),
      counted("total"),
    ),
  ]);
}

/** Through the hour of the fast page as fast as the slow page asks for, which waits six hours for it. */
function burning(id: string, making: Making): readonly PromQl[] {
  const context = contextOf(id, making);
  const [, slow] = context.burn.windows;
  const events = (side: "error" | "total"): PromQl =>
    aggregate("sum", DIMENSIONS, recordedSeries(context).increase(side));
  return [
    `${share(events("error"), events("total"))} > ${decimal(slow.factor)} * ${decimal(context.budget)}`,
    significant(context, events("error"), events("total")),
  ];
}

/** @throws RangeError when the SLO is not one of the service, which validation excludes */
function contextOf(id: string, { service, environment, interval }: Making): SloContext {
  const slo = service.slos.find((candidate) => candidate.id === id);
  if (slo === undefined) {
    throw new RangeError(`[${id}] is not an SLO of [${service.id}]`);
  }
  return sloContext(service, slo, environment, interval);
}
