import { stat } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import * as z from "zod/mini";
import { checkRoom } from "./files";
import path from "node:path";

/** Writers that are at work are waited for so long. */
const BUSY = "PRAGMA busy_timeout = 10000";

/** What belongs to a database in WAL mode besides its file. */
export const SIDES = ["-wal", "-shm"] as const;

const row = z.record(z.string(), z.unknown());

/** Does something with an open database, and closes it. */
export function withDatabase<T>(file: string, readOnly: boolean, work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file, { readOnly });
  try {
    database.exec(BUSY);
    return work(database);
  } finally {
    database.close();
  }
}

/** The first column of the first row of an answer, or undefined where there is none. */
export function valueOf(database: DatabaseSync, query: string): unknown {
  const first = database.prepare(query).get();
  return first === undefined ? undefined : Object.values(row.parse(first))[0];
}

/**
 * Copies a database as it is at one moment, with what its log holds; whoever writes goes on. @returns its schema version
 * @throws Error where the disk has no room, or what comes out is no sound database with a table in it
 */
export async function snapshot(from: string, to: string): Promise<number> {
  const sizes = await Promise.all([from, `${from}-wal`].map(sizeOf));
  if (sizes[0] === 0) throw new Error(`[${from}] is empty`);
  await checkRoom(
    path.dirname(to),
    sizes.reduce((sum, size) => sum + size, 0),
  );
  withDatabase(from, true, (database) => {
    database.prepare("VACUUM INTO ?").run(to);
  });
  return inspect(to).schemaVersion;
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  return found?.size ?? 0;
}

/** What a database file holds. @throws Error where it is not sound, or holds no table */
export function inspect(file: string): { readonly schemaVersion: number } {
  return withDatabase(file, true, (database) => {
    const found = valueOf(database, "PRAGMA integrity_check");
    if (found !== "ok") throw new Error(`[${file}] is damaged: ${String(found)}`);
    if (valueOf(database, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'") === 0) {
      throw new Error(`[${file}] holds no table`);
    }
    return { schemaVersion: Number(valueOf(database, "PRAGMA user_version")) };
  });
}
