import type { ExpressionTest, RuleTestCase } from "../../plan/rule-test";
import { distinctBy, groupedBy } from "../../slo/order";
import { valuesApart } from "../../slo/service";
import type { SloContext } from "../../generators/slo-context";
import type { LabelSet } from "./cells";

/**
 * The cases of an SLO. Of one that judges values apart they are told of two values at once, as if its contract had no
 * others; what is said of all values together is told of one.
 */
export function casesApart(
  context: SloContext,
  cases: (context: SloContext) => readonly RuleTestCase[],
): readonly RuleTestCase[] {
  const [first, second] = contextsApart(context);
  const told = cases(first);
  return second === undefined
    ? told
    : cases(second).map((other, index) => together(context, told[index] ?? other, other));
}

function contextsApart(context: SloContext): readonly [SloContext, SloContext?] {
  const { slo } = context;
  const [first, second] = slo.by === undefined ? [] : valuesApart(slo);
  const of = (value: LabelSet): SloContext => ({
    ...context,
    slo: narrowed(slo, value),
    labels: { ...context.labels, ...value },
  });
  return first === undefined ? [context] : second === undefined ? [of(first)] : [of(first), of(second)];
}

/** The same SLO of metrics that have one value of these labels. */
function narrowed(slo: SloContext["slo"], value: LabelSet): SloContext["slo"] {
  const only = (labels: Readonly<Record<string, unknown>>): object =>
    Object.fromEntries(
      Object.entries(labels).map(([label, all]) => [label, label in value ? [value[label]] : all]),
    );
  return JSON.parse(JSON.stringify(slo), (key, part: object) =>
    key === "labels" ? only({ ...part }) : part,
  ) as SloContext["slo"];
}

function together(context: SloContext, one: RuleTestCase, other: RuleTestCase): RuleTestCase {
  const isApart = ({ exp_samples }: ExpressionTest): boolean =>
    exp_samples.every(({ labels }) => (context.slo.by ?? []).every((label) => labels.includes(`${label}="`)));
  if (![...one.promql_expr_test, ...other.promql_expr_test].every(isApart)) {
    return one;
  }
  return {
    ...one,
    input_series: distinctBy([...one.input_series, ...other.input_series], ({ series }) => series),
    promql_expr_test: joined(
      [...one.promql_expr_test, ...other.promql_expr_test],
      ({ expr, eval_time }) => `${expr} ${eval_time}`,
      (test, same) => ({ ...test, exp_samples: same.flatMap(({ exp_samples }) => exp_samples) }),
    ),
    ...(one.alert_rule_test === undefined
      ? {}
      : {
          alert_rule_test: joined(
            [...one.alert_rule_test, ...(other.alert_rule_test ?? [])],
            ({ alertname, eval_time }) => `${alertname} ${eval_time}`,
            (test, same) => ({ ...test, exp_alerts: same.flatMap(({ exp_alerts }) => exp_alerts) }),
          ),
        }),
  };
}

/** What is asserted of one thing at one moment, as one assertion. */
function joined<T>(
  all: readonly T[],
  of: (one: T) => string,
  join: (first: T, same: readonly T[]) => T,
): readonly T[] {
  return [...groupedBy(all, of).values()].map((same) => join(same[0], same));
}
