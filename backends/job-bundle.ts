import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type * as Esbuild from "esbuild";

const FOLDER = path.join(__dirname, "../jobs");

/** What is bundled: what backs up, and what sends reports. In the package, which has no sources and no bundler, as built. */
export const BUNDLES = {
  "backup.js": "main.ts",
  "mailing.js": "mailing.ts",
} as const;
type Bundle = keyof typeof BUNDLES;

export const BUILT_JOBS = "backup.js" satisfies Bundle;
export const BUILT_MAILING = "mailing.js" satisfies Bundle;
/** What PostgreSQL's own image runs. */
export const POSTGRES_SCRIPT = "postgres.sh";

const made = new Map<Bundle, string>();

/** Jobs as they are in the sources, bundled now, so that no build is older than them; in the package as built. */
export function jobBundle(name: Bundle = BUILT_JOBS): string {
  const source = path.join(FOLDER, BUNDLES[name]);
  const text =
    made.get(name) ?? (existsSync(source) ? bundled(source) : readFileSync(path.join(FOLDER, name), "utf8"));
  made.set(name, text);
  return text;
}

export function postgresScript(): string {
  return readFileSync(path.join(FOLDER, POSTGRES_SCRIPT), "utf8");
}

function bundled(source: string): string {
  // A tool of this repository, which nobody who has the package needs.
  const { buildSync } = createRequire(__filename)("esbuild") as typeof Esbuild;
  const { outputFiles } = buildSync({
    absWorkingDir: path.dirname(FOLDER),
    entryPoints: [source],
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    target: "node24",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}
