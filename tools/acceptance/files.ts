import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { sortedBy } from "../../slo/order";

/** A file of the repository. */
export interface TextFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** Folders that hold nothing written by hand. */
const SKIPPED = new Set(["node_modules", "dist", "golden"]);

/** Every file below a folder whose path matches, sorted. */
export function filesBelow(root: string, matches: RegExp): readonly TextFile[] {
  const paths = pathsBelow(root).map((path) => relative(root, path));
  return sortedBy(
    paths.filter((path) => matches.test(path)),
    (path) => path,
  ).map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

function pathsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) {
      return [path];
    }
    return entry.isDirectory() && !entry.name.startsWith(".") && !SKIPPED.has(entry.name)
      ? pathsBelow(path)
      : [];
  });
}
