import type { RuleGroup } from "../plan/monitoring-plan";
import { readPromQl } from "./promql-reading";

type Rule = RuleGroup["rules"][number];

/** Groups with the rules that are wanted only, in their order. */
export function rulesAlone(
  groups: readonly RuleGroup[],
  isWanted: (rule: Rule) => boolean,
): readonly RuleGroup[] {
  return groups
    .map((group) => ({ ...group, rules: group.rules.filter(isWanted) }))
    .filter(({ rules }) => rules.length > 0);
}

/** Groups with the rules that are wanted and all that these read, in their order. */
export function rulesWithSources(
  groups: readonly RuleGroup[],
  isWanted: (rule: Rule) => boolean,
): readonly RuleGroup[] {
  const all = groups.flatMap(({ rules }) => rules);
  const needed = new Set(all.filter(isWanted));
  // A set tells its readers of what is added while they read.
  for (const { expr } of needed) {
    for (const { name, matches } of readPromQl(expr).selectors) {
      const isRead = (rule: Rule): boolean =>
        rule.kind === "record" &&
        rule.record === name &&
        matches.every(({ label, op, value }) => op !== "=" || (rule.labels[label] ?? value) === value);
      all.filter(isRead).forEach((rule) => needed.add(rule));
    }
  }
  return rulesAlone(groups, (rule) => needed.has(rule));
}
