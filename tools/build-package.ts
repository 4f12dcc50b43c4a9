import { execFileSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

const ROOT = dirname(__dirname);
const DIST = join(ROOT, "dist");

/** What is read at run time and is no program: Go modules of the toolchain, pages of the monitoring itself, a template. */
const READ = ["lab/toolchain", "runbooks/tocsin"];

/** Compiles what the package holds into `dist`, in place of an earlier build. */
function buildPackage(): void {
  rmSync(DIST, { recursive: true, force: true });
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [compiler, "-p", join(ROOT, "tsconfig.build.json")], { stdio: "inherit" });
  for (const folder of READ) {
    const filter = (file: string): boolean => !file.endsWith(".ts");
    cpSync(join(ROOT, folder), join(DIST, folder), { recursive: true, filter });
  }
}

buildPackage();
