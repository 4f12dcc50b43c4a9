import { counter, type Fault, gauge, type Incident, incidentMaker } from "../slo/incident";

const ofSelf = incidentMaker();
const incident = (id: string, says: string, alert: string, fault: Fault): Incident =>
  ofSelf(id, says, [alert], fault);

/** Pods of a program that answer, of those that are planned. */
const up = (job: string, targets: number | "vanished"): Fault => ({ targets: { job, up: targets } });

/** What should never happen, often enough to be seen. */
const failing = (name: string): Fault => counter(name, 0.1);

/**
 * What can happen to the monitoring. The lab plays what Prometheus and Alertmanager say of themselves: those that it
 * runs could not tell anybody that they are gone.
 */
export const SELF_INCIDENTS: readonly Incident[] = [
  incident(
    "alertmanager-config-differs",
    "the Alertmanagers run different configurations",
    "AlertmanagerConfigInconsistent",
    { disagreeing: "alertmanager_config_hash" },
  ),
  incident(
    "alertmanager-config-refused",
    "Alertmanager refused its configuration",
    "AlertmanagerConfigReloadFailed",
    gauge("alertmanager_config_last_reload_successful", 0),
  ),
  incident("alertmanager-gone", "no Alertmanager answers", "AlertmanagerDown", up("alertmanager", 0)),
  incident(
    "alertmanager-one-down",
    "an Alertmanager is down",
    "AlertmanagerTargetMissing",
    up("alertmanager", 1),
  ),
  incident(
    "alertmanager-split",
    "an Alertmanager sees itself alone",
    "AlertmanagerMembersInconsistent",
    gauge("alertmanager_cluster_members", 1),
  ),
  incident(
    "blackbox-gone",
    "the pod of the blackbox exporter is pending",
    "BlackboxExporterMissing",
    up("blackbox-exporter", "vanished"),
  ),
  incident(
    "digest-late",
    "the daily digest was last sent two days ago",
    "DigestTooOld",
    gauge("digest_last_success_timestamp_seconds", 172_800, { period: "day" }),
  ),
  incident(
    "digest-month-late",
    "the monthly report was last sent 40 days ago",
    "MonthlyReportTooOld",
    gauge("digest_last_success_timestamp_seconds", 3_456_000, { period: "month" }),
  ),
  incident(
    "digest-reporter-gone",
    "nobody says whether reports are sent",
    "DigestReporterMissing",
    up("digest", "vanished"),
  ),
  incident(
    "digest-week-late",
    "the weekly report was last sent ten days ago",
    "WeeklyReportTooOld",
    gauge("digest_last_success_timestamp_seconds", 864_000, { period: "week" }),
  ),
  ofSelf(
    "notifications-failing",
    "notifications are given up",
    ["AlertmanagerNotificationsGivenUp", "AlertmanagerNotificationsFailing"],
    failing("alertmanager_notifications_failed_total"),
  ),
  incident(
    "notifications-relabelled",
    "a new Alertmanager calls the reason of a failure cause",
    "AlertOutsideContract",
    { renamedLabel: { metric: "alertmanager_notifications_failed_total", label: "reason", to: "cause" } },
  ),
  incident(
    "prometheus-blocks-unreadable",
    "Prometheus cannot read its blocks",
    "PrometheusBlocksUnreadable",
    failing("prometheus_tsdb_reloads_failures_total"),
  ),
  incident(
    "prometheus-compaction",
    "Prometheus cannot write blocks",
    "PrometheusCompactionsFailing",
    failing("prometheus_tsdb_compactions_failed_total"),
  ),
  incident(
    "prometheus-config-refused",
    "Prometheus refused its configuration",
    "PrometheusConfigReloadFailed",
    gauge("prometheus_config_last_reload_successful", 0),
  ),
  incident(
    "prometheus-disconnected",
    "Prometheus knows no Alertmanager",
    "PrometheusNotConnectedToAlertmanager",
    gauge("prometheus_notifications_alertmanagers_discovered", 0),
  ),
  incident(
    "prometheus-disk-full",
    "Prometheus cannot write what it scrapes",
    "PrometheusCannotStore",
    failing("prometheus_tsdb_wal_writes_failed_total"),
  ),
  ofSelf(
    "prometheus-drops-alerts",
    "alerts are lost on every way to Alertmanager",
    ["PrometheusNotificationsDropped", "PrometheusCutOff"],
    failing("prometheus_notifications_dropped_total"),
  ),
  incident("prometheus-one-down", "a Prometheus is down", "PrometheusTargetMissing", up("prometheus", 1)),
  incident(
    "prometheus-retention",
    "Prometheus keeps samples for a day",
    "PrometheusRetentionTooShort",
    gauge("prometheus_tsdb_retention_limit_seconds", 86_400),
  ),
  incident(
    "prometheus-size-retention",
    "Prometheus deletes blocks for their size",
    "PrometheusSizeRetention",
    failing("prometheus_tsdb_size_retentions_total"),
  ),
  incident(
    "prometheus-wal-corrupted",
    "Prometheus has found its log damaged",
    "PrometheusWalCorrupted",
    failing("prometheus_tsdb_wal_corruptions_total"),
  ),
  incident("runbooks-gone", "no pod of the runbook site answers", "RunbookSiteMissing", up("runbooks", 0)),
  incident(
    "rules-failing",
    "evaluations of rules fail",
    "PrometheusRuleFailures",
    failing("prometheus_rule_evaluation_failures_total"),
  ),
  incident(
    "rules-missed",
    "evaluations of rule groups are left out",
    "PrometheusRuleIterationsMissed",
    failing("prometheus_rule_group_iterations_missed_total"),
  ),
  incident(
    "rules-slow",
    "a rule group takes nine tenths of its interval",
    "PrometheusRuleGroupSlow",
    gauge("prometheus_rule_group_last_duration_seconds", 27),
  ),
  incident("severity-misspelt", "an alert has the severity [Critical]", "UnknownSeverity", {
    stray: {
      job: "prometheus",
      name: "ALERTS",
      labels: { alertname: "Typo", alertstate: "firing", severity: "Critical" },
    },
  }),
];
