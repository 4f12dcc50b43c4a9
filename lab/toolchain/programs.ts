import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "./errors";
import { runInGroup } from "./process-group";
import type { Run } from "./run";
import type { Program, Suite } from "./suites";
import { versionIn } from "./versions";

/** Absolute paths of the programs of a suite, by their names. */
export type Paths = Readonly<Record<string, string>>;

/** What a program answered when it was asked for its version. */
export type Probe =
  { readonly file: string; readonly version: string } | { readonly file: string; readonly problem: string };

/** Asks the programs that lie in one folder. */
export async function probeFolder(folder: string, suite: Suite, run: Run): Promise<readonly Probe[]> {
  return Promise.all(suite.programs.map((program) => probe(path.join(folder, program.name), program, run)));
}

/**
 * Asks a program for its version; one that is missing, broken, slow or another one is a `problem`, not an error.
 * @throws the reason of the signal.
 */
export async function probe(file: string, program: Program, run: Run): Promise<Probe> {
  const answer = await ask(file, program.ask, run);
  if (answer.failure === "ENOENT") return { file, problem: "is missing" };
  if (answer.failure !== undefined) return { file, problem: `cannot be run (${answer.failure})` };
  const version = versionIn(answer.output, program.told);
  return version === undefined ? { file, problem: "prints no version" } : { file, version };
}

interface Answer {
  readonly output: string;
  readonly failure: string | undefined;
}

const BUSY_RETRIES = 5;

async function ask(file: string, args: readonly string[], run: Run): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await askOnce(file, args, run);
    // A file that was just written is "busy" for as long as a process forked meanwhile has not called exec yet.
    if (answer.failure !== "ETXTBSY" || attempt === BUSY_RETRIES) return answer;
    await sleep(20 * attempt);
  }
}

async function askOnce(file: string, args: readonly string[], run: Run): Promise<Answer> {
  const timeout = AbortSignal.timeout(run.limits.probe);
  const command = {
    file,
    args,
    cwd: path.dirname(file),
    env: run.env,
    signal: AbortSignal.any([run.signal, timeout]),
  };
  try {
    const { code, output, errors } = await runInGroup(command);
    const failure = code === 0 ? undefined : code === undefined ? "ended by a signal" : `exit code ${code}`;
    // Older releases print their version to standard error.
    return { output: `${output}\n${errors}`, failure };
  } catch (error) {
    run.signal.throwIfAborted();
    const failure = timeout.aborted ? `no answer within ${run.limits.probe / 1000} s` : codeOf(error);
    if (failure === undefined) throw error;
    return { output: "", failure };
  }
}
