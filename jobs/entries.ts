import { text as textOf } from "node:stream/consumers";
import * as z from "zod/mini";
import type { ObjectStore } from "./object-store";
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
});

export type Entry = z.infer<typeof schema>;
export type StoredEntry = Entry & { readonly key: string };

const ENDING = ".json";

/** All backups lie below it; a tenant's in a folder of its own. */
export const TENANTS = "tenants/";
export const DUMPS = "dumps/";

/** The folder of keys of a tenant, or of a store without tenants. */
function folderOf(tenant: string | undefined): string {
  return tenant === undefined ? DUMPS : `${TENANTS}${tenant}/db/`;
}

/** The key of a backup: `tenants/acme/db/20261129T190000Z_v7.sqlite`. */
export function keyOf({ tenant_id, ts, schema_version }: Entry): string {
  const ending = tenant_id === undefined ? "dump" : "sqlite";
  return `${folderOf(tenant_id)}${stampOf(new Date(ts))}_v${schema_version}.${ending}`;
}

/** The key of what is known of a backup. */
export function metadataKey(key: string): string {
  return `${key}${ENDING}`;
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
  await objects.put(metadataKey(keyOf(entry)), Buffer.from(`${JSON.stringify(entry)}\n`));
}

/** The newest finished backup that was begun at a moment or before. */
export async function newestEntry(
  objects: ObjectStore,
  tenant: string | undefined,
  before = new Date(8.64e15),
): Promise<StoredEntry | undefined> {
  const prefix = folderOf(tenant);
  const limit = `${prefix}${before.getTime() === 8.64e15 ? "~" : `${stampOf(before)}_v~`}`;
  let found: string | undefined;
  for await (const key of objects.list({ prefix })) {
    if (isMetadata(key) && key < limit) found = key;
  }
  return found === undefined ? undefined : readEntry(objects, found.slice(0, -ENDING.length));
}
