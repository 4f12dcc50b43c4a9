import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { ensureKubernetes, ensurePulumi, ensureToolchain } from "../lab/toolchain";

/** What jest says of a run. */
const jestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numFailedTestSuites: z.number(),
  numPendingTests: z.number(),
  testResults: z.array(z.object({ assertionResults: z.array(z.unknown()) })),
});

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly notRun: number;
}

function node(script: string, ...args: readonly string[]): number {
  process.stdout.write(`\n> ${[script, ...args].join(" ")}\n`);
  return (
    spawnSync(process.execPath, [join("node_modules", script), ...args], { stdio: "inherit" }).status ?? 1
  );
}

/** A check that has one verdict: types, lint, format, what nobody uses. */
function check(script: string, ...args: readonly string[]): Count {
  const failed = node(script, ...args) === 0 ? 0 : 1;
  return { passed: 1 - failed, failed, notRun: 0 };
}

/** A suite that did not even load counts as a failure of its own. */
function jest(config: string): Count {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-jest-"));
  try {
    const file = join(folder, "report.json");
    // A pattern on the command line may pick tests of one configuration only.
    const own = ["--config", config, "--json", `--outputFile=${file}`, "--passWithNoTests"];
    const status = node("jest/bin/jest.js", ...own, ...process.argv.slice(2));
    const report = jestReport.parse(JSON.parse(readFileSync(file, "utf8")));
    const unloaded = report.testResults.filter((suite) => suite.assertionResults.length === 0).length;
    const failed = report.numFailedTests + unloaded;
    return {
      passed: report.numPassedTests,
      failed: status === 0 ? failed : Math.max(failed, 1),
      notRun: report.numPendingTests,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every program that tests run, before any test's time runs: the first time they may have to be built, in minutes. */
async function provide(): Promise<Count> {
  process.stdout.write("\n> programs of the tests: Prometheus, Alertmanager, Pulumi, Kubernetes\n");
  try {
    await ensureToolchain();
    await ensurePulumi();
    await ensureKubernetes();
    return { passed: 1, failed: 0, notRun: 0 };
  } catch (error) {
    process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return { passed: 0, failed: 1, notRun: 0 };
  }
}

async function main(): Promise<void> {
  const checks = [
    check("typescript/bin/tsc", "--noEmit", "-p", "."),
    check("eslint/bin/eslint.js", "."),
    check("knip/bin/knip.js"),
    check("prettier/bin/prettier.cjs", "--check", "--log-level", "warn", "."),
  ];
  const programs = await provide();
  const suites = programs.failed === 0 ? ["jest.config.cjs", "jest.engine.config.cjs"].map(jest) : [];
  const counts = [...checks, programs, ...suites];
  const sum = (of: (count: Count) => number): number => counts.reduce((total, count) => total + of(count), 0);
  const [failed, notRun] = [sum((count) => count.failed), sum((count) => count.notRun)];
  process.stdout.write("\n");
  if (suites.length === 0) process.stdout.write("the tests did not run: their programs cannot be had\n");
  if (notRun > 0) {
    process.stdout.write(
      `${notRun} not run: no nginx or no pulumi-language-nodejs on PATH, faults that \`npm run delivery\` plays, ` +
        "or skipped by name\n",
    );
  }
  process.stdout.write(`${sum((count) => count.passed)} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}

void main();
