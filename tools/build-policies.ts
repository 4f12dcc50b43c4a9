import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { sha256, SOURCES_FILE } from "../policies/freshness";

/** Compiles the policy pack in `folder` to `dist/pack.js`: as TypeScript it would be type checked at every start. */
async function buildPolicies(folder: string): Promise<void> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: ["pack.ts"],
    outfile: "dist/pack.js",
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    // The pack and the engine's host must share one copy of these.
    external: ["@pulumi/*"],
    metafile: true,
    write: false,
  });
  const sources = Object.keys(metafile.inputs).filter((file) => !file.split("/").includes("node_modules"));
  const sums = sources.sort().map((file) => [file, sha256(readFileSync(path.join(folder, file)))]);
  const [bundle] = outputFiles;
  if (bundle === undefined) {
    throw new Error("esbuild gave no bundle of [pack.ts].");
  }
  const dist = path.join(folder, "dist");
  mkdirSync(dist, { recursive: true });
  // The sums last: a start in between refuses the pack instead of trusting an old one.
  replaceFile(path.join(dist, "pack.js"), bundle.text);
  replaceFile(path.join(dist, SOURCES_FILE), `${JSON.stringify(Object.fromEntries(sums), undefined, 2)}\n`);
}

/** At once, so that an engine that starts meanwhile never reads half a file. */
function replaceFile(file: string, text: string): void {
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, text);
  renameSync(fresh, file);
}

buildPolicies(path.resolve(process.argv[2] ?? path.join(__dirname, "../policies"))).catch(
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
