import type { AlertingRule, MonitoringPlan, PlannedAlert } from "../../plan/monitoring-plan";

/** What a plan has of one service. */
export interface AlertsOf {
  readonly all: readonly PlannedAlert[];
  /** The alert of that name, of an SLO where several have one; it must be there once. */
  readonly called: (name: string, slo?: string) => PlannedAlert;
  readonly ruleOf: (alert: PlannedAlert) => AlertingRule;
}

/** The alerts of a service and their rules. */
export function alertsOf(plan: MonitoringPlan, id: string): AlertsOf {
  const all = plan.alerts.filter(({ service }) => service === id);
  const rules = plan.ruleGroups
    .flatMap((group) => group.rules)
    .filter((rule): rule is AlertingRule => rule.kind === "alert")
    .filter(({ labels }) => labels["service"] === id);
  return {
    all,
    called: (name, slo) =>
      theOne(
        all.filter((alert) => alert.alertname === name && (slo === undefined || alert.slo === slo)),
        `alerts called [${name}]`,
      ),
    ruleOf: ({ alertname, slo }) =>
      theOne(
        rules.filter(({ alert, labels }) => alert === alertname && labels["slo"] === slo),
        `rules of [${alertname}]`,
      ),
  };
}

function theOne<T>(found: readonly T[], what: string): T {
  const [one] = found;
  if (one === undefined || found.length > 1) {
    throw new Error(`there are ${found.length} ${what}`);
  }
  return one;
}
