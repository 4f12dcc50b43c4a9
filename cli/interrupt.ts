import { constants } from "node:os";

/** Signals by which a person, a terminal or the system asks a program to end. */
const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

/** Somebody ended a command before it had done its work. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  /** 128 and the number of the signal, as shells count. */
  readonly exitCode: number;

  constructor(signal: (typeof SIGNALS)[number]) {
    super(`ended by ${signal} before the lab was ready`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * A signal that aborts, with Interrupted as its reason, when this process is asked to end. Asking again changes
 * nothing: npm hands on the Ctrl-C that the terminal has sent already, and clearing up takes a moment.
 */
export function interruption(): AbortSignal {
  const asked = new AbortController();
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      asked.abort(new Interrupted(signal));
    });
  }
  return asked.signal;
}
