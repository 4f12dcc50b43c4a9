import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../user-error";
import type { Change } from "./service";

/** The text of a file below `root`; undefined where it is not there. */
export function readIfThere(root: string, file: string): string | undefined {
  const path = join(root, file);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/**
 * Makes and changes files, all of them or none, formatted like the rest of the checkout. No file that is there is
 * overwritten by a new one.
 * @throws UserError which says what stands in the way, and that nothing was changed
 */
export async function applyChanges(root: string, changes: readonly Change[]): Promise<void> {
  const there = changes.filter(({ kind, file }) => kind === "create" && existsSync(join(root, file)));
  if (there.length > 0) {
    const files = there.map(({ file }) => file).join(", ");
    throw new UserError(
      `[${files}] is there already, and nothing is overwritten; remove it or choose another name`,
    );
  }
  const texts = await formatted(root, changes);
  replaceAll(root, texts);
}

async function formatted(root: string, changes: readonly Change[]): Promise<ReadonlyMap<string, string>> {
  const prettier = await import("prettier").catch(() => {
    throw new UserError("the formatter [prettier] is not installed; run `npm ci`");
  });
  const texts = new Map<string, string>();
  for (const { file, text } of changes) {
    if (text === undefined) {
      throw new UserError(
        `[${file}] is not there, or has another form than a scaffold can extend; nothing was changed, add it by hand`,
      );
    }
    const filepath = join(root, file);
    const options = await prettier.resolveConfig(filepath);
    texts.set(file, await prettier.format(text, { ...options, filepath }));
  }
  return texts;
}

/** Everything is written beside its place first; what fails afterwards is taken back. */
function replaceAll(root: string, texts: ReadonlyMap<string, string>): void {
  const undo: (() => void)[] = [];
  const staged: (readonly [from: string, to: string])[] = [];
  try {
    for (const [file, text] of texts) {
      const to = join(root, file);
      const made = mkdirSync(dirname(to), { recursive: true });
      if (made !== undefined) {
        undo.push(() => rmSync(made, { recursive: true, force: true }));
      }
      const from = `${to}.${randomUUID()}`;
      undo.push(() => rmSync(from, { force: true }));
      writeFileSync(from, text);
      staged.push([from, to]);
    }
    for (const [from, to] of staged) {
      const before = existsSync(to) ? readFileSync(to) : undefined;
      renameSync(from, to);
      undo.push(() => (before === undefined ? rmSync(to, { force: true }) : writeFileSync(to, before)));
    }
  } catch (error) {
    for (const step of undo.reverse()) {
      step();
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`nothing was changed, because a file cannot be written (${reason})`);
  }
}
