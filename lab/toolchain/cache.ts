import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { makeFolder } from "../make-folder";
import { codeOf, WayFailed } from "./errors";
import { probeFolder } from "./programs";
import type { Run, Target } from "./run";
import type { Suite } from "./suites";
import { found, passed, passedQuietly, type Outcome, type Way } from "./ways";

/** What was downloaded or built before. */
export const IN_CACHE: Way = {
  name: "the cache",
  attempt: async (suite, run) => {
    const folder = cacheFolder(suite, run);
    if (!existsSync(folder)) return passedQuietly(`no ${folder}`);
    const problem = await problemOf(folder, suite, run);
    return problem === undefined ? inFolder(folder, suite) : passed(problem);
  },
};

/** The file that says that somebody is building the suite; its folder is there afterwards. */
export function lockFile(suite: Suite, target: Target, run: Run): string {
  makeFolder(run.cacheDir);
  return path.join(run.cacheDir, `.building-${releaseName(suite, target)}`);
}

/** Name of a release, which is that of its folder in the cache. */
function releaseName(suite: Suite, target: Target): string {
  return `${suite.name}-${suite.version}.${target.os}-${target.arch}`;
}

/**
 * Runs `fill` with an empty folder of its own and, when all programs then lie in it at the pinned version, moves
 * them into the cache in one step. Whatever happens, the folder is gone afterwards.
 * @throws WayFailed when the programs are not what they should be.
 */
export async function install(
  suite: Suite,
  run: Run,
  fill: (programs: string, scratch: string) => Promise<void>,
): Promise<Outcome> {
  makeFolder(run.cacheDir);
  await removeAbandoned(run.cacheDir);
  const staging = path.join(run.cacheDir, stagingName());
  const programs = path.join(staging, "programs");
  const scratch = path.join(staging, "scratch");
  ours.add(path.basename(staging));
  try {
    await mkdir(programs, { recursive: true });
    await mkdir(scratch);
    await fill(programs, scratch);
    run.signal.throwIfAborted();
    await publish(programs, scratch, suite, run);
  } finally {
    await rm(staging, { recursive: true, force: true, maxRetries: 3 });
    ours.delete(path.basename(staging));
  }
  return inFolder(cacheFolder(suite, run), suite);
}

const STAGING = /^\.staging-(\d+)-[0-9a-f]+$/;

/** The folders that this process is filling now. */
const ours = new Set<string>();

function stagingName(): string {
  return `.staging-${process.pid}-${randomBytes(6).toString("hex")}`;
}

/** Removes the staging folders of processes that died without a chance to do it themselves. */
async function removeAbandoned(cacheDir: string): Promise<void> {
  const abandoned = (await readdir(cacheDir)).filter((name) => {
    const owner = STAGING.exec(name)?.[1];
    return owner !== undefined && !ours.has(name) && !isOtherProcess(Number(owner));
  });
  await Promise.all(abandoned.map((name) => rm(path.join(cacheDir, name), { recursive: true, force: true })));
}

/** A folder with our own number that we do not know is from an earlier process: numbers are given out again. */
function isOtherProcess(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

const OCCUPIED = ["ENOTEMPTY", "EEXIST", "ENOTDIR"];

async function publish(programs: string, scratch: string, suite: Suite, run: Run): Promise<void> {
  const broken = await problemOf(programs, suite, run);
  if (broken !== undefined) throw new WayFailed(broken);
  const folder = cacheFolder(suite, run);
  for (let attempt = 1; !(await moved(programs, folder)); attempt += 1) {
    // Another process may have been faster; its programs are as good as ours.
    if ((await problemOf(folder, suite, run)) === undefined) return;
    if (attempt === 3) throw new WayFailed(`${folder} is in the way and cannot be replaced`);
    await moveAside(folder, path.join(scratch, `replaced-${attempt}`));
  }
}

async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (OCCUPIED.includes(codeOf(error) ?? "")) return false;
    throw error;
  }
}

async function moveAside(folder: string, to: string): Promise<void> {
  try {
    await rename(folder, to);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

async function problemOf(folder: string, suite: Suite, run: Run): Promise<string | undefined> {
  const problems = (await probeFolder(folder, suite, run)).flatMap((answer) => {
    if ("problem" in answer) return [`${answer.file} ${answer.problem}`];
    return answer.version === suite.version
      ? []
      : [`${answer.file} is ${answer.version}, not ${suite.version}`];
  });
  return problems.length === 0 ? undefined : problems.join(" and ");
}

function cacheFolder(suite: Suite, run: Run): string {
  if (run.target === undefined) throw new WayFailed(`nothing to install for ${run.system}`);
  return path.join(run.cacheDir, releaseName(suite, run.target));
}

function inFolder(folder: string, suite: Suite): Outcome {
  return found(Object.fromEntries(suite.programs.map(({ name }) => [name, path.join(folder, name)])));
}
