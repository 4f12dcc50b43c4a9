import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** The folder of this run of jest, made by its setup and gone after it: what lies there is of these sources. */
export const RUN_FOLDER = "TOCSIN_TEST_RUN_FOLDER";

function fileOf(key: string): string | undefined {
  const folder = process.env[RUN_FOLDER];
  return folder === undefined ? undefined : path.join(folder, `${key.replace(/[^a-zA-Z0-9]+/g, "-")}.json`);
}

/** A value that JSON keeps whole, as the first suite of this run that asked has made it; each caller gets a copy. */
export function oncePerRun<T>(key: string, make: () => T): T {
  return (recall(key) as T | undefined) ?? keep(key, make());
}

/** How long another worker may take before one makes the value itself: it may have failed. */
const PATIENCE_MS = 120_000;

/** As `oncePerRun`, of what takes its time: while one makes it the others wait. */
export async function oncePerRunLater<T>(key: string, make: () => Promise<T>): Promise<T> {
  const file = fileOf(key);
  const deadline = Date.now() + (file === undefined || isFirst(file) ? 0 : PATIENCE_MS);
  while (Date.now() < deadline && file !== undefined && !existsSync(file)) {
    await sleep(100);
  }
  return (recall(key) as T | undefined) ?? keep(key, await make());
}

function isFirst(file: string): boolean {
  try {
    mkdirSync(`${file}.begun`);
    return true;
  } catch {
    return false;
  }
}

function recall(key: string): unknown {
  const file = fileOf(key);
  return file !== undefined && existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as unknown)
    : undefined;
}

/** Two workers may make it at once; each then puts a whole file in place. */
function keep<T>(key: string, value: T): T {
  const file = fileOf(key);
  if (file === undefined) return value;
  const text = JSON.stringify(value);
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
  // What the first one gets is no other than what the next ones get.
  return JSON.parse(text) as T;
}
