import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export { runProgram, writeFiles, type Ended } from "../../lab/program";

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
