import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ruleTestFiles } from "../backends/prometheus/rule-tests";
import type { RuleGroup } from "../plan/monitoring-plan";
import type { InputSeries, RuleTest } from "../plan/rule-test";
import type { Duration } from "../slo/duration";

/** How a program ended; `output` is standard output and standard error together. */
export interface Played {
  readonly code: number;
  readonly output: string;
}

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
export function testRules(promtool: string, test: RuleTest): Promise<Played> {
  return inFolder(ruleTestFiles([test]), (folder) =>
    run(promtool, ["test", "rules", path.join(folder, "tests", `${test.name}.yml`)], { GOGC: "400" }),
  );
}

/** Runs a use of files in a folder of their own, which ends with it. */
export async function inFolder<T>(
  files: ReadonlyMap<string, string>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), "tocsin-played-"));
  try {
    for (const [name, text] of files) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a program to its end; a failing exit code is a result. */
export function run(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Played> {
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: 64 * 1024 * 1024, env: { ...process.env, ...env } };
    execFile(file, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === "number") {
        resolve({ code, output: `${stdout}${stderr}` });
      } else {
        reject(error ?? new Error(`${file} ended without an exit code`));
      }
    });
  });
}
