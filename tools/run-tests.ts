import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

/** What jest says of a run. */
const jestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numFailedTestSuites: z.number(),
  testResults: z.array(z.object({ assertionResults: z.array(z.unknown()) })),
});

interface Count {
  readonly passed: number;
  readonly failed: number;
}

function node(script: string, ...args: readonly string[]): number {
  process.stdout.write(`\n> ${[script, ...args].join(" ")}\n`);
  return (
    spawnSync(process.execPath, [join("node_modules", script), ...args], { stdio: "inherit" }).status ?? 1
  );
}

/** A check that has one verdict: types, lint, format. */
function check(script: string, ...args: readonly string[]): Count {
  return node(script, ...args) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** A suite that did not even load counts as a failure of its own. */
function jest(): Count {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-jest-"));
  try {
    const file = join(folder, "report.json");
    const status = node("jest/bin/jest.js", "--json", `--outputFile=${file}`, ...process.argv.slice(2));
    const report = jestReport.parse(JSON.parse(readFileSync(file, "utf8")));
    const unloaded = report.testResults.filter((suite) => suite.assertionResults.length === 0).length;
    const failed = report.numFailedTests + unloaded;
    return { passed: report.numPassedTests, failed: status === 0 ? failed : Math.max(failed, 1) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const counts = [
  check("typescript/bin/tsc", "--noEmit", "-p", "."),
  check("eslint/bin/eslint.js", "."),
  check("prettier/bin/prettier.cjs", "--check", "--log-level", "warn", "."),
  jest(),
];
const passed = counts.reduce((sum, count) => sum + count.passed, 0);
const failed = counts.reduce((sum, count) => sum + count.failed, 0);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
