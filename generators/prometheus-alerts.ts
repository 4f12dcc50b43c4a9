import type { Alert } from "../slo/alert";
import type { SelfTelemetry } from "./self-telemetry";

const meta = { category: "meta", source: "X-5" } as const;

/** What can be wrong with Prometheus. @param window the longest window of an SLO */
export function prometheusAlerts(telemetry: SelfTelemetry, window: string): readonly Alert[] {
  return [
    prometheusTargetMissing(telemetry),
    prometheusConfigReloadFailed(telemetry),
    prometheusRetentionTooShort(telemetry, window),
    prometheusRuleFailures(telemetry),
    prometheusRuleIterationsMissed(telemetry),
    prometheusRuleGroupSlow(telemetry),
    prometheusNotConnectedToAlertmanager(telemetry),
    prometheusNotificationsDropped(telemetry),
  ];
}

function prometheusTargetMissing(telemetry: SelfTelemetry): Alert {
  return {
    ...meta,
    kind: "threshold",
    name: "PrometheusTargetMissing",
    severity: "warning",
    measure: { kind: "targets-up", job: telemetry.jobs.prometheus },
    comparison: "below",
    threshold: "99%",
    for: "10m",
    summary: "A Prometheus server is down",
    description: "Only {{ $value | humanizePercentage }} of the Prometheus servers answer.",
    runbook: "prometheus-target-missing",
  };
}

function prometheusConfigReloadFailed(telemetry: SelfTelemetry): Alert {
  return {
    ...meta,
    kind: "gauge",
    name: "PrometheusConfigReloadFailed",
    severity: "warning",
    gauge: telemetry.prometheusReloaded,
    where: [],
    of: "min",
    comparison: "below",
    limit: "1",
    for: "10m",
    summary: "Prometheus runs an old configuration",
    description: "A Prometheus refused its last configuration, so new rules and targets are not in force.",
    runbook: "configuration-reload-failed",
  };
}

function prometheusRetentionTooShort(telemetry: SelfTelemetry, window: string): Alert {
  return {
    ...meta,
    kind: "gauge",
    name: "PrometheusRetentionTooShort",
    severity: "warning",
    gauge: telemetry.retention,
    where: [],
    of: "min",
    comparison: "below",
    limit: window,
    for: "1h",
    summary: "Prometheus forgets before an SLO window is over",
    description:
      "Samples are kept for {{ $value | humanizeDuration }}, less than the longest SLO window: error budgets come out wrong.",
    runbook: "prometheus-storage",
  };
}

function prometheusRuleFailures(telemetry: SelfTelemetry): Alert {
  return {
    ...meta,
    kind: "increase",
    name: "PrometheusRuleFailures",
    severity: "critical", // a rule that fails cannot page
    counter: telemetry.ruleFailures,
    where: [],
    window: "15m",
    moreThan: 0,
    for: "5m",
    summary: "Rules cannot be evaluated",
    description:
      "{{ $value | humanize }} evaluations of rules failed within 15 minutes; an alert that fails cannot fire.",
    runbook: "prometheus-rules",
  };
}

function prometheusRuleIterationsMissed(telemetry: SelfTelemetry): Alert {
  return {
    ...meta,
    kind: "increase",
    name: "PrometheusRuleIterationsMissed",
    severity: "warning",
    counter: telemetry.iterationsMissed,
    where: [],
    window: "15m",
    moreThan: 0,
    for: "15m",
    summary: "Evaluations of rules are left out",
    description: "{{ $value | humanize }} evaluations of rule groups were left out within 15 minutes.",
    runbook: "prometheus-rules",
  };
}

function prometheusRuleGroupSlow(telemetry: SelfTelemetry): Alert {
  return {
    ...meta,
    kind: "threshold",
    name: "PrometheusRuleGroupSlow",
    severity: "warning",
    measure: {
      kind: "gauge-share",
      used: telemetry.groupDuration,
      available: telemetry.groupInterval,
      of: "each",
    },
    comparison: "above",
    threshold: "80%",
    for: "15m",
    summary: "A rule group takes nearly as long as its interval",
    description: "The slowest rule group takes {{ $value | humanizePercentage }} of its interval.",
    runbook: "prometheus-rules",
  };
}

function prometheusNotConnectedToAlertmanager(telemetry: SelfTelemetry): Alert {
  return {
    ...meta,
    kind: "gauge",
    name: "PrometheusNotConnectedToAlertmanager",
    severity: "critical",
    gauge: telemetry.discovered,
    where: [],
    of: "min",
    comparison: "below",
    limit: "1",
    for: "5m",
    summary: "Prometheus knows no Alertmanager",
    description: "A Prometheus has found no Alertmanager: its alerts reach nobody.",
    runbook: "prometheus-notifications",
  };
}

function prometheusNotificationsDropped(telemetry: SelfTelemetry): Alert {
  return {
    ...meta,
    kind: "increase",
    name: "PrometheusNotificationsDropped",
    severity: "critical",
    counter: telemetry.dropped,
    where: [],
    window: "10m",
    moreThan: 0,
    for: "5m",
    summary: "Prometheus loses alerts",
    description: "{{ $value | humanize }} alerts were dropped on the way to Alertmanager within 10 minutes.",
    runbook: "prometheus-notifications",
  };
}
