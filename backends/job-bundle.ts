import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type * as Esbuild from "esbuild";

const FOLDER = path.join(__dirname, "../jobs");
const SOURCE = path.join(FOLDER, "main.ts");

/** In the package, which has no sources and no bundler. */
export const BUILT_JOBS = "backup.js";
/** What PostgreSQL's own image runs. */
export const POSTGRES_SCRIPT = "postgres.sh";

let bundle: string | undefined;

/** The jobs as they are in the sources, bundled now, so that no build is older than them; in the package as built. */
export function jobBundle(): string {
  bundle ??= existsSync(SOURCE) ? bundled() : readFileSync(path.join(FOLDER, BUILT_JOBS), "utf8");
  return bundle;
}

export function postgresScript(): string {
  return readFileSync(path.join(FOLDER, POSTGRES_SCRIPT), "utf8");
}

function bundled(): string {
  // A tool of this repository, which nobody who has the package needs.
  const { buildSync } = createRequire(__filename)("esbuild") as typeof Esbuild;
  const { outputFiles } = buildSync({
    absWorkingDir: path.dirname(FOLDER),
    entryPoints: ["jobs/main.ts"],
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    target: "node24",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}
