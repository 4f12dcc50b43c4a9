import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder that somebody named, and its parents. Node's own `recursive` never ends where a parent can hold no
 * folder, as in `/proc`.
 * @throws Error of the system when it cannot be made
 */
export function makeFolder(folder: string): void {
  const parent = dirname(folder);
  if (!existsSync(parent)) {
    makeFolder(parent);
  }
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have made it, and it may have been there.
    if (!existsSync(folder) || !statSync(folder).isDirectory()) {
      throw error;
    }
  }
}
