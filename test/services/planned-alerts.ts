import { readPromQl } from "../../generators/promql-reading";
import type { AlertingRule, Labels, MonitoringPlan, PlannedAlert } from "../../plan/monitoring-plan";

/** What a plan has of one service. */
export interface AlertsOf {
  readonly all: readonly PlannedAlert[];
  /** The alert of that name, of an SLO where several have one; it must be there once. */
  readonly called: (name: string, slo?: string) => PlannedAlert;
  readonly ruleOf: (alert: PlannedAlert) => AlertingRule;
  /** What its rule asks, with sums that are recorded in full. */
  readonly wholeOf: (alert: PlannedAlert) => string;
}

/** The alerts of a service and their rules. */
export function alertsOf(plan: MonitoringPlan, id: string): AlertsOf {
  const all = plan.alerts.filter(({ service }) => service === id);
  const rules = plan.ruleGroups
    .flatMap((group) => group.rules)
    .filter((rule): rule is AlertingRule => rule.kind === "alert")
    .filter(({ labels }) => labels["service"] === id);
  const ruleOf = ({ alertname, slo }: PlannedAlert): AlertingRule =>
    theOne(
      rules.filter(({ alert, labels }) => alert === alertname && labels["slo"] === slo),
      `rules of [${alertname}]`,
    );
  return {
    all,
    called: (name, slo) =>
      theOne(
        all.filter((alert) => alert.alertname === name && (slo === undefined || alert.slo === slo)),
        `alerts called [${name}]`,
      ),
    ruleOf,
    wholeOf: (alert) => inFull(plan, ruleOf(alert).expr),
  };
}

function theOne<T>(found: readonly T[], what: string): T {
  const [one] = found;
  if (one === undefined || found.length > 1) {
    throw new Error(`there are ${found.length} ${what}`);
  }
  return one;
}

const RECORDED_SUM = /sum by \(cluster, environment\) \(([\w:]+)(\{[^}]*\})\)/g;

function inFull(plan: Pick<MonitoringPlan, "ruleGroups">, expr: string): string {
  const whole = expr.replaceAll(RECORDED_SUM, (sum: string, name: string, labels: string) => {
    const rule = plan.ruleGroups
      .flatMap(({ rules }) => rules)
      .find((one) => one.kind === "record" && one.record === name && isPicked(one.labels, labels));
    return rule?.expr ?? sum;
  });
  return whole === expr ? expr : inFull(plan, whole);
}

function isPicked(labels: Labels, selector: string): boolean {
  const [one] = readPromQl(selector).selectors;
  return one !== undefined && one.matches.every(({ label, value }) => labels[label] === value);
}
