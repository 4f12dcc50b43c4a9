import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** What a program left behind; `output` is standard output and standard error together. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Runs a program to its end; a failing exit code is a result, a program that cannot be started an error. */
export function runProgram(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    execFile(
      file,
      args,
      { maxBuffer: 64 * 1024 * 1024, env: { ...process.env, ...env } },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        if (typeof code === "number") {
          resolve({ code, output: `${stdout}${stderr}` });
        } else {
          reject(error ?? new Error(`${file} ended without an exit code`));
        }
      },
    );
  });
}

/** A folder of its own below the system's one for temporary files. */
export function temporaryFolder(): string {
  return mkdtempSync(path.join(tmpdir(), "tocsin-test-"));
}

/** A folder of the lowest number that is free: what compilers remember of sources by their path is of use again. */
export function numberedFolder(): string {
  for (let number = 0; ; number += 1) {
    const folder = path.join(tmpdir(), `tocsin-checkout-${number}`);
    try {
      mkdirSync(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Writes files by relative path. */
export function writeFiles(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [name, text] of files) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
