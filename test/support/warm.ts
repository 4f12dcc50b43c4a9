import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { programOf, ROOT } from "./stacks";
import type { Call } from "./warm-process";

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const RUN_TYPESCRIPT = ["--require", path.join(ROOT, "tools/preload.cjs")];

interface Warm {
  readonly process: ChildProcess;
  /** Fails when it ends by itself. */
  readonly gone: Promise<never>;
}

/** One process that runs programs of a checkout, one after the other, whoever asks. It starts with the first. */
export class WarmProcess {
  #warm: Warm | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly folder: string) {}

  run(call: Call): Promise<ProcessEnd> {
    const end = this.#last.then(() => this.#now(call));
    this.#last = end.catch(() => undefined);
    return end;
  }

  /** The command `tocsin` in the repository, with other environment variables. */
  tocsin(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<ProcessEnd> {
    return this.run({ file: path.join(programOf(this.folder), "cli/main.ts"), args, env });
  }

  end(): void {
    this.#warm?.process.kill();
  }

  async #now(call: Call): Promise<ProcessEnd> {
    this.#warm ??= this.#start();
    const { process: warm, gone } = this.#warm;
    const answer = once(warm, "message") as Promise<[ProcessEnd]>;
    warm.send(call);
    const [end] = await Promise.race([answer, gone]);
    return end;
  }

  #start(): Warm {
    const warm = fork(path.join(__dirname, "warm-process.ts"), [], {
      cwd: this.folder,
      execArgv: RUN_TYPESCRIPT,
    });
    const gone = once(warm, "exit").then(([code]): never => {
      throw new Error(`the process that runs one program after the other ended with [${String(code)}]`);
    });
    gone.catch(() => undefined);
    return { process: warm, gone };
  }
}
