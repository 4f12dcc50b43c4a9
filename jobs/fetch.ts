import { rm } from "node:fs/promises";
import type { StoredEntry } from "./entries";
import { checkRoom, sumOfFile, writeStream } from "./files";
import type { Job } from "./job";

/**
 * Loads a backup into a file. Where somebody has written over it, an older version is what was backed up: a lock keeps it.
 * @throws Error where no version is what is known of it; nothing is left behind then
 */
export async function fetchBackup(
  { objects, say }: Job,
  entry: StoredEntry,
  folder: string,
  file: string,
): Promise<void> {
  await checkRoom(folder, entry.size_bytes);
  const load = async (version?: string): Promise<boolean> => {
    await rm(file, { force: true });
    await writeStream(await objects.read(entry.key, version), file);
    const { sha256, size } = await sumOfFile(file);
    return sha256 === entry.sha256 && size === entry.size_bytes;
  };
  if (await load()) return;
  say(`[${entry.key}] is not what was backed up: its older versions are tried`);
  for (const version of await objects.versions(entry.key)) {
    if (await load(version)) return;
  }
  await rm(file, { force: true });
  throw new Error(`no version of [${entry.key}] has the sum [${entry.sha256}]`);
}
