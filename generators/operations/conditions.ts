import type { PlannedAlert, PlannedSlo } from "../../plan/monitoring-plan";
import { ALERTS } from "../../plan/names";
import {
  comparison,
  isMissed,
  isOutage,
  type Alert,
  type Limit,
  type MeasuredAlert,
  type OutageAlert,
  type Unusual,
} from "../../slo/alert";
import { BUDGET_BOUNDS } from "../../slo/budget";
import { burnThreshold, pairsOf, type BurnResponse } from "../../slo/burn-rate";
import { readings, sliReadings, windowOf, type Measure } from "../../slo/measure";
import { errorBudget, isPercent, type Percent } from "../../slo/objective";
import type { Service } from "../../slo/service";
import { BUDGET_ALERTS } from "../budget-alerts";
import { alertChecks, namesOf } from "../contract-alerts";
import { matchesText, type Beyond, type NameSeries } from "../measures/measure-kind";
import { measureSays } from "../measures/measures";
import { equals } from "../promql";
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
    ? `series of \`${namesOf(sliReadings(sli))}\` lack a declared label, or have a value that is not allowed`
    : "its series are gone, or targets answer for half an hour and never had one";
}

/** When a declared alert fires, in words. */
function declaredCondition(alert: Alert, subject: Subject): string {
  return isOutage(alert) ? outageCondition(alert, subject) : measuredCondition(alert, subject.service);
}

/** When an alert fires that compares what it measures, in words. */
function measuredCondition(alert: MeasuredAlert, service: Service): string {
  const { measure, when, atLeast, busierThan } = alert;
  if ("unusual" in when) {
    return unusualCondition(measure, when.unusual, service);
  }
  const window = windowOf(measure);
  return [
    measureSays(measure, beyond(when), namer(service)),
    ...(alert.orAbsent === true ? [absent(measure, service)] : []),
    ...(atLeast === undefined ? [] : [`, at least ${atLeast} of them`]),
    ...(alert.whileBurning === undefined
      ? []
      : [`, while the budget of \`${alert.whileBurning}\` burns beyond chance`]),
    ...(busierThan === undefined || window === undefined
      ? []
      : [`, of more than ${busierThan} in ${spoken(window)}`]),
  ].join("");
}

function beyond(when: Limit): Beyond {
  const { operator, limit } = comparison(when);
  const words = { ">": ["above ", "more than "], "<": ["below ", "less than "], "==": ["", ""] } as const;
  const [level, amount] = words[operator];
  const text = isPercent(limit) ? share(limit) : limit;
  return { level: `${level}${text}`, amount: `${amount}${text}`, isEqual: operator === "==" };
}

/** With the job where another job of the service has a metric of the same name. */
function namer({ telemetry }: Service): NameSeries {
  return ({ name, job }, where = []) => {
    const isShared = telemetry.metrics.some((other) => other.name === name && other.job.name !== job.name);
    const conditions = [...(isShared ? [equals("job", job.name)] : []), ...where];
    return `\`${name}${matchesText(conditions)}\``;
  };
}

function absent(measure: Measure, service: Service): string {
  const job = readings(measure)[0]?.metric.job;
  return job !== undefined && isMissed(job, service)
    ? ", or a target answers and none reports it"
    : ", or nobody reports it";
}

function unusualCondition(measure: Measure, unusual: Unusual, service: Service): string {
  const usual =
    "times" in unusual
      ? `${unusual.times} times the mean`
      : `${unusual.deviations} standard deviations above the mean`;
  return (
    `${measureSays(measure, { level: `above ${usual} of the day before`, amount: "", isEqual: false }, namer(service))}, ` +
    `and by more than ${unusual.moreThanPerMinute} a minute`
  );
}

function outageCondition({ outageOf, name, requests }: OutageAlert, subject: Subject): string {
  const gone = `no target of \`${outageOf.name}\` is up`;
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
