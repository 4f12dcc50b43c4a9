import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { chromium, type Browser } from "playwright-core";
import { findProgram } from "../../config/find-program";

/** Where a Chromium is; undefined where there is none. */
export function findBrowser(): string | undefined {
  return findProgram("chromium", process.env);
}

/** Starts it, without a window. Chromium refuses to keep root in its sandbox; what it opens here is only ours. */
export function startBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

const MISSING = "no chromium on PATH";

/** Installs Debian's Chromium where there is none and this user may. @returns why there is none afterwards */
export async function provideBrowser(): Promise<string | undefined> {
  if (findBrowser() !== undefined) {
    return undefined;
  }
  if (process.getuid?.() !== 0 || findProgram("apt-get", process.env) === undefined) {
    return `${MISSING}, and only root on a system with apt-get can install one here`;
  }
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const apt = promisify(execFile);
    await apt("apt-get", ["update", "-qq"], { env });
    await apt("apt-get", ["install", "-qq", "-y", "--no-install-recommends", "chromium"], { env });
    return findBrowser() === undefined ? `${MISSING}, though apt-get has installed it` : undefined;
  } catch (error) {
    return `${MISSING}, and apt-get cannot install it: ${error instanceof Error ? error.message : String(error)}`;
  }
}
