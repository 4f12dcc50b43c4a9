import { SELF } from "../../plan/names";
import type { Fault, Incident } from "./fault";
import { counter, gauge, incidentMaker } from "./incident-parts";

const ofSelf = incidentMaker(SELF.service);
const incident = (id: string, says: string, alert: string, fault: Fault): Incident =>
  ofSelf(id, says, [alert], fault);

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
  incident("alertmanager-gone", "no Alertmanager answers", "AlertmanagerDown", {
    targets: { job: "alertmanager", up: 0 },
  }),
  incident("alertmanager-one-down", "an Alertmanager is down", "AlertmanagerTargetMissing", {
    targets: { job: "alertmanager", up: 1 },
  }),
  incident(
    "alertmanager-split",
    "an Alertmanager sees itself alone",
    "AlertmanagerMembersInconsistent",
    gauge("alertmanager_cluster_members", 1),
  ),
  incident(
    "notifications-failing",
    "notifications do not arrive",
    "AlertmanagerNotificationsFailing",
    failing("alertmanager_notifications_failed_total"),
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
    "prometheus-drops-alerts",
    "alerts are lost on the way to Alertmanager",
    "PrometheusNotificationsDropped",
    failing("prometheus_notifications_dropped_total"),
  ),
  incident("prometheus-one-down", "a Prometheus is down", "PrometheusTargetMissing", {
    targets: { job: "prometheus", up: 1 },
  }),
  incident(
    "prometheus-retention",
    "Prometheus keeps samples for a day",
    "PrometheusRetentionTooShort",
    gauge("prometheus_tsdb_retention_limit_seconds", 86_400),
  ),
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
