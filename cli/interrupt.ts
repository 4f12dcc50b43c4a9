import { constants } from "node:os";

/** Signals by which a person, a terminal or the system asks a program to end. */
const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

type Ending = (typeof SIGNALS)[number];

/** Somebody ended a command before it had done its work. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly exitCode: number;

  constructor(signal: Ending, before: string) {
    super(`ended by ${signal} before ${before}`);
    this.exitCode = exitCodeOf(signal);
  }
}

/** 128 and the number of a signal, as shells count. */
function exitCodeOf(signal: Ending | "SIGPIPE"): number {
  return 128 + constants.signals[signal];
}

/**
 * A signal that aborts, with Interrupted as its reason, when this process is asked to end. Asking again changes
 * nothing: npm hands on the Ctrl-C that the terminal has sent already, and clearing up takes a moment.
 */
export function interruption(before = "the lab was ready"): AbortSignal {
  const asked = new AbortController();
  onEnding((signal) => {
    asked.abort(new Interrupted(signal, before));
  });
  return asked.signal;
}

/**
 * Ends the process when it is asked to, between two steps of its work and never in one: files that belong together are
 * written in one step. What it leaves elsewhere goes with it.
 */
export function endBetweenSteps(): void {
  onEnding((signal) => process.exit(exitCodeOf(signal)));
}

function onEnding(end: (signal: Ending) => void): void {
  for (const signal of SIGNALS) {
    process.on(signal, () => end(signal));
  }
}

/**
 * Output that nobody takes: `tocsin check | head` has seen enough and ends the command without a word, as SIGPIPE ends
 * others; a full disk is somebody's problem.
 */
export function endWithoutReader(stream: NodeJS.WriteStream, problemCode: number): void {
  stream.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    if (code === "EPIPE") {
      process.exit(exitCodeOf("SIGPIPE"));
    }
    if (stream !== process.stderr) {
      process.stderr.write(`tocsin: its output cannot be written (${message})\n`);
    }
    process.exit(problemCode);
  });
}
