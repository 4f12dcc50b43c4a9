import { playedRules, testRules, type Question } from "../../lab/played-rules";
import type { Ended } from "../../lab/program";
import type { RuleGroup } from "../../plan/monitoring-plan";
import type { InputSeries, RuleTestCase } from "../../plan/rule-test";
import type { Duration } from "../../slo/duration";
import { STEP } from "./contenders";

/**
 * Evaluates rules over series with the server's own rule manager, on promtool's clock.
 * @returns the value of each question, in order
 */
export function played(
  promtool: string,
  groups: readonly RuleGroup[],
  series: readonly InputSeries[],
  questions: readonly Question[],
): Promise<readonly number[]> {
  return playedRules(promtool, groups, STEP, [{ series, questions }]);
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
