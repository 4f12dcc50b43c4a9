import type { RuleGroup } from "../../plan/monitoring-plan";
import type { RuleTest } from "../../plan/rule-test";
import { durationOf, milliseconds, ratioOf } from "../../slo/duration";
import { groupedBy } from "../../slo/order";
import { editsOf } from "./edits";

type Rule = RuleGroup["rules"][number];

/** A rule with one small change, and the tests that should notice it, the cheapest first. */
export interface Mutant {
  readonly rule: Rule;
  readonly mutated: Rule;
  readonly what: string;
  readonly tests: readonly RuleTest[];
}

/**
 * Every mutant of the rules that tests are about; of rules that differ in names only those of one. Tests that know more
 * rules than those of a layer, or than an alert and what it reads, cost much, and are for what no other is about.
 */
export function mutantsOf(tests: readonly RuleTest[]): readonly Mutant[] {
  const about = new Map<Rule, RuleTest[]>();
  for (const test of [...tests].sort((a, b) => breadth(a) - breadth(b) || cost(a) - cost(b))) {
    for (const rule of test.groups.flatMap(({ rules }) => rules)) {
      const known = about.get(rule) ?? [];
      if (known.every((other) => breadth(other) === breadth(test))) {
        about.set(rule, [...known, test]);
      }
    }
  }
  return [...groupedBy([...about], ([rule]) => shape(rule))]
    .flatMap(([, alike]) => alike.slice(0, 1))
    .flatMap(([rule, noticing]) =>
      mutationsOf(rule).map((mutation) => ({ rule, tests: noticing, ...mutation })),
    );
}

/** A layer of an SLO, an alert with what it reads, or all rules of a service. */
function breadth({ name }: RuleTest): number {
  return name.includes(".") ? 0 : name.endsWith("/all") ? 2 : 1;
}

/** What promtool has to do, roughly: rules times evaluations, and a little for each series. */
function cost({ groups, evaluation, cases }: RuleTest): number {
  const rules = groups.reduce((sum, group) => sum + group.rules.length, 0);
  return cases.reduce((sum, one) => {
    const steps = Math.max(0, ...one.promql_expr_test.map(({ eval_time }) => ratioOf(eval_time, evaluation)));
    return sum + rules * steps * (1 + one.input_series.length / 60);
  }, 0);
}

/** What a rule is without its names: numbers, operators, functions and windows. */
export function shape(rule: Rule): string {
  const names = new Map<string, number>();
  const anonymous = (text: string): string =>
    text.replaceAll(/"(?:[^"\\]|\\.)*"|\b[a-zA-Z_][\w:]*(?=\{)/g, (name) => {
      names.set(name, names.get(name) ?? names.size);
      return `#${names.get(name) ?? ""}`;
    });
  return rule.kind === "record"
    ? `record ${anonymous(rule.expr)}`
    : `alert ${anonymous(rule.expr)} ${rule.for} ${Object.keys(rule.annotations).join()}`;
}

function mutationsOf(rule: Rule): readonly Pick<Mutant, "mutated" | "what">[] {
  return [
    ...editsOf(rule.expr).map(({ what, expr }) => ({ what, mutated: { ...rule, expr } })),
    ...changes(rule.labels).map(([what, labels]) => ({
      what: `label ${what}`,
      mutated: { ...rule, labels },
    })),
    ...(rule.kind === "record"
      ? [{ what: "another name", mutated: { ...rule, record: `${rule.record}_x` } }]
      : [
          { what: "another name", mutated: { ...rule, alert: `${rule.alert}X` } },
          ...waits(rule.for).map((wait) => ({ what: `for ${wait}`, mutated: { ...rule, for: wait } })),
          ...changes(rule.annotations).map(([what, annotations]) => ({
            what: `annotation ${what}`,
            mutated: { ...rule, annotations },
          })),
        ]),
  ];
}

function waits(wait: `${number}${"ms" | "s" | "m" | "h" | "d"}`): readonly (typeof wait)[] {
  const ms = milliseconds(wait);
  return ms === 0 ? ["5m"] : ["0s", durationOf(ms / 2), durationOf(ms * 2)];
}

/** Each value changed. */
function changes(
  values: Readonly<Record<string, string>>,
): readonly (readonly [what: string, values: Readonly<Record<string, string>>])[] {
  return Object.entries(values).map(([key, value]) => [`${key} changes`, { ...values, [key]: `${value}x` }]);
}
