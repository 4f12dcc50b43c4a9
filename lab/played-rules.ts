import path from "node:path";
import { ruleTestFiles } from "../backends/prometheus/rule-tests";
import { sloGroups } from "../generators/service-rules";
import type { SloContext } from "../generators/slo-context";
import type { RuleGroup } from "../plan/monitoring-plan";
import type { InputSeries, RuleTest } from "../plan/rule-test";
import type { Duration } from "../slo/duration";
import { inFolder, runProgram, type Ended } from "./program";

/** What is asked at a time. */
export interface Question {
  readonly expr: string;
  readonly at: Duration;
}

/** Series of a past, and what is asked of it. */
export interface History {
  readonly series: readonly InputSeries[];
  readonly questions: readonly Question[];
}

/** The rules of an SLO to be played, of whose alerts only whether they fire is asked. */
export function playableGroups(context: SloContext): readonly RuleGroup[] {
  return sloGroups(context, ({ name, expr, for: wait }) => ({
    kind: "alert",
    alert: name,
    expr,
    for: wait,
    labels: {},
    annotations: {},
  }));
}

const GOT = /got: .*\} (\S+)/g;

/**
 * Evaluates rules over histories with the server's own rule manager, on promtool's clock.
 * @param every seconds between scrapes, and between evaluations
 * @returns the value of each question, in order; each must have just one
 * @throws Error with what promtool said otherwise
 */
export async function playedRules(
  promtool: string,
  groups: readonly RuleGroup[],
  every: number,
  histories: readonly History[],
): Promise<readonly number[]> {
  const interval: Duration = `${every}s`;
  const { output } = await testRules(promtool, {
    name: "played",
    evaluation: interval,
    groups,
    cases: histories.map(({ series, questions }, index) => ({
      name: `history ${index + 1}`,
      interval,
      input_series: series,
      // Nothing has this name, so that promtool says what it got.
      promql_expr_test: questions.map(({ expr, at }) => ({
        expr,
        eval_time: at,
        exp_samples: [{ labels: "none", value: 0 }],
      })),
    })),
  });
  const values = [...output.matchAll(GOT)].map(([, value]) => Number(value));
  const asked = histories.reduce((sum, { questions }) => sum + questions.length, 0);
  if (values.length !== asked) {
    throw new Error(`promtool gives ${values.length} values for ${asked}:\n${output.slice(0, 4_000)}`);
  }
  return values;
}

/** Lets promtool run one test of rules; with fewer collections of garbage it needs a quarter less time. */
export function testRules(promtool: string, test: RuleTest): Promise<Ended> {
  return inFolder(ruleTestFiles([test]), (folder) =>
    runProgram(promtool, ["test", "rules", path.join(folder, "tests", `${test.name}.yml`)], { GOGC: "400" }),
  );
}
