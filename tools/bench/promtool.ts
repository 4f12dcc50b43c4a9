import type { RuleGroup } from "../../plan/monitoring-plan";
import type { InputSeries, RuleTestCase } from "../../plan/rule-test";
import type { Duration } from "../../slo/duration";
import type { Ended } from "../../test/support/program";
import { testRules } from "../promtool";
import { STEP } from "./contenders";

/** What is asked at a time. */
export interface Question {
  readonly expr: string;
  readonly at: Duration;
}

const GOT = /got: .*\} (\S+)/g;

/**
 * Evaluates rules over series with the server's own rule manager, on promtool's clock.
 * @returns the value of each question, in order; each must have just one
 * @throws Error with what promtool said otherwise
 */
export async function played(
  promtool: string,
  groups: readonly RuleGroup[],
  series: readonly InputSeries[],
  questions: readonly Question[],
): Promise<readonly number[]> {
  // Nothing has this name, so that promtool says what it got.
  const asked = questions.map(({ expr, at }) => ({
    expr,
    eval_time: at,
    exp_samples: [{ labels: "none", value: 0 }],
  }));
  const { output } = await run(promtool, groups, { input_series: series, promql_expr_test: asked });
  const values = [...output.matchAll(GOT)].map(([, value]) => Number(value));
  if (values.length !== questions.length) {
    throw new Error(
      `promtool gives ${values.length} values for ${questions.length}:\n${output.slice(0, 4_000)}`,
    );
  }
  return values;
}

/**
 * As `played`, of what is known beforehand.
 * @returns what promtool says of each expectation that is not met; nothing when all are
 */
export async function disproved(
  promtool: string,
  groups: readonly RuleGroup[],
  series: readonly InputSeries[],
  expected: readonly (Question & { readonly samples: ReadonlyMap<string, number> })[],
): Promise<string> {
  const tests = expected.map(({ expr, at, samples }) => ({
    expr,
    eval_time: at,
    exp_samples: [...samples].map(([labels, value]) => ({ labels, value })),
  }));
  const { code, output } = await run(promtool, groups, { input_series: series, promql_expr_test: tests });
  return code === 0 ? "" : output;
}

function run(
  promtool: string,
  groups: readonly RuleGroup[],
  test: Pick<RuleTestCase, "input_series" | "promql_expr_test">,
): Promise<Ended> {
  const interval: Duration = `${STEP}s`;
  const cases = [{ name: "bench", interval, ...test }];
  return testRules(promtool, { name: "bench", evaluation: interval, groups, cases });
}
