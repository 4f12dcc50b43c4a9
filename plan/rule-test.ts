import type { Duration } from "../slo/duration";
import type { Labels, RuleGroup } from "./monitoring-plan";

/** Some rules of a service, and what promtool asserts of them. */
export interface RuleTest {
  /** `<service>/<what of it>`. */
  readonly name: string;
  readonly evaluation: Duration;
  readonly groups: readonly RuleGroup[];
  readonly cases: readonly RuleTestCase[];
}

/** One test group. Source: Prometheus docs, "Unit testing for rules", `<test_group>`. */
export interface RuleTestCase {
  readonly name: string;
  readonly interval: Duration;
  readonly input_series: readonly InputSeries[];
  readonly promql_expr_test: readonly ExpressionTest[];
  readonly alert_rule_test?: readonly AlertTest[];
}

/** What all alerts of a name are at a moment, with their labels and texts. */
export interface AlertTest {
  readonly eval_time: string;
  readonly alertname: string;
  readonly exp_alerts: readonly { readonly exp_labels: Labels; readonly exp_annotations: Labels }[];
}

/** One input series in the expanding notation. */
export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

/** What an expression gives at a moment: no sample where none is named. */
export interface ExpressionTest {
  readonly expr: string;
  readonly eval_time: Duration;
  readonly exp_samples: readonly { readonly labels: string; readonly value: number }[];
}
