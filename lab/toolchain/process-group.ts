import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "./errors";
import type { Environment } from "./run";

/** A command that may start processes of its own. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Environment;
  /** Ends the command and everything that it started. */
  readonly signal: AbortSignal;
  /** How many characters of the end of each output are kept; 16 Ki where absent. */
  readonly keep?: number;
}

/** How a command ended. */
export interface Ended {
  /** `undefined` when a signal ended it. */
  readonly code: number | undefined;
  /** The end of its standard output and of its standard error. */
  readonly output: string;
  readonly errors: string;
}

const KEPT_OUTPUT = 16_384;
const GRACE = { step: 50, steps: 40 } as const;

/**
 * Runs a command as the head of a process group of its own.
 * @throws the signal's reason once every process of the group has ended; a system error when it cannot be started.
 */
export async function runInGroup(command: Command): Promise<Ended> {
  command.signal.throwIfAborted();
  const { file, args, cwd, env, keep = KEPT_OUTPUT } = command;
  const child = spawn(file, args, {
    cwd,
    env: { ...env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const group = child.pid;
  let ending: Promise<void> | undefined;
  const end = (): void => {
    if (group !== undefined) ending ??= endGroup(group);
  };
  // A group of its own does not get the terminal's Ctrl-C, nor does it end with us.
  const kill = (): void => {
    if (group !== undefined) signalGroup(group, "SIGKILL");
  };
  command.signal.addEventListener("abort", end);
  // Before whoever clears up, who would meet it at work.
  process.prependOnceListener("exit", kill);
  try {
    const [output, errors] = [tailOf(child.stdout, keep), tailOf(child.stderr, keep)];
    const code = await new Promise<number | undefined>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (status) => {
        resolve(status ?? undefined);
      });
    });
    await ending;
    command.signal.throwIfAborted();
    return { code, output: output(), errors: errors() };
  } finally {
    command.signal.removeEventListener("abort", end);
    process.removeListener("exit", kill);
  }
}

/** Asks a whole group to end, and after two seconds makes it. */
async function endGroup(group: number): Promise<void> {
  signalGroup(group, "SIGTERM");
  for (let step = 0; step < GRACE.steps; step += 1) {
    await sleep(GRACE.step);
    if (!signalGroup(group, 0)) return;
  }
  signalGroup(group, "SIGKILL");
}

/** Whether the group was there to take the signal. */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

function tailOf(stream: NodeJS.ReadableStream, keep: number): () => string {
  let text = "";
  stream.setEncoding("utf8");
  stream.on("data", (piece: string) => {
    text = (text + piece).slice(-keep);
  });
  return () => text;
}
