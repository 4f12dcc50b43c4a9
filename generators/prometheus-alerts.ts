import type { Alert } from "../slo/alert";
import type { SelfTelemetry } from "./self-telemetry";

const meta = { category: "meta", source: "X-5" } as const;

/** What can be wrong with Prometheus but for its storage. */
export function prometheusAlerts(telemetry: SelfTelemetry): readonly Alert[] {
  return [
    prometheusConfigReloadFailed(telemetry),
    prometheusRuleFailures(telemetry),
    prometheusRuleIterationsMissed(telemetry),
    prometheusRuleGroupSlow(telemetry),
    prometheusNotConnectedToAlertmanager(telemetry),
    prometheusNotificationsDropped(telemetry),
    prometheusCutOff(telemetry),
  ];
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
    explainedBy: telemetry.walWritesFailed, // what cannot be stored is an evaluation that failed as well
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

/**
 * Long enough to be seen in every scrape, and so short that Alertmanagers which restart one after the other are never
 * all in it.
 */
const WAY_WINDOW = "2m";

function prometheusNotificationsDropped(telemetry: SelfTelemetry): Alert {
  return {
    ...meta,
    kind: "increase",
    name: "PrometheusNotificationsDropped",
    severity: "critical",
    counter: telemetry.dropped,
    where: [],
    window: WAY_WINDOW,
    moreThan: 0,
    least: ["alertmanager", "instance"],
    for: "5m",
    summary: "Prometheus loses alerts",
    description: "Every Prometheus drops alerts on its way to every Alertmanager: no way is left.",
    runbook: "prometheus-notifications",
  };
}

function prometheusCutOff(telemetry: SelfTelemetry): Alert {
  return {
    ...meta,
    kind: "increase",
    name: "PrometheusCutOff",
    severity: "warning",
    counter: telemetry.dropped,
    where: [],
    window: WAY_WINDOW,
    moreThan: 0,
    least: ["alertmanager"],
    for: "5m",
    summary: "A Prometheus reaches no Alertmanager",
    description: "Alerts to every Alertmanager are dropped. What another Prometheus sends still arrives.",
    runbook: "prometheus-notifications",
  };
}
