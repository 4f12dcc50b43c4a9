import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import {
  ensureExporters,
  ensureKubernetes,
  ensureOperator,
  ensurePulumi,
  ensureThanos,
  ensureToolchain,
  ensureVersitygw,
} from "../lab/toolchain";
import { provideBrowser } from "../test/support/browser";

/** What jest says of a run. */
const jestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  testResults: z.array(z.object({ assertionResults: z.array(z.unknown()) })),
});

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly notRun: number;
}

/** Suites make plans and drop them: with room for what lives shortly, collections of garbage take a twentieth less of it all. */
const ROOM_FOR_YOUNG = "--max-semi-space-size=64";

/** Runs a program of the installed packages; what it says is shown at its end, or at once. */
function node(shown: "at once" | "at its end", script: string, ...args: readonly string[]): Promise<number> {
  const stdio = shown === "at once" ? "inherit" : "pipe";
  const child = spawn(process.execPath, [ROOM_FOR_YOUNG, join("node_modules", script), ...args], {
    stdio: ["ignore", stdio, stdio],
  });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => said.push(chunk));
  }
  return new Promise((resolve) => {
    child.once("close", (code) => {
      process.stdout.write(`\n> ${[script, ...args].join(" ")}\n${Buffer.concat(said).toString()}`);
      resolve(code ?? 1);
    });
  });
}

/** A check that has one verdict: types and lint, format, what nobody uses. */
async function check(script: string, ...args: readonly string[]): Promise<Count> {
  const failed = (await node("at its end", script, ...args)) === 0 ? 0 : 1;
  return { passed: 1 - failed, failed, notRun: 0 };
}

/** A suite that did not even load counts as a failure of its own. */
async function jest(...args: readonly string[]): Promise<Count> {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-jest-"));
  try {
    const file = join(folder, "report.json");
    const status = await node("at once", "jest/bin/jest.js", "--json", `--outputFile=${file}`, ...args);
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
  process.stdout.write(
    "\n> programs of the tests: Prometheus, Alertmanager, Pulumi, Kubernetes, Prometheus operator, exporters, Versity S3 gateway, Thanos, Chromium\n",
  );
  const browser = provideBrowser();
  try {
    await ensureToolchain();
    await ensurePulumi();
    await ensureKubernetes();
    await ensureOperator();
    await ensureExporters();
    await ensureVersitygw();
    await ensureThanos();
    const missing = await browser;
    process.stdout.write(missing === undefined ? "" : `nobody will look at the console: ${missing}\n`);
    return { passed: 1, failed: 0, notRun: 0 };
  } catch (error) {
    process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return { passed: 0, failed: 1, notRun: 0 };
  }
}

const typesAndLint = (): Promise<Count> => check("oxlint/bin/oxlint", "-c", "oxlint.config.mjs");

/** The checks, one after the other beside the tests: while those wait, a core has nothing to do. */
async function whole(args: readonly string[]): Promise<readonly Count[]> {
  const programs = await provide();
  if (programs.failed > 0) {
    process.stdout.write("\nthe tests did not run: their programs cannot be had\n");
  }
  const [tests, ...checks] = await Promise.all([
    programs.failed > 0 ? [] : jest(...args).then((count) => [count]),
    typesAndLint(),
    check("knip/bin/knip.js"),
    // By content: what a file of the same bytes was told before is true of it still.
    check(...(["prettier/bin/prettier.cjs", "--check", "--log-level", "warn"] as const), ...CACHED, "."),
  ]);
  return [programs, ...tests, ...checks];
}

const CACHED = ["--cache", "--cache-strategy", "content"];

async function main(): Promise<void> {
  const [first, ...others] = process.argv.slice(2);
  const counts =
    first === "--quick"
      ? await Promise.all([typesAndLint(), jest("--selectProjects", "quick", ...others)])
      : await whole(first === undefined ? [] : [first, ...others]);
  const sum = (of: (count: Count) => number): number => counts.reduce((total, count) => total + of(count), 0);
  const [failed, notRun] = [sum((count) => count.failed), sum((count) => count.notRun)];
  process.stdout.write("\n");
  if (notRun > 0) {
    process.stdout.write(
      `${notRun} not run: no nginx, no pulumi-language-nodejs or no chromium on PATH, faults that \`npm run delivery\` plays, ` +
        "or skipped by name\n",
    );
  }
  process.stdout.write(`${sum((count) => count.passed)} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}

void main();
