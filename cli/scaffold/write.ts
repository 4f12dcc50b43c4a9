import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { faultAndRemedy } from "../../lab/file-fault";
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
  const prettier = await import("prettier");
  const texts = new Map<string, string>();
  for (const { file, text } of changes) {
    if (text === undefined) {
      throw new UserError(
        `[${file}] is not there, or has another form than a scaffold can extend; nothing was changed, add it by hand`,
      );
    }
    const filepath = join(root, file);
    const options = await prettier.resolveConfig(filepath);
    const { inferredParser } = await prettier.getFileInfo(filepath);
    texts.set(file, inferredParser === null ? text : await prettier.format(text, { ...options, filepath }));
  }
  return texts;
}

/** Where the files of a scaffold wait for each other; on the disk of the checkout, so that a move is one step. */
const STAGING = join(".tocsin", "scaffold");

/** Stands in the staging folder once all files are in it. */
const COMPLETE = "complete";

/**
 * Everything is written aside first and then moved in; what fails is taken back. Who kills the process between two moves
 * has the rest moved by the next scaffold.
 */
function replaceAll(root: string, texts: ReadonlyMap<string, string>): void {
  const staging = join(root, STAGING);
  const undo: (() => void)[] = [];
  try {
    finishInterrupted(root);
    for (const [file, text] of texts) {
      write(join(staging, "files", file), text);
      keep(root, file);
    }
    write(join(staging, COMPLETE), [...texts.keys()].join("\n"));
    for (const file of texts.keys()) {
      undo.push(moveIn(root, file));
    }
  } catch (error) {
    for (const step of undo.reverse()) {
      step();
    }
    throw new UserError(`nothing was changed, because a file cannot be written ${faultAndRemedy(error)}`);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Moves in what a scaffold that was killed had ready, and forgets what it had not. */
export function finishInterrupted(root: string): void {
  const list = readIfThere(root, join(STAGING, COMPLETE)) ?? "";
  const left = list
    .split("\n")
    .filter((file) => file !== "" && existsSync(join(root, STAGING, "files", file)));
  for (const file of left) {
    moveIn(root, file);
  }
  rmSync(join(root, STAGING), { recursive: true, force: true });
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Lays a copy of a file aside: once the disk is full, taking a change back can only move. */
function keep(root: string, file: string): void {
  if (existsSync(join(root, file))) {
    const copy = join(root, STAGING, "before", file);
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(join(root, file), copy);
  }
}

/** Moves a file from aside to its place. @returns what takes that back */
function moveIn(root: string, file: string): () => void {
  const to = join(root, file);
  const before = join(root, STAGING, "before", file);
  const made = mkdirSync(dirname(to), { recursive: true });
  renameSync(join(root, STAGING, "files", file), to);
  return () => {
    if (existsSync(before)) {
      renameSync(before, to);
    } else {
      rmSync(made ?? to, { recursive: true, force: true });
    }
  };
}
