import type { Environment } from "../plan/environment";
import { PORTS, PROGRAMS, SELF } from "../plan/names";
import type { Alert } from "../slo/alert";
import { milliseconds } from "../slo/duration";
import type { Service } from "../slo/service";
import { longestWindow, selfTelemetry, type SelfTelemetry } from "./self-telemetry";

/**
 * Prometheus and Alertmanager as a service like any other, so that their alerts are built, routed, tested and played
 * like any other. Source: the Prometheus and Alertmanager mixins, with runbooks of our own.
 * @param services what the environment measures: the longest SLO window among them must be kept
 */
export function selfService(environment: Environment, services: readonly Service[]): Service {
  const { prometheus, alertmanager, kubernetes } = environment;
  const scraped = { namespace: kubernetes.namespace, port: PORTS.web, path: "/metrics" };
  const telemetry = selfTelemetry({
    prometheus: { ...scraped, name: PROGRAMS.prometheus, instances: prometheus.replicas },
    alertmanager: { ...scraped, name: PROGRAMS.alertmanager, instances: alertmanager.replicas },
    alertmanagers: alertmanager.replicas,
    retentionSeconds: milliseconds(prometheus.retention) / 1_000,
  });
  return {
    id: SELF.service,
    title: "Monitoring",
    description: "Prometheus and Alertmanager of this environment.",
    team: SELF.team,
    tier: 1,
    environments: [environment.name],
    dashboard: SELF.dashboard,
    telemetry: telemetry.contract,
    slos: [],
    alerts: [
      ...prometheusAlerts(telemetry, longestWindow(services)),
      ...alertmanagerAlerts(telemetry, alertmanager.replicas),
    ],
    autoscaling: [],
    backups: [],
  };
}

const meta = { category: "meta", source: "X-5" } as const;

function prometheusAlerts(telemetry: SelfTelemetry, window: string): readonly Alert[] {
  return [
    {
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
    },
    {
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
    },
    ...ruleAlerts(telemetry),
    ...notificationAlerts(telemetry),
    {
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
    },
  ];
}

function ruleAlerts(telemetry: SelfTelemetry): readonly Alert[] {
  return [
    {
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
    },
    {
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
    },
    {
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
    },
  ];
}

function notificationAlerts(telemetry: SelfTelemetry): readonly Alert[] {
  return [
    {
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
    },
    {
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
      description:
        "{{ $value | humanize }} alerts were dropped on the way to Alertmanager within 10 minutes.",
      runbook: "prometheus-notifications",
    },
  ];
}

function alertmanagerAlerts(telemetry: SelfTelemetry, replicas: number): readonly Alert[] {
  return [
    {
      ...meta,
      kind: "absence",
      name: "AlertmanagerDown",
      severity: "critical",
      job: telemetry.jobs.alertmanager,
      for: "5m",
      summary: "No Alertmanager is up",
      description: "No Alertmanager answers: nobody is told of anything, and the heartbeat stops.",
      runbook: "prometheus-target-missing",
    },
    {
      ...meta,
      kind: "gauge",
      name: "AlertmanagerConfigReloadFailed",
      severity: "warning",
      gauge: telemetry.alertmanagerReloaded,
      where: [],
      of: "min",
      comparison: "below",
      limit: "1",
      for: "10m",
      summary: "Alertmanager runs an old configuration",
      description:
        "An Alertmanager refused its last configuration, so new routes and receivers are not in force.",
      runbook: "configuration-reload-failed",
    },
    {
      ...meta,
      kind: "increase",
      name: "AlertmanagerNotificationsFailing",
      severity: "critical",
      counter: telemetry.failed,
      where: [],
      window: "15m",
      moreThan: 2, // a single one is tried again and usually arrives
      for: "5m",
      summary: "Notifications do not arrive",
      description:
        "{{ $value | humanize }} notifications failed within 15 minutes; pages or messages may be missing.",
      runbook: "notifications-failing",
    },
    ...(replicas === 1 ? [] : clusterAlerts(telemetry)),
  ];
}

function clusterAlerts(telemetry: SelfTelemetry): readonly Alert[] {
  return [
    {
      ...meta,
      kind: "threshold",
      name: "AlertmanagerTargetMissing",
      severity: "warning",
      measure: { kind: "targets-up", job: telemetry.jobs.alertmanager },
      comparison: "below",
      threshold: "99%",
      for: "10m",
      summary: "An Alertmanager is down",
      description: "Only {{ $value | humanizePercentage }} of the Alertmanagers answer.",
      runbook: "alertmanager-cluster",
    },
    {
      ...meta,
      kind: "threshold",
      name: "AlertmanagerMembersInconsistent",
      severity: "warning",
      measure: { kind: "gauge-per-target", gauge: telemetry.members },
      comparison: "below",
      threshold: "99%",
      for: "15m",
      summary: "Alertmanagers do not see each other",
      description:
        "An Alertmanager sees only {{ $value | humanizePercentage }} of the cluster: pages may come twice.",
      runbook: "alertmanager-cluster",
    },
    {
      ...meta,
      kind: "disagreement",
      name: "AlertmanagerConfigInconsistent",
      severity: "warning",
      gauge: telemetry.configHash,
      for: "20m",
      summary: "Alertmanagers run different configurations",
      description: "The hashes of the configurations differ, so routes depend on who answers.",
      runbook: "alertmanager-cluster",
    },
  ];
}
