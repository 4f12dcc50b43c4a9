import { stringify } from "yaml";
import type { RuleTest } from "../../plan/rule-test";
import { compareText } from "../../slo/order";
import type { FileSet } from "../file-set";
import { ruleFileText, ruleGroupText } from "./rules";

/**
 * `tests/<name>.yml` for promtool, and beside each `tests/<name>.rules.yml` with the rules that it is about.
 * Source: Prometheus docs, "Unit testing for rules".
 */
export function ruleTestFiles(tests: readonly RuleTest[]): FileSet {
  const files = tests.flatMap(({ name, evaluation, groups, cases }) => {
    const [, of] = name.split("/");
    const test = {
      rule_files: [`${of ?? name}.rules.yml`],
      evaluation_interval: evaluation,
      // Groups run in random order unless told, and an alert must see what was recorded before it.
      group_eval_order: groups.map((group) => group.name),
      tests: cases,
    };
    return [
      [`tests/${name}.yml`, stringify(test, { lineWidth: 0, aliasDuplicateObjects: false })],
      [`tests/${name}.rules.yml`, ruleFileText(groups.map(ruleGroupText))],
    ] as const;
  });
  return new Map(files.sort(([a], [b]) => compareText(a, b)));
}
