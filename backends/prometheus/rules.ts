import type { AlertingRule, MonitoringPlan, RecordingRule, RuleGroup } from "../../plan/monitoring-plan";
import { compareText } from "../../slo/order";
import { toYaml, type FileSet } from "../file-set";

/** One rule file per owner: `rules/<service>.yml`. Source: Prometheus docs, "Recording rules", "Alerting rules". */
export function ruleFiles(plan: Pick<MonitoringPlan, "ruleGroups">): FileSet {
  const owners = [...new Set(plan.ruleGroups.map((group) => group.file))].sort(compareText);
  return new Map(
    owners.map((owner) => [
      `rules/${owner}.yml`,
      toYaml({ groups: plan.ruleGroups.filter((group) => group.file === owner).map(ruleGroup) }),
    ]),
  );
}

function ruleGroup(group: RuleGroup): object {
  return { name: group.name, interval: group.interval, rules: group.rules.map(rule) };
}

function rule(source: RecordingRule | AlertingRule): object {
  return source.kind === "record"
    ? { record: source.record, labels: source.labels, expr: source.expr }
    : {
        alert: source.alert,
        expr: source.expr,
        for: source.for,
        labels: source.labels,
        annotations: source.annotations,
      };
}
