import type { InhibitRule } from "../../plan/routing";
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
