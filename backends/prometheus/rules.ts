import type { AlertingRule, MonitoringPlan, RecordingRule, RuleGroup } from "../../plan/monitoring-plan";
import { groupedBy, sortedBy } from "../../slo/order";
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

/** Checks and manifests each need the text of every group, and writing YAML is most of their work. */
const written = new WeakMap<RuleGroup, string>();

/** A group as it stands in a rule file, whatever other groups are in it. */
export function ruleGroupText(group: RuleGroup): string {
  const known = written.get(group);
  if (known !== undefined) {
    return known;
  }
  const text = toYaml({ groups: [ruleGroup(group)] }).slice(HEAD.length);
  written.set(group, text);
  return text;
}

/** The rule file of groups that are already text. */
export function ruleFileText(groups: readonly string[]): string {
  return `${HEAD}${groups.join("")}`;
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
