import type { Alert, ThresholdAlert } from "./alert";
import type { Service } from "./service";
import { eventMetricOf, matchesOf } from "./sli";
import type { Job, LabelMatch, Metric } from "./telemetry";

/** A metric that an alert reads, and the conditions by which it picks series of it. */
export interface Reading {
  readonly metric: Metric;
  readonly where: readonly LabelMatch[];
}

/** What an alert reads of metrics. */
export function readings(alert: Alert): readonly Reading[] {
  switch (alert.kind) {
    case "absence":
      return [];
    case "increase": {
      const counted = { metric: alert.counter, where: alert.where };
      return alert.explainedBy === undefined ? [counted] : [counted, whole(alert.explainedBy)];
    }
    case "anomaly":
      return [{ metric: alert.counter, where: alert.where }];
    case "event":
    case "gauge":
      return [{ metric: alert.gauge, where: alert.where }];
    case "gauge-down":
    case "disagreement":
      return [whole(alert.gauge)];
    case "threshold":
      return measured(alert.measure);
  }
}

/** The metrics that an alert names. */
export function metricsRead(alert: Alert): readonly Metric[] {
  return readings(alert).map(({ metric }) => metric);
}

function whole(metric: Metric): Reading {
  return { metric, where: [] };
}

/** The job of whose targets an alert asks whether they are up. */
export function jobWatched(alert: Alert): Job | undefined {
  if (alert.kind === "absence") {
    return alert.job;
  }
  return alert.kind === "threshold" && alert.measure.kind === "targets-up" ? alert.measure.job : undefined;
}

/**
 * Whether something else says that nobody of a job answers: an alert of the service, or of the monitoring where its
 * own exporter asks.
 */
export function isMissed(job: Job, service: Service): boolean {
  return (
    job.probe !== undefined ||
    service.alerts.some((alert) => alert.kind === "absence" && alert.job.name === job.name)
  );
}

function measured(measure: ThresholdAlert["measure"]): readonly Reading[] {
  switch (measure.kind) {
    case "targets-up":
      return [];
    case "error-ratio":
      return [{ metric: eventMetricOf(measure.sli), where: matchesOf(measure.sli) }];
    case "gauge-share":
      return [whole(measure.used), whole(measure.available)];
    case "gauge-per-target":
      return [whole(measure.gauge)];
  }
}

/** The same alert, whose metrics of a job of that name are of this very job. An SLI keeps its own. */
export function onJob(alert: Alert, job: Job): Alert {
  const moved = <M extends Metric>(metric: M): M =>
    metric.job.name === job.name ? { ...metric, job } : metric;
  switch (alert.kind) {
    case "absence":
      return alert;
    case "increase":
      return {
        ...alert,
        counter: moved(alert.counter),
        ...(alert.explainedBy === undefined ? {} : { explainedBy: moved(alert.explainedBy) }),
      };
    case "anomaly":
      return { ...alert, counter: moved(alert.counter) };
    case "event":
    case "gauge":
    case "gauge-down":
    case "disagreement":
      return { ...alert, gauge: moved(alert.gauge) };
    case "threshold":
      return { ...alert, measure: measureOnJob(alert.measure, moved) };
  }
}

function measureOnJob(
  measure: ThresholdAlert["measure"],
  moved: <M extends Metric>(metric: M) => M,
): ThresholdAlert["measure"] {
  switch (measure.kind) {
    case "targets-up":
    case "error-ratio":
      return measure;
    case "gauge-share":
      return { ...measure, used: moved(measure.used), available: moved(measure.available) };
    case "gauge-per-target":
      return { ...measure, gauge: moved(measure.gauge) };
  }
}
