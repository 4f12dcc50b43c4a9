import type { AlertingRule, MonitoringPlan, RecordingRule, RuleGroup } from "../../plan/monitoring-plan";
import { groupedBy, sortedBy } from "../../slo/order";
import { remembered } from "../../slo/remembered";
import { toYaml, type FileSet } from "../file-set";

/** One rule file per owner: `rules/<service>.yml`. Source: Prometheus docs, "Recording rules", "Alerting rules". */
export function ruleFiles(plan: Pick<MonitoringPlan, "ruleGroups">): FileSet {
  const owners = sortedBy(
    groupedBy(plan.ruleGroups, ({ file }) => file),
    ([owner]) => owner,
  );
  return new Map(
    owners.map(([owner, groups]) => [`rules/${owner}.yml`, ruleFileText(groups.map(ruleGroupText))]),
  );
}

const HEAD = "groups:\n";

/**
 * A group as it stands in a rule file, whatever other groups are in it. Checks and manifests each need it, and writing
 * YAML is most of their work.
 */
export const ruleGroupText = remembered(
  (group: RuleGroup) => JSON.stringify(group),
  (group) => toYaml({ groups: [ruleGroup(group)] }).slice(HEAD.length),
);

/** The rule file of groups that are already text. */
export function ruleFileText(groups: readonly string[]): string {
  return `${HEAD}${groups.join("")}`;
}

/** A group as an object, the same in a rule file and in a PrometheusRule. */
export function ruleGroup(group: RuleGroup): object {
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
