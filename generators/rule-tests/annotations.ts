import type { AlertingRule, Labels, MonitoringPlan } from "../../plan/monitoring-plan";
import type { FiringAlert } from "./labels";

/**
 * What firing alerts say, each name once per file: `said` remembers them. A text with a template in it is left out,
 * because the number in it depends on the version of Prometheus; the lab's tests read those as they arrive.
 */
export function annotationTests(
  plan: MonitoringPlan,
  firing: readonly FiringAlert[],
  time: string,
  said: Set<string>,
): readonly object[] {
  const names = [...new Set(firing.map(({ alertname }) => alertname))].filter((name) => !said.has(name));
  return names.flatMap((alertname) => {
    const alerts = firing
      .filter((alert) => alert.alertname === alertname)
      .map(({ labels }) => ({ labels, annotations: ruleOf(plan, alertname, labels).annotations }));
    if (alerts.some(({ annotations }) => Object.values(annotations).some((text) => text.includes("{{")))) {
      return [];
    }
    said.add(alertname);
    return [
      {
        eval_time: time,
        alertname,
        exp_alerts: alerts.map(({ labels, annotations }) => ({
          exp_labels: labels,
          exp_annotations: annotations,
        })),
      },
    ];
  });
}

function ruleOf({ ruleGroups }: MonitoringPlan, alertname: string, labels: Labels): AlertingRule {
  const rule = ruleGroups
    .flatMap((group) => group.rules)
    .find(
      (candidate): candidate is AlertingRule =>
        candidate.kind === "alert" &&
        candidate.alert === alertname &&
        candidate.labels["service"] === labels["service"] &&
        candidate.labels["slo"] === labels["slo"],
    );
  if (rule === undefined) {
    throw new RangeError(`the model knows [${alertname}] of [${labels["slo"] ?? ""}] and no rule does`);
  }
  return rule;
}
