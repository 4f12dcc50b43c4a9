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
      return stat.isDirectory() ? unreadable("EISDIR") : { fault: "is not a regular file" };
    }
    if (stat.size > largest) {
      return { fault: `holds [${stat.size}] bytes, and may hold ${largest}` };
    }
    const bytes = readFileSync(file);
    return isUtf8(bytes) ? plainText(bytes.toString("utf8")) : { fault: "is not a text in UTF-8" };
  } catch (error) {
    return unreadable(codeOf(error));
  } finally {
    if (file !== undefined) {
      closeSync(file);
    }
  }
}

/** A mark of the byte order, which some editors begin with, is no part of the text; other characters that nobody sees are a slip. */
function plainText(whole: string): TextFile {
  const text = whole.replace(/^\uFEFF/, "");
  const [control] = /(?![\t\n\r])\p{Cc}/u.exec(text) ?? [];
  if (control === undefined) {
    return { text };
  }
  const code = control.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
  const line = text.slice(0, text.indexOf(control)).split("\n").length;
  return { fault: `holds the control character [U+${code}] on line ${line}` };
}

/** The code of what the system says, such as `ENOENT`. */
export function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : String(error);
}

function unreadable(code: string): TextFile {
  return { fault: `cannot be read [${code}]`, code };
}
