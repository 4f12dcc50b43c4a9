import { existsSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { folderOf, newestEntry } from "./entries";
import { fetchBackup } from "./fetch";
import { alone } from "./files";
import type { Job } from "./job";
import type { SqliteSettings } from "./settings";
import { inspect, SIDES, withDatabase } from "./sqlite";
import { stampOf } from "./time";

/** What a restore does, in this order; broken off after any of them, it can be begun again. */
export type Step = "locked" | "loaded" | "set-aside" | "replaced" | "checked";

export interface RestoreOptions {
  readonly tenant: string;
  /** The newest backup that was begun then or before. @default - the newest of all */
  readonly before?: Date;
  /** Told after each step. */
  readonly step?: (step: Step) => void;
}

/** By its presence the service knows that nobody may write into a tenant's database. */
const LOCK = "maintenance.lock";

/**
 * Puts a backup into the place of a tenant's database, which is kept beside it.
 * @throws Error before anything is moved where the backup is not sound or somebody has the database open
 */
export async function restore(
  job: Job<SqliteSettings>,
  { tenant, before, step = () => undefined }: RestoreOptions,
): Promise<void> {
  const { settings, objects, say } = job;
  const entry = await newestEntry(objects, folderOf(tenant), before);
  if (entry === undefined)
    throw new Error(
      `there is no backup of [${tenant}]${before === undefined ? "" : ` from [${before.toISOString()}] or earlier`}`,
    );
  const folder = path.join(settings.folder, tenant);
  await mkdir(folder, { recursive: true });
  const active = path.join(folder, settings.file);
  const loaded = path.join(folder, "restore.sqlite");
  await alone(path.join(folder, LOCK), async () => {
    step("locked");
    await fetchBackup(job, entry, folder, loaded);
    checkVersion(loaded, entry.schema_version);
    step("loaded");
    const aside = await setAside(active);
    step("set-aside");
    await rename(loaded, active);
    await flush(folder);
    step("replaced");
    try {
      checkVersion(active, entry.schema_version);
    } catch (error) {
      await putBack(active, aside, loaded);
      throw error;
    }
    step("checked");
    say(`${tenant}: restored from ${entry.key}${aside === undefined ? "" : `, what was there is ${aside}`}`);
  });
}

function checkVersion(file: string, expected: number): void {
  const { schemaVersion } = inspect(file);
  if (schemaVersion !== expected) {
    throw new Error(
      `[${file}] has schema version [${schemaVersion}], and its backup was one of [${expected}]`,
    );
  }
}

/** Moves a database away with all that belongs to it, and over nothing. @returns where it is, if there was one */
async function setAside(active: string): Promise<string | undefined> {
  if (!existsSync(active)) return undefined;
  closeLog(active);
  const aside = existsSync(`${active}.bak`) ? `${active}.${stampOf(new Date())}.bak` : `${active}.bak`;
  // The log first: without its file SQLite would play it into the next one of that name.
  for (const side of SIDES) {
    if (existsSync(`${active}${side}`)) await rename(`${active}${side}`, `${aside}${side}`);
  }
  await rename(active, aside);
  return aside;
}

/** SQLite's codes for what is no database any more. Source: sqlite.org, "Result and Error Codes". */
const DAMAGED = new Set([11, 26]);

/**
 * Writes the log into the file and leaves the WAL mode, which SQLite does only where nobody else has the database open.
 * One that is too broken for it keeps its log.
 */
function closeLog(active: string): void {
  try {
    withDatabase(active, false, (database) => {
      database.exec("PRAGMA busy_timeout = 2000; PRAGMA journal_mode = DELETE");
    });
  } catch (error) {
    const { errcode } = error as { readonly errcode?: number };
    if (errcode === undefined || !DAMAGED.has(errcode & 0xff)) {
      throw new Error(`somebody has [${active}] open: stop what writes into it, and run this again`, {
        cause: error,
      });
    }
  }
}

async function putBack(active: string, aside: string | undefined, loaded: string): Promise<void> {
  await rename(active, loaded);
  if (aside === undefined) return;
  await rename(aside, active);
  for (const side of SIDES) {
    if (existsSync(`${aside}${side}`)) await rename(`${aside}${side}`, `${active}${side}`);
  }
  await rm(loaded, { force: true });
}

/** A rename is on the disk when its folder is. */
async function flush(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
