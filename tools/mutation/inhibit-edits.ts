import type { Labels } from "../../plan/monitoring-plan";
import type { InhibitRule, Matcher } from "../../plan/routing";
import { matchesValue } from "../../slo/telemetry";
import { matcherEdits, type EditOf } from "./route-edits";

/** Every small change of rules of inhibition: a rule, its conditions on both sides, and labels that must be equal. */
export function inhibitEdits(rules: readonly InhibitRule[]): readonly EditOf<readonly InhibitRule[]>[] {
  return rules.flatMap((rule, index) => {
    const instead = (...changed: readonly InhibitRule[]): readonly InhibitRule[] =>
      rules.toSpliced(index, 1, ...changed);
    return [
      { what: `${rule.name}: gone`, now: instead() },
      ...(["source", "target"] as const).flatMap((side) =>
        matcherEdits(rule[side]).map(({ what, now }) => ({
          what: `${rule.name}: ${side} ${what}`,
          now: instead({ ...rule, [side]: now }),
        })),
      ),
      ...rule.equal.map((label) => ({
        what: `${rule.name}: equal ${label} gone`,
        now: instead({ ...rule, equal: rule.equal.filter((other) => other !== label) }),
      })),
    ];
  });
}

/**
 * Whether an alert silences another, as Alertmanager decides it: what is absent counts as empty, and of two that are both
 * source and target of a rule neither silences the other. Source: Alertmanager docs, "Configuration", `inhibit_rule`.
 */
export function silencedBy(rules: readonly InhibitRule[], source: Labels, target: Labels): boolean {
  const matches = (matchers: readonly Matcher[], labels: Labels): boolean =>
    matchers.every((matcher) => matchesValue(matcher, labels[matcher.label] ?? ""));
  return rules.some(
    (rule) =>
      rule.equal.every((label) => (source[label] ?? "") === (target[label] ?? "")) &&
      matches(rule.source, source) &&
      matches(rule.target, target) &&
      !(matches(rule.source, target) && matches(rule.target, source)),
  );
}
