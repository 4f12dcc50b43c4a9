import { isDuration, longest, type Duration } from "../slo/duration";
import type { Service } from "../slo/service";
import type { Counter, Gauge, Job, TelemetryContract } from "../slo/telemetry";

/** What Prometheus and Alertmanager expose of themselves, as far as their alerts look at it. */
export interface SelfTelemetry {
  readonly jobs: { readonly prometheus: Job; readonly alertmanager: Job };
  readonly contract: TelemetryContract;
  readonly prometheusReloaded: Gauge;
  readonly ruleFailures: Counter;
  readonly iterationsMissed: Counter;
  readonly groupDuration: Gauge;
  readonly groupInterval: Gauge;
  readonly discovered: Gauge;
  readonly dropped: Counter;
  readonly retention: Gauge;
  readonly alertmanagerReloaded: Gauge;
  readonly failed: Counter;
  readonly members: Gauge;
  readonly configHash: Gauge;
}

interface Deployment {
  readonly prometheus: Job;
  readonly alertmanager: Job;
  readonly alertmanagers: number;
  readonly retentionSeconds: number;
}

/** The longest window that an SLO needs; a week where there is none. */
export function longestWindow(services: readonly Service[]): Duration {
  return services
    .flatMap((service) => service.slos.map((slo): Duration => slo.window))
    .filter(isDuration)
    .reduce(longest, "7d");
}

/** The metrics and their values in normal operation. Source: Prometheus and Alertmanager, `/metrics`. */
export function selfTelemetry(deployment: Deployment): SelfTelemetry {
  const { prometheus, alertmanager } = deployment;
  const metrics = {
    ...ruleMetrics(prometheus),
    ...serverMetrics(deployment),
    ...alertmanagerMetrics(deployment),
  };
  return {
    jobs: { prometheus, alertmanager },
    contract: { jobs: [alertmanager, prometheus], metrics: Object.values(metrics) },
    ...metrics,
  };
}

const RELOADED = "1 if the last configuration was taken.";

function gauge(job: Job, name: string, help: string, normal: number): Gauge {
  return { type: "gauge", name, help, job, labels: {}, normal };
}

/** Failures stand still in normal operation, and are exposed from the start. */
function failures(job: Job, name: string, help: string): Counter {
  return { type: "counter", name, help, job, labels: {}, initialisedToZero: true, perSecond: 0 };
}

function ruleMetrics(
  job: Job,
): Pick<SelfTelemetry, "groupDuration" | "groupInterval" | "iterationsMissed" | "ruleFailures"> {
  return {
    ruleFailures: failures(
      job,
      "prometheus_rule_evaluation_failures_total",
      "Evaluations of rules that failed.",
    ),
    iterationsMissed: failures(
      job,
      "prometheus_rule_group_iterations_missed_total",
      "Evaluations of rule groups that were left out.",
    ),
    groupDuration: gauge(
      job,
      "prometheus_rule_group_last_duration_seconds",
      "Time that a rule group took.",
      0.2,
    ),
    groupInterval: gauge(job, "prometheus_rule_group_interval_seconds", "Interval of a rule group.", 30),
  };
}

function serverMetrics({
  prometheus,
  alertmanagers,
  retentionSeconds,
}: Deployment): Pick<SelfTelemetry, "discovered" | "dropped" | "prometheusReloaded" | "retention"> {
  return {
    prometheusReloaded: gauge(prometheus, "prometheus_config_last_reload_successful", RELOADED, 1),
    discovered: gauge(
      prometheus,
      "prometheus_notifications_alertmanagers_discovered",
      "Alertmanagers that are known.",
      alertmanagers,
    ),
    dropped: failures(
      prometheus,
      "prometheus_notifications_dropped_total",
      "Alerts that were lost on the way.",
    ),
    retention: gauge(
      prometheus,
      "prometheus_tsdb_retention_limit_seconds",
      "How long samples are kept, in seconds.",
      retentionSeconds,
    ),
  };
}

function alertmanagerMetrics({
  alertmanager,
  alertmanagers,
}: Deployment): Pick<SelfTelemetry, "alertmanagerReloaded" | "configHash" | "failed" | "members"> {
  return {
    alertmanagerReloaded: gauge(alertmanager, "alertmanager_config_last_reload_successful", RELOADED, 1),
    failed: failures(
      alertmanager,
      "alertmanager_notifications_failed_total",
      "Notifications that did not arrive.",
    ),
    members: gauge(
      alertmanager,
      "alertmanager_cluster_members",
      "Alertmanagers that one sees.",
      alertmanagers,
    ),
    configHash: gauge(alertmanager, "alertmanager_config_hash", "Hash of the configuration in force.", 1_000),
  };
}
