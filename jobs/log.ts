import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import {
  BASES,
  isMetadata,
  keyOf,
  LOG,
  metadataKey,
  newestEntry,
  objectKey,
  oldestEntry,
  readEntry,
  writeEntry,
  type StoredEntry,
} from "./entries";
import { fetchBackup } from "./fetch";
import { sumOf, sumOfFile } from "./files";
import { now, type Job } from "./job";
import type { ObjectStore } from "./object-store";
import { readState, writeState } from "./state";
import { secondsOf } from "./time";

/** A segment is named by its timeline, and by its number in two halves. Source: PostgreSQL, "WAL Internals". */
const SEGMENT = /^[0-9A-F]{8}([0-9A-F]{8})([0-9A-F]{8})$/;
const HISTORY = /^[0-9A-F]{8}\.history$/;
/** Bytes of the log that share the first half. */
const HALF_BYTES = 2 ** 32;

/**
 * Stores what PostgreSQL's own program has received of the log, and says of which moment all is stored. It ends well
 * also where something is amiss, so that the server may forget what is stored: `fault` tells the last step of the run.
 */
export async function ship(job: Job): Promise<void> {
  const { objects, say } = job;
  const { scratch } = job.settings;
  const folder = path.join(scratch, "log");
  const at = await now(job);
  const before = await readState(objects, "log");
  const said = await readFile(path.join(scratch, "reach"), "utf8").catch(() => undefined);
  const reach = said === undefined ? before.shipped : Number(said);
  const names = (await readdir(folder)).filter((name) => SEGMENT.test(name) || HISTORY.test(name)).sort();
  for (const name of names) {
    await store(objects, folder, name, new Date((reach ?? 0) * 1_000));
    if (SEGMENT.test(name)) await writeFile(path.join(scratch, "stored"), name);
    await rm(path.join(folder, name));
  }
  const fault =
    said === undefined
      ? "the log was not received to its end: see what pg_receivewal says, and the room on the scratch disk"
      : await unplayable(objects, at);
  await writeState(objects, "log", at, {
    ...before,
    ...(reach === undefined ? {} : { shipped: reach }),
    ...(fault === undefined && reach !== undefined ? { recoverablePoint: reach } : {}),
  });
  say(`${names.length} files of the log are stored`);
  if (fault !== undefined) await writeFile(path.join(scratch, "fault"), `${fault}\n`);
}

/** Stores a file of the log, or finds that a run that broke off has done it. */
async function store(objects: ObjectStore, folder: string, name: string, ts: Date): Promise<void> {
  const file = path.join(folder, name);
  const packed = `${file}.gz`;
  await pipeline(createReadStream(file), createGzip(), createWriteStream(packed));
  const own = await sumOfFile(file);
  const entryOf = ({ sha256, size }: { readonly sha256: string; readonly size: number }) => ({
    ts: ts.toISOString(),
    schema_version: 0,
    size_bytes: size,
    sha256,
    log: { name, bytes: own.size },
  });
  const sum = await sumOfFile(packed);
  const key = keyOf(entryOf(sum));
  if ((await objects.head(key)) === undefined) await objects.upload(key, packed, sum.sha256);
  await rm(packed);
  const unpacked = createGunzip();
  const [stored, content] = await Promise.all([
    objects.read(key).then(sumOf),
    objects.read(key).then(async (read) => {
      const [content] = await Promise.all([sumOf(unpacked), pipeline(read, unpacked)]);
      return content;
    }),
  ]);
  if (content.sha256 !== own.sha256) {
    throw new Error(
      `what is stored as [${key}] is not what the server has: see whether two servers write into this bucket`,
    );
  }
  if ((await objects.head(metadataKey(key))) === undefined) await writeEntry(objects, entryOf(stored));
}

/** A finished segment of the log, and how many are missing before it. */
interface Segment {
  readonly key: string;
  readonly name: string;
  readonly missing: number;
}

/** What is stored of the log from a segment on, in order; files of history have no number, and none is missing. */
async function* segmentsFrom(objects: ObjectStore, start: string): AsyncGenerator<Segment> {
  let expected: number | undefined;
  let half = 0;
  const numberOf = (name: string): number | undefined => {
    const [, high, low] = SEGMENT.exec(name) ?? [];
    return high === undefined || low === undefined
      ? undefined
      : parseInt(high, 16) * half + parseInt(low, 16);
  };
  for await (const found of objects.list({ prefix: LOG, startAfter: `${LOG}${start}` })) {
    if (!isMetadata(found)) continue;
    const key = objectKey(found);
    const name = key.slice(LOG.length, -".gz".length);
    if (half === 0) {
      if (!SEGMENT.test(name)) continue;
      half = HALF_BYTES / ((await readEntry(objects, key)).log?.bytes ?? HALF_BYTES);
    }
    expected ??= numberOf(start);
    const number = numberOf(name);
    yield { key, name, missing: Math.max(0, (number ?? 0) - (expected ?? 0)) };
    if (number !== undefined) expected = number + 1;
  }
}

/** A hole, and whether a newer base has ended it. */
interface Hole extends Segment {
  readonly ended: boolean;
}

/** Where segments are missing in all of the log that is of use: from the oldest base on. */
export async function allHoles(objects: ObjectStore, at: Date): Promise<readonly Hole[]> {
  const newest = await newestEntry(objects, BASES, at);
  const holes = await holesOf(objects, await oldestEntry(objects, BASES));
  return holes.map((hole) => ({ ...hole, ended: hole.name <= (newest?.base?.start ?? "") }));
}

async function holesOf(objects: ObjectStore, base: StoredEntry | undefined): Promise<readonly Segment[]> {
  const holes: Segment[] = [];
  if (base?.base === undefined) return holes;
  for await (const segment of segmentsFrom(objects, base.base.start)) {
    if (segment.missing > 0) holes.push(segment);
  }
  return holes;
}

export function saidOf({ name, missing }: Segment): string {
  return `the log has a hole: ${missing} segments before [${name}] are not stored, and nothing after it is restored from an older base`;
}

/** Why the log cannot be played to its end over the newest base; undefined where it can. */
async function unplayable(objects: ObjectStore, at: Date): Promise<string | undefined> {
  const base = await newestEntry(objects, BASES, at);
  if (base === undefined) return "there is no base yet that the log could be played over";
  const [hole] = await holesOf(objects, base);
  return hole === undefined ? undefined : saidOf(hole);
}

/**
 * Loads what has to be played over a base. @returns the moment to which that leads, in seconds
 * @throws Error where a part of it is missing, or it does not reach so far
 */
export async function fetchLog(job: Job, base: StoredEntry, before: Date | undefined): Promise<number> {
  const { objects, settings } = job;
  const folder = path.join(settings.scratch, "log");
  const { shipped = 0 } = await readState(objects, "log");
  if (before !== undefined && secondsOf(before) > shipped) {
    throw new Error(
      `[${before.toISOString()}] is later than what is stored, which reaches to [${new Date(shipped * 1_000).toISOString()}]`,
    );
  }
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  let reached = "";
  for await (const segment of segmentsFrom(objects, base.base?.start ?? "")) {
    const entry = await readEntry(objects, segment.key);
    // What one run has stored has one moment, before which all that was committed is in it.
    if (before !== undefined && reached >= before.toISOString() && entry.ts !== reached) break;
    if (segment.missing > 0) throw new Error(saidOf(segment));
    const packed = path.join(folder, "packed");
    await fetchBackup(job, entry, folder, packed);
    await pipeline(
      createReadStream(packed),
      createGunzip(),
      createWriteStream(path.join(folder, segment.name)),
    );
    await rm(packed);
    reached = entry.ts;
  }
  return before === undefined ? shipped : secondsOf(before);
}
