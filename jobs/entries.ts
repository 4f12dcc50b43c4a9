import { text as textOf } from "node:stream/consumers";
import * as z from "zod/mini";
import type { ObjectStore } from "./object-store";
import type { Settings } from "./settings";
import { stampOf } from "./time";

/** What is known of a backup: the object beside it, under its key and `.json`. */
const schema = z.strictObject({
  /** Absent where the store has no tenants. */
  tenant_id: z.optional(z.string()),
  /** When it was begun, ISO 8601 in UTC: nothing that was written before is missing. */
  ts: z.string(),
  schema_version: z.int(),
  size_bytes: z.int(),
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  /** Of the files of a whole PostgreSQL server: what a sandbox cannot ask of it before it runs. */
  base: z.optional(
    z.strictObject({
      /** The segment of the log from which on it is needed. */
      start: z.string(),
      system: z.string(),
      owner: z.string(),
      database: z.string(),
    }),
  ),
  /** Of the files of a server, packed. */
  archive: z.optional(z.literal(true)),
  /** Of a file of the log, which is stored packed: its name and its size. */
  log: z.optional(z.strictObject({ name: z.string(), bytes: z.int() })),
});

export type Entry = z.infer<typeof schema>;
export type StoredEntry = Entry & { readonly key: string };

const ENDING = ".json";

/** All backups lie below it; a tenant's in a folder of its own. */
export const TENANTS = "tenants/";
export const DUMPS = "dumps/";
export const ARCHIVES = "archives/";
export const BASES = "bases/";
/** Files of the log of a PostgreSQL server. */
export const LOG = "log/";

/** The folder of keys of a tenant. */
export function folderOf(tenant: string): string {
  return `${TENANTS}${tenant}/db/`;
}

/** The folder of keys of a store that has no tenants. */
export function wholeFolder(settings: Settings): string {
  if (settings.kind === "server") return ARCHIVES;
  return settings.kind === "postgres" && settings.pointInTime === "archive" ? BASES : DUMPS;
}

/** The key of a backup: `tenants/acme/db/20261129T190000Z_v7.sqlite`. */
export function keyOf({ tenant_id, ts, schema_version, archive, base, log }: Entry): string {
  if (log !== undefined) return `${LOG}${log.name}.gz`;
  const name = `${stampOf(new Date(ts))}_v${schema_version}`;
  if (archive === true) return `${ARCHIVES}${name}.tar.gz`;
  if (base !== undefined) return `${BASES}${name}.tar.gz`;
  return tenant_id === undefined ? `${DUMPS}${name}.dump` : `${folderOf(tenant_id)}${name}.sqlite`;
}

/** The key of what is known of a backup. */
export function metadataKey(key: string): string {
  return `${key}${ENDING}`;
}

/** The key of the backup of which something is known. */
export function objectKey(metadata: string): string {
  return metadata.slice(0, -ENDING.length);
}

export function isMetadata(key: string): boolean {
  return key.endsWith(ENDING);
}

/** Reads what is known of a backup. @throws Error where it is no such thing */
export async function readEntry(objects: ObjectStore, key: string): Promise<StoredEntry> {
  const parsed = schema.safeParse(JSON.parse(await textOf(await objects.read(metadataKey(key)))));
  if (!parsed.success) throw new Error(`[${metadataKey(key)}] says nothing of a backup`);
  return { ...parsed.data, key };
}

/** Writes what is known of a backup, after it is there: what has none is not finished. */
export async function writeEntry(objects: ObjectStore, entry: Entry): Promise<void> {
  const key = keyOf(entry);
  try {
    await objects.put(metadataKey(key), Buffer.from(`${JSON.stringify(entry)}\n`));
  } catch (error) {
    // Whoever finished it meanwhile said the same.
    const there = await readEntry(objects, key).catch(() => undefined);
    if (there?.sha256 !== entry.sha256) throw error;
  }
}

/** The oldest finished backup below a folder. */
export async function oldestEntry(objects: ObjectStore, prefix: string): Promise<StoredEntry | undefined> {
  for await (const key of objects.list({ prefix })) {
    if (isMetadata(key)) return readEntry(objects, objectKey(key));
  }
  return undefined;
}

/** The newest finished backup below a folder that was begun at a moment or before. */
export async function newestEntry(
  objects: ObjectStore,
  prefix: string,
  before = new Date(8.64e15),
): Promise<StoredEntry | undefined> {
  const limit = `${prefix}${before.getTime() === 8.64e15 ? "~" : `${stampOf(before)}_v~`}`;
  let found: string | undefined;
  for await (const key of objects.list({ prefix })) {
    if (isMetadata(key) && key < limit) found = key;
  }
  return found === undefined ? undefined : readEntry(objects, objectKey(found));
}
