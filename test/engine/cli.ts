import { spawn } from "node:child_process";
import { ensurePulumi } from "../../lab/toolchain";

/** What a run of the command left behind. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both together, for searching in a failure. */
  readonly output: string;
}

let found: ReturnType<typeof ensurePulumi> | undefined;

/** The engine's command, looked for once per test file. */
export async function engine(): Promise<string> {
  found ??= ensurePulumi();
  return (await found).pulumi;
}

/** Runs the engine's command to its end; a failing exit code is a result. */
export function runProcess(
  file: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  stdin: string,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, options);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      const [out, error] = [Buffer.concat(stdout).toString(), Buffer.concat(stderr).toString()];
      resolve({ code: code ?? -1, stdout: out, stderr: error, output: `${out}${error}` });
    });
    child.stdin.end(stdin);
  });
}
