import { identityKey, type AlertIdentity } from "../../plan/identity";
import type { Labels, MonitoringPlan, PlannedAlert } from "../../plan/monitoring-plan";
import { sortedBy } from "../../slo/order";

/** An alert that fires at a moment, with all its labels. */
export interface FiringAlert {
  readonly alertname: string;
  readonly labels: Labels;
}

/** A series by its name and labels, which are sorted. PromQL reads a text of JSON as it is meant. */
export function seriesNamed(name: string, labels: Labels): string {
  const pairs = sortedBy(Object.entries(labels), ([label]) => label);
  return `${name}{${pairs.map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(", ")}}`;
}

/** The whole series of a firing alert, so that its labels are asserted too. */
export function series({ alertname, labels }: FiringAlert): string {
  return seriesNamed("ALERTS", { ...labels, alertname, alertstate: "firing" });
}

/** All labels of an alert that takes none from what it measures. */
export function plannedLabels(alert: PlannedAlert): Labels {
  const { category, cluster, environment, job, service, severity, slo, team } = alert;
  return {
    category,
    cluster,
    environment,
    ...(job === undefined ? {} : { job }),
    service,
    severity,
    slo,
    team,
  };
}

/**
 * A firing alert with all its labels.
 * @param measured labels that it takes from where and what it measures
 * @throws RangeError when the plan has no such alert
 */
export function firingAlert(plan: MonitoringPlan, identity: AlertIdentity, measured: Labels): FiringAlert {
  const key = identityKey(identity);
  const planned = plan.alerts.find((alert) => identityKey(alert) === key);
  if (planned === undefined) {
    throw new RangeError(`no alert of the plan is [${key}]`);
  }
  return { alertname: identity.alertname, labels: { ...plannedLabels(planned), ...measured } };
}
