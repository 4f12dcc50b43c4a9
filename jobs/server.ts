import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, open, readdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import * as z from "zod/mini";
import { newestEntry, wholeFolder } from "./entries";
import { fetchBackup } from "./fetch";
import { alone, inScratch } from "./files";
import type { Job } from "./job";
import type { ServerSettings } from "./settings";
import type { Source } from "./source";
import { stampOf } from "./time";

/** What is in a copy of a server's files: 0 where there is nothing to go by. */
export interface Found {
  readonly schemaVersion: number;
  /** Samples of blocks and bytes of the log of a Prometheus, records of an Alertmanager's two files. */
  readonly rows: number;
  /** Of what a server needs first to go on from where it was: bytes of the log of a Prometheus, files of an Alertmanager. */
  readonly live: number;
}

/** What one of the two servers keeps on its disk, how it is copied while the server writes, and how a copy is judged. */
interface Kept {
  /** Copies what changes and links what does not, so that a folder is ready to be packed. */
  readonly copy: (from: string, to: string) => Promise<void>;
  /** @throws Error where a file is none of the server's */
  readonly inspect: (folder: string) => Promise<Found>;
}

/** Blocks are folders named by a ULID; one in the making has an ending. Source: Prometheus, tsdb/docs/format */
const BLOCK = /^[0-9A-HJKMNP-TV-Z]{26}$/;
const MAGIC = { index: "baaad700", chunks: "85bd40dd" } as const;
const meta = z.object({ version: z.literal(1), stats: z.object({ numSamples: z._default(z.number(), 0) }) });

const prometheus: Kept = {
  // First the log: what is cut into a block meanwhile is in both, and nothing is in neither.
  copy: async (from, to) => {
    for (const log of ["wal", "wbl"].filter((name) => existsSync(path.join(from, name)))) {
      await cp(path.join(from, log), path.join(to, log), { recursive: true });
    }
    for (const block of (await readdir(from)).filter((name) => BLOCK.test(name))) {
      await symlink(path.join(from, block), path.join(to, block));
    }
  },
  inspect: async (folder) => {
    let rows = 0;
    for (const block of (await readdir(folder)).filter((name) => BLOCK.test(name))) {
      rows += await samplesOf(path.join(folder, block));
    }
    const wal = path.join(folder, "wal");
    let live = 0;
    for (const segment of (await readdir(wal)).filter((name) => /^\d{8}$/.test(name))) {
      live += (await stat(path.join(wal, segment))).size;
    }
    return { schemaVersion: 1, rows: rows + live, live };
  },
};

async function samplesOf(block: string): Promise<number> {
  const parsed = meta.safeParse(JSON.parse(await readFile(path.join(block, "meta.json"), "utf8")));
  if (!parsed.success)
    throw new Error(`[${block}/meta.json] is that of no block: ${z.prettifyError(parsed.error)}`);
  await checkMagic(path.join(block, "index"), MAGIC.index);
  for (const chunks of await readdir(path.join(block, "chunks"))) {
    await checkMagic(path.join(block, "chunks", chunks), MAGIC.chunks);
  }
  return parsed.data.stats.numSamples;
}

async function checkMagic(file: string, magic: string): Promise<void> {
  const handle = await open(file, "r");
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    const found = buffer.toString("hex");
    if (found !== magic)
      throw new Error(`[${file}] begins with [${found}] and not with [${magic}]: it is damaged`);
  } finally {
    await handle.close();
  }
}

/** Silences, and what was sent to whom. */
const FILES = ["silences", "nflog"] as const;

const alertmanager: Kept = {
  copy: async (from, to) => {
    for (const file of FILES) await cp(path.join(from, file), path.join(to, file));
  },
  inspect: async (folder) => {
    let rows = 1; // that nobody has silenced anything is no loss
    for (const file of FILES)
      rows += recordsIn(path.join(folder, file), await readFile(path.join(folder, file)));
    return { schemaVersion: 1, rows, live: FILES.length };
  },
};

/** Records of protobuf, each after its length, as a varint. @throws Error where the last one is cut off */
function recordsIn(file: string, bytes: Buffer): number {
  let records = 0;
  for (let at = 0; at < bytes.length; records += 1) {
    let length = 0;
    let byte = 0x80;
    for (let shift = 0; byte >= 0x80 && at < bytes.length; shift += 7, at += 1) {
      byte = bytes[at] ?? 0;
      length += (byte & 0x7f) * 2 ** shift;
    }
    at += length;
    if (byte >= 0x80 || at > bytes.length)
      throw new Error(`[${file}] ends within record [${records + 1}]: it is damaged`);
  }
  return records;
}

const KEPT: Readonly<Record<ServerSettings["server"], Kept>> = { prometheus, alertmanager };

/** Attempts at a copy: a block or a part of the log may go away while it is made. */
const ATTEMPTS = 3;

/** The files of a server that goes on writing them. */
export function serverFiles({ server, folder }: ServerSettings): Source {
  return {
    copy: async (scratch) => {
      await checkWritten(KEPT_FRESH[server].map((name) => path.join(folder, name)));
      const file = path.join(scratch, "files.tar.gz");
      for (let attempt = 1; ; attempt += 1) {
        try {
          const { schemaVersion } = await inScratch(scratch, "copy", async (copy) => {
            await KEPT[server].copy(folder, copy);
            const found = await KEPT[server].inspect(copy);
            await promisify(execFile)("tar", ["-czhf", file, "-C", copy, "."]);
            return found;
          });
          return { file, schemaVersion, archive: true };
        } catch (error) {
          if (attempt === ATTEMPTS) throw error;
        }
      }
    },
  };
}

/** What a server writes as long as it runs. */
const KEPT_FRESH = { prometheus: ["wal"], alertmanager: FILES } as const;
const STALE_MS = 3_600_000;

/** @throws Error where nobody has written for an hour: a copy of what a dead server left would look like any other */
async function checkWritten(places: readonly string[]): Promise<void> {
  for (const place of places) {
    const { mtime } = await newestIn(place);
    if (Date.now() - mtime.getTime() > STALE_MS) {
      throw new Error(
        `nobody has written to [${place}] since [${mtime.toISOString()}]: see whether the server runs, and on this volume`,
      );
    }
  }
}

async function newestIn(place: string): Promise<{ readonly mtime: Date }> {
  const own = await stat(place);
  if (!own.isDirectory()) return own;
  const all = await Promise.all((await readdir(place)).map((name) => stat(path.join(place, name))));
  return all.reduce((newest, one) => (one.mtime > newest.mtime ? one : newest), own);
}

/** Unpacks a backup, and looks at what is in it. */
export async function unpack(
  { settings }: Job<ServerSettings>,
  file: string,
  folder: string,
): Promise<Found> {
  await mkdir(folder, { recursive: true });
  await promisify(execFile)("tar", ["-xzf", file, "-C", folder]);
  return KEPT[settings.server].inspect(folder);
}

/**
 * Puts a backup into the folder of a server that does not run; what is there is moved aside.
 * @throws Error before anything is moved where the backup is not sound
 */
export async function restoreServer(job: Job<ServerSettings>, before?: Date): Promise<void> {
  const { settings, objects, say } = job;
  const { folder } = settings;
  const entry = await newestEntry(objects, wholeFolder(settings), before);
  if (entry === undefined) throw new Error("there is no backup from then or earlier");
  await alone(path.join(folder, "maintenance.lock"), async () => {
    const [packed, loaded] = [path.join(folder, "restore.tar.gz"), path.join(folder, "restore")];
    await rm(loaded, { recursive: true, force: true });
    await fetchBackup(job, entry, folder, packed);
    await unpack(job, packed, loaded);
    await rm(packed);
    const aside = path.join(folder, `before-${stampOf(new Date())}`);
    await mkdir(aside);
    const own = new Set(["maintenance.lock", "restore", path.basename(aside), "lost+found"]);
    for (const name of await readdir(folder)) {
      if (!own.has(name) && !name.startsWith("before-"))
        await rename(path.join(folder, name), path.join(aside, name));
    }
    for (const name of await readdir(loaded)) await rename(path.join(loaded, name), path.join(folder, name));
    await rm(loaded, { recursive: true });
    say(`restored from ${entry.key}, what was there is ${aside}`);
  });
}
