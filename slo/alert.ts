import { isDuration, milliseconds, type Duration } from "./duration";
import { mapMetrics } from "./mapped-measure";
import { readings, type Measure, type Quantile, type Reading } from "./measure";
import { ratioOfPercent, type Percent } from "./objective";
import type { Service } from "./service";
import type { Job, Metric } from "./telemetry";

/** `critical` pages, `warning` goes to chat, `info` to a quiet channel and the daily digest, `none` to the dead man's switch. */
export type Severity = "critical" | "warning" | "info" | "none";

/** What an alert is about; inhibition and dashboards use it. */
export type AlertCategory =
  "slo" | "down" | "errors" | "latency" | "saturation" | "event" | "telemetry" | "meta";

interface AlertBase {
  /** The alertname. With service and slo it identifies the alert for good. */
  readonly name: string;
  /** Nobody hears of `none`, which is the heartbeat's. */
  readonly severity: Exclude<Severity, "none">;
  readonly category: AlertCategory;
  /** Id of the SLO whose incident this alert belongs to; without one it is an incident of its own. */
  readonly slo?: string;
  /** Plain text: it heads the notification of the whole group, where one alert's labels or value would mislead. */
  readonly summary: string;
  readonly description: string;
  /** Slug of the runbook, whose file would be `services/<service>/runbooks/<slug>.md`. */
  readonly runbook: string;
  readonly for: Duration;
  /** Wait before the first page of its group, where that of pages is too long; for `critical` only. */
  readonly groupWait?: Duration;
}

/** How far from usual a rate is: so many times the mean, or so many standard deviations above it. */
export type Unusual = ({ readonly times: number } | { readonly deviations: number }) & {
  /** Events per minute that there must be besides: three times nothing is nothing. */
  readonly moreThanPerMinute: number;
};

/**
 * What a measure is compared with. A limit is exact: a percentage for a share, a whole number of events for an increase,
 * otherwise a decimal in the unit of the gauge, or a duration where that is in seconds.
 *
 * `unusual` compares a rate with its own rates of a day that ended an hour ago, so that an incident does not become its
 * own yardstick. It is silent until a quarter of that day is known.
 */
export type Condition = Limit | { readonly unusual: Unusual };

/** One limit, and on which side of it an alert fires. */
export type Limit = { readonly above: string } | { readonly below: string } | { readonly equals: string };

/** What alerts compare: a quantile is an estimate, on which nobody is woken. */
export type AlertMeasure = Exclude<Measure, Quantile>;

/** Fires while what is measured satisfies a condition for a time. */
export interface MeasuredAlert extends AlertBase {
  readonly measure: AlertMeasure;
  readonly when: Condition;
  /**
   * Id of an SLO of events of the service, over all of which it judges: the alert fires only while that burned through an
   * hour as fast as pages of six hours ask for, beyond chance.
   */
  readonly whileBurning?: string;
  /** It fires as well while nobody reports the gauge of a level or an age. */
  readonly orAbsent?: true;
  /** Of bad events: so many must there be in the window, so that one slow request at night is not 100 %. */
  readonly atLeast?: number;
  /** Of bad events: of more than so many events altogether, where a share means little without traffic. */
  readonly busierThan?: number;
}

/**
 * Fires when a job is gone: no target is up, or none exists; and when too few of its requests succeed, where it says
 * which. The last part is guarded against single failures at low traffic like a page (guard "strict").
 */
export interface OutageAlert extends AlertBase {
  readonly outageOf: Job;
  /** The SLO that records the requests; its recorded rates are read. */
  readonly requests?: { readonly slo: string; readonly succeedBelow: Percent };
}

/** The alerts that a service declares; burn-rate alerts are generated from its SLOs. */
export type Alert = MeasuredAlert | OutageAlert;

/** A limit with its operator in PromQL. */
export function comparison(when: Limit): { readonly operator: ">" | "<" | "=="; readonly limit: string } {
  if ("above" in when) {
    return { operator: ">", limit: when.above };
  }
  return "below" in when ? { operator: "<", limit: when.below } : { operator: "==", limit: when.equals };
}

/** A limit as a number: the ratio of a percentage, the seconds of a duration. */
export function limitValue(limit: string): number {
  return (
    ratioOfPercent(limit)?.toNumber() ?? (isDuration(limit) ? milliseconds(limit) / 1_000 : Number(limit))
  );
}

/** One text or another by the value of an alert, as every backend reads it: `[[0, "nobody reports one"]]`, or else the rest. */
export function byValue(
  texts: readonly (readonly [value: number, text: string])[],
  otherwise: string,
): string {
  const cases = texts.map(([value, text]) => `if eq $value ${value.toFixed(1)} }}${text}{{ else `);
  return `{{ ${cases.join("")}}}${otherwise}{{ end }}`;
}

/** Whether a value satisfies a condition. */
export function crosses(value: number, when: Limit): boolean {
  const { operator, limit } = comparison(when);
  const at = limitValue(limit);
  return { ">": value > at, "<": value < at, "==": value === at }[operator];
}

export function isOutage(alert: Alert): alert is OutageAlert {
  return "outageOf" in alert;
}

/** What an alert reads of metrics. */
export function alertReadings(alert: Alert): readonly Reading[] {
  return isOutage(alert) ? [] : readings(alert.measure);
}

/** The metrics that an alert names. */
export function alertMetrics(alert: Alert): readonly Metric[] {
  return alertReadings(alert).map(({ metric }) => metric);
}

/** The job of whose targets an alert asks whether they are up. */
export function jobWatched(alert: Alert): Job | undefined {
  if (isOutage(alert)) {
    return alert.outageOf;
  }
  return alert.measure.kind === "targets-up" ? alert.measure.job : undefined;
}

/**
 * Whether something else says that nobody of a job answers: an alert of the service, or of the monitoring where its
 * own exporter asks.
 */
export function isMissed(job: Job, service: Service): boolean {
  return (
    job.probe !== undefined ||
    service.alerts.some((alert) => isOutage(alert) && alert.outageOf.name === job.name)
  );
}

/** The same alert, whose metrics of a job of that name are of this very job. */
export function onJob(alert: Alert, job: Job): Alert {
  return isOutage(alert)
    ? alert
    : {
        ...alert,
        measure: mapMetrics(alert.measure, (metric) =>
          metric.job.name === job.name ? { ...metric, job } : metric,
        ),
      };
}
