import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BUNDLES, jobBundle, POSTGRES_SCRIPT } from "../backends/job-bundle";
import { BUILT, consoleFiles } from "../lab/console/bundle";

const ROOT = dirname(__dirname);
const DIST = join(ROOT, "dist");

/** What is read at run time and is no program: Go modules of the toolchain, pages of the monitoring itself, a template. */
const READ = ["lab/toolchain", "generators/self-runbooks"];

/** Compiles what the package holds into `dist`, the console of the lab bundled, in place of an earlier build. */
async function buildPackage(): Promise<void> {
  rmSync(DIST, { recursive: true, force: true });
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [compiler, "-p", join(ROOT, "tsconfig.build.json")], { stdio: "inherit" });
  for (const folder of READ) {
    const filter = (file: string): boolean => !file.endsWith(".ts");
    cpSync(join(ROOT, folder), join(DIST, folder), { recursive: true, filter });
  }
  mkdirSync(join(DIST, "jobs"), { recursive: true });
  for (const name of Object.keys(BUNDLES) as (keyof typeof BUNDLES)[]) {
    writeFileSync(join(DIST, "jobs", name), jobBundle(name));
  }
  cpSync(join(ROOT, "jobs", POSTGRES_SCRIPT), join(DIST, "jobs", POSTGRES_SCRIPT));
  const { script, style } = await consoleFiles();
  mkdirSync(join(DIST, "console"), { recursive: true });
  writeFileSync(join(DIST, "console", BUILT.script), script);
  writeFileSync(join(DIST, "console", BUILT.style), style);
}

void buildPackage();
