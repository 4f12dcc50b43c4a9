import { execFileSync, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";

/** What a run of the command left behind. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both together, for searching in a failure. */
  readonly output: string;
}

/** The first release that has `--skip-plugin-pre-install`. Source: the changelog of Pulumi. */
const OLDEST = [3, 238] as const;

/** The command of the engine, or why these tests cannot run; nothing is downloaded for them. */
export type Engine =
  { readonly found: true; readonly file: string } | { readonly found: false; readonly why: string };

/** Looks for the engine's command on PATH. */
export function findEngine(): Engine {
  const file = (process.env["PATH"] ?? "")
    .split(path.delimiter)
    .map((folder) => path.join(folder, "pulumi"))
    .find(isExecutable);
  if (file === undefined) {
    return { found: false, why: "no pulumi on PATH" };
  }
  const version = execFileSync(file, ["version"], { encoding: "utf8" }).trim();
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])
    ? { found: true, file }
    : { found: false, why: `pulumi on PATH is [${version}], older than [v${OLDEST.join(".")}.0]` };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
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
