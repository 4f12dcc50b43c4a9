import type { Alert } from "../slo/alert";
import type { SelfTelemetry } from "./self-telemetry";

const meta = { category: "meta" } as const;

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
    name: "PrometheusConfigReloadFailed",
    severity: "warning",
    measure: { kind: "level", gauge: telemetry.prometheusReloaded, of: "min" },
    when: { below: "1" },
    for: "10m",
    summary: "Prometheus runs an old configuration",
    description: "A Prometheus refused its last configuration, so new rules and targets are not in force.",
    runbook: "configuration-reload-failed",
  };
}

function prometheusRuleFailures(telemetry: SelfTelemetry): Alert {
  return {
    ...meta,
    name: "PrometheusRuleFailures",
    severity: "critical", // a rule that fails cannot page
    measure: {
      kind: "increase",
      counter: telemetry.ruleFailures,
      window: "15m",
      explainedBy: telemetry.walWritesFailed,
    },
    when: { above: "0" }, // what cannot be stored is an evaluation that failed as well
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
    name: "PrometheusRuleIterationsMissed",
    severity: "warning",
    measure: { kind: "increase", counter: telemetry.iterationsMissed, window: "15m" },
    when: { above: "0" },
    for: "15m",
    summary: "Evaluations of rules are left out",
    description: "{{ $value | humanize }} evaluations of rule groups were left out within 15 minutes.",
    runbook: "prometheus-rules",
  };
}

function prometheusRuleGroupSlow(telemetry: SelfTelemetry): Alert {
  return {
    ...meta,
    name: "PrometheusRuleGroupSlow",
    severity: "warning",
    measure: {
      kind: "gauge-share",
      part: telemetry.groupDuration,
      whole: telemetry.groupInterval,
      of: "highest",
    },
    when: { above: "80%" },
    for: "15m",
    summary: "A rule group takes nearly as long as its interval",
    description: "The slowest rule group takes {{ $value | humanizePercentage }} of its interval.",
    runbook: "prometheus-rules",
  };
}

function prometheusNotConnectedToAlertmanager(telemetry: SelfTelemetry): Alert {
  return {
    ...meta,
    name: "PrometheusNotConnectedToAlertmanager",
    severity: "critical",
    measure: { kind: "level", gauge: telemetry.discovered, of: "min" },
    when: { below: "1" },
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
    name: "PrometheusNotificationsDropped",
    severity: "critical",
    measure: {
      kind: "increase",
      counter: telemetry.dropped,
      window: WAY_WINDOW,
      least: ["alertmanager", "instance"],
    },
    when: { above: "0" },
    for: "5m",
    summary: "Prometheus loses alerts",
    description: "Every Prometheus drops alerts on its way to every Alertmanager: no way is left.",
    runbook: "prometheus-notifications",
  };
}

function prometheusCutOff(telemetry: SelfTelemetry): Alert {
  return {
    ...meta,
    name: "PrometheusCutOff",
    severity: "warning",
    measure: { kind: "increase", counter: telemetry.dropped, window: WAY_WINDOW, least: ["alertmanager"] },
    when: { above: "0" },
    for: "5m",
    summary: "A Prometheus reaches no Alertmanager",
    description: "Alerts to every Alertmanager are dropped. What another Prometheus sends still arrives.",
    runbook: "prometheus-notifications",
  };
}
