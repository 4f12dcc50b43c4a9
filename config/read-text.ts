import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { isUtf8 } from "node:buffer";

/** The text of a file, or in words why it is none. */
export type TextFile = { readonly text: string } | { readonly fault: string; readonly code?: string };

/**
 * Reads a file that people write. A pipe, a device, a folder and a loop of links are told apart from text without waiting.
 * @param largest bytes that it may hold
 */
export function readTextFile(path: string, largest: number): TextFile {
  let file: number | undefined;
  try {
    // A pipe that nobody writes to would be waited for.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(file);
    if (!stat.isFile()) {
      return stat.isDirectory() ? unreadable("EISDIR") : { fault: "is no ordinary file" };
    }
    if (stat.size > largest) {
      return { fault: `holds [${stat.size}] bytes, and may hold ${largest}` };
    }
    const bytes = readFileSync(file);
    return isUtf8(bytes) ? { text: bytes.toString("utf8") } : { fault: "is not a text in UTF-8" };
  } catch (error) {
    return unreadable(codeOf(error));
  } finally {
    if (file !== undefined) {
      closeSync(file);
    }
  }
}

/** The code of what the system says, such as `ENOENT`. */
export function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : String(error);
}

function unreadable(code: string): TextFile {
  return { fault: `cannot be read [${code}]`, code };
}
