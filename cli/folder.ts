import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { faultAndRemedy } from "../lab/file-fault";
import { makeFolder } from "../lab/make-folder";
import { writeFiles } from "../lab/program";
import { UserError } from "./user-error";

/**
 * Whether a folder may be replaced: it is not there, is empty, or holds an earlier result.
 * @throws UserError when it is somebody else's, or no folder
 */
export function requireReplaceable(out: string, proof: string): void {
  const target = resolve(out);
  if (!existsSync(target)) {
    return;
  }
  if (!statSync(target).isDirectory()) {
    throw new UserError(`[${out}] is a file; name an empty or a new folder`);
  }
  if (readdirSync(target).length > 0 && !existsSync(join(target, proof))) {
    throw new UserError(
      `[${out}] holds other files than a render's (no ${proof} in it); name an empty or a new folder`,
    );
  }
}

/**
 * Puts a set of files in the place of a folder, as a whole or not at all: they are written beside it and moved in by
 * a rename, and whatever goes wrong leaves the old folder where it was.
 * @param proof a file that only an earlier result holds; a folder without it is somebody else's and is refused
 * @throws UserError when the folder is not ours or cannot be written
 */
export function replaceFolder(out: string, files: ReadonlyMap<string, string>, proof: string): void {
  requireReplaceable(out, proof);
  const target = resolve(out);
  const exists = existsSync(target);
  const beside = (what: string): string =>
    join(dirname(target), `.${basename(target)}.${what}.${randomUUID()}`);
  const fresh = beside("new");
  const old = beside("old");
  try {
    writeAll(fresh, files);
    if (exists) {
      renameSync(target, old);
    }
    renameSync(fresh, target);
  } catch (error) {
    if (existsSync(old) && !existsSync(target)) {
      renameSync(old, target);
    }
    throw unwritable(out, error);
  } finally {
    if (existsSync(fresh)) {
      rmSync(fresh, { recursive: true, force: true });
    }
  }
  rmSync(old, { recursive: true, force: true });
}

/**
 * Gives a set of files to somebody in a folder of their own, which is gone afterwards, however this program ends.
 * @param files what is in it, by relative path; they may speak of the folder
 * @throws UserError when it cannot be written
 */
export async function inTemporaryFolder<Result>(
  files: (folder: string) => ReadonlyMap<string, string>,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = join(tmpdir(), `tocsin-${randomUUID()}`);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    try {
      writeAll(folder, files(folder));
    } catch (error) {
      throw unwritable(folder, error, " in TMPDIR");
    }
    return await use(folder);
  } finally {
    remove();
    process.removeListener("exit", remove);
  }
}

function unwritable(folder: string, error: unknown, where = ""): UserError {
  return new UserError(
    `[${folder}] cannot be written ${faultAndRemedy(error)}, or name another folder${where}`,
  );
}

function writeAll(folder: string, files: ReadonlyMap<string, string>): void {
  makeFolder(folder);
  writeFiles(folder, files);
}
