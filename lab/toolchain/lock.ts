import { rm, stat, utimes, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "./errors";
import { withProgress } from "./progress";
import type { Run } from "./run";

/** Heartbeats after which a lock that nobody touches is that of a process which died. */
const PATIENCE = 3;

const POLL_MS = 200;

/**
 * Runs `work` while no other process runs it under the same lock file; whoever waits says so at every heartbeat.
 * @param doing completes the sentence "another process is ..."
 */
export async function alone<T>(file: string, run: Run, doing: string, work: () => Promise<T>): Promise<T> {
  await acquire(file, run, doing);
  const timer = setInterval(() => {
    const now = new Date();
    // Gone, it is no lock any more, and the work goes on as it would without one.
    void utimes(file, now, now).catch(() => undefined);
  }, run.limits.heartbeat);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await rm(file, { force: true });
  }
}

async function acquire(file: string, run: Run, doing: string): Promise<void> {
  if (await taken(file)) return;
  run.report(`another process is ${doing}; waiting for it`);
  await withProgress(
    run,
    (seconds) => `another process is ${doing}, ${seconds} s`,
    async () => {
      while (!(await taken(file))) {
        run.signal.throwIfAborted();
        if (await isAbandoned(file, run)) await rm(file, { force: true });
        else await sleep(POLL_MS);
      }
    },
  );
}

/** Whether the lock is ours now. */
async function taken(file: string): Promise<boolean> {
  try {
    await writeFile(file, "", { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

async function isAbandoned(file: string, run: Run): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(file);
    return Date.now() - mtimeMs > PATIENCE * run.limits.heartbeat;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}
