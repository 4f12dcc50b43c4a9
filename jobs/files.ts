import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, readdir, readFile, rm, statfs } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { reasonOf } from "./errors";

/** A sum and how many bytes it is of. */
export interface Sum {
  readonly sha256: string;
  readonly size: number;
}

/** The sum of a stream, of which one chunk is held in memory at a time. */
export async function sumOf(stream: Readable): Promise<Sum> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { sha256: hash.digest("hex"), size };
}

export function sumOfFile(file: string): Promise<Sum> {
  return sumOf(createReadStream(file));
}

/** Writes a stream to a file that is not there yet, and to the disk. */
export async function writeStream(stream: Readable, file: string): Promise<void> {
  await pipeline(stream, createWriteStream(file, { flags: "wx", mode: 0o600, flush: true }));
}

/** What a copy takes besides its bytes: pages that a file system keeps for itself, and room for whoever else writes. */
const RESERVE = 1.1;

/** @throws Error where a copy of so many bytes does not fit: a disk that runs full stops whoever else writes there */
export async function checkRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder).catch((error: unknown) => {
    throw new Error(`[${folder}], which a copy is to be written to, cannot be looked at: ${reasonOf(error)}`);
  });
  const needed = Math.ceil(bytes * RESERVE);
  if (bavail * bsize < needed) {
    throw new Error(`the disk of [${folder}] has [${bavail * bsize}] bytes left and [${needed}] are needed`);
  }
}

/** A folder below the scratch disk that is gone afterwards, whatever happens. */
export async function inScratch<T>(
  scratch: string,
  name: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = path.join(scratch, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs alone among those that take the same lock. @throws Error where another one that lives has it */
export async function alone<T>(lock: string, work: () => Promise<T>): Promise<T> {
  const handle = await open(lock, "wx").catch(async (error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
      throw new Error(
        `[${lock}], by which a run is alone, cannot be written: ${reasonOf(error)}. See that its folder is there and may be written.`,
      );
    }
    const holder = Number(await readFile(lock, "utf8"));
    if (lives(holder)) throw new Error(`the run with the process id [${holder}] is not over: [${lock}]`);
    await rm(lock);
    return open(lock, "wx");
  });
  try {
    await handle.writeFile(String(process.pid));
    await handle.close();
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

function lives(pid: number): boolean {
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Folders below a folder, sorted. */
export async function foldersIn(folder: string): Promise<readonly string[]> {
  const all = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new Error(
      `[${folder}], the folder of all tenants, cannot be listed: ${reasonOf(error)}. See that the volume is mounted there, or mend folder of the settings.`,
    );
  });
  return all.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
}
