import {
  ARCHIVES,
  BASES,
  DUMPS,
  isMetadata,
  LOG,
  metadataKey,
  objectKey,
  readEntry,
  TENANTS,
  writeEntry,
  type Entry,
} from "./entries";
import { sumOf } from "./files";
import { allHoles, saidOf } from "./log";
import { now, type Job } from "./job";
import type { ObjectStore } from "./object-store";
import { keepStates, NO_VERDICTS, readState, writeState, type Verdict } from "./state";

/**
 * Reads every backup again, and holds it against what is known of it; what is known of none, and backups of which nothing
 * is known, are found as well. @throws Error where any is not as it should be
 */
export async function verify(job: Job): Promise<void> {
  const { objects } = job;
  const at = await now(job);
  const last = { ...NO_VERDICTS };
  for await (const [key, there] of pairs(objects, [...COMPLETE, BASES, LOG])) {
    const verdict = await verdictOn(objects, key, there);
    last[verdict] += 1;
    if (verdict !== "ok") job.say(`${key}: ${verdict}`);
  }
  const { totals, holes: known } = await readState(objects, "verify");
  const holes = await allHoles(objects, at);
  for (const hole of holes) {
    job.say(saidOf(hole));
    // A newer base has ended it, and this was said once: nothing brings back what is missing.
    if (!(hole.ended && known.includes(hole.name))) last.missing_object += hole.missing;
  }
  const sum = (verdict: Verdict): number => totals[verdict] + last[verdict];
  await writeState(objects, "verify", at, {
    last,
    holes: holes.map(({ name }) => name),
    totals: {
      ok: sum("ok"),
      sha256_mismatch: sum("sha256_mismatch"),
      missing_object: sum("missing_object"),
      missing_metadata: sum("missing_metadata"),
    },
  });
  await keepStates(objects, at);
  const wrong = last.sha256_mismatch + last.missing_object + last.missing_metadata;
  if (wrong > 0) throw new Error(`${wrong} of ${wrong + last.ok} backups are not as they should be`);
  job.say(`${last.ok} backups are as they should be`);
}

/** Which of the two there is of a key. */
interface There {
  readonly object: boolean;
  readonly metadata: boolean;
}

/** Backups whose key and object say all that is known of them. */
const COMPLETE = [ARCHIVES, DUMPS, TENANTS] as const;

/** Keys are listed in their order, so that what is known of a backup follows it at once: nothing is remembered. */
async function* pairs(
  objects: ObjectStore,
  prefixes: readonly string[],
): AsyncGenerator<readonly [string, There]> {
  let waiting: string | undefined;
  for (const prefix of prefixes) {
    for await (const key of objects.list({ prefix })) {
      if (waiting !== undefined && key === metadataKey(waiting)) {
        yield [waiting, { object: true, metadata: true }];
        waiting = undefined;
        continue;
      }
      if (waiting !== undefined) yield [waiting, { object: true, metadata: false }];
      waiting = isMetadata(key) ? undefined : key;
      if (isMetadata(key)) yield [objectKey(key), { object: false, metadata: true }];
    }
  }
  if (waiting !== undefined) yield [waiting, { object: true, metadata: false }];
}

async function verdictOn(objects: ObjectStore, key: string, there: There): Promise<Verdict> {
  if (!there.metadata) return "missing_metadata";
  if (!there.object) return "missing_object";
  const entry = await readEntry(objects, key);
  const { sha256, size } = await sumOf(await objects.read(key));
  return sha256 === entry.sha256 && size === entry.size_bytes ? "ok" : "sha256_mismatch";
}

/** Writes what is known of a backup that a run which broke off has left alone: before the next one, by who writes. */
export async function finish({ objects, say }: Job): Promise<void> {
  for await (const [key, there] of pairs(objects, COMPLETE)) {
    if (there.object && !there.metadata && (await complete(objects, key))) {
      say(`${metadataKey(key)}: written anew, since the object says the same of itself`);
    }
  }
}

/** A run that broke off between the two left the object alone; its own header says what was sent. */
async function complete(objects: ObjectStore, key: string): Promise<boolean> {
  const parts =
    /^(?:tenants\/([^/]+)\/db|dumps|archives)\/(\d{8}T\d{6}Z)_v(\d+)\.(?:sqlite|dump|tar\.gz)$/.exec(key);
  const [, tenant, stamp = "", version] = parts ?? [];
  const said = await objects.head(key);
  const { sha256, size } = await sumOf(await objects.read(key));
  if (parts === null || said?.sha256 !== sha256) return false;
  const ts = stamp.replace(/(....)(..)(..)T(..)(..)(..)Z/, "$1-$2-$3T$4:$5:$6.000Z");
  const entry: Entry = {
    ...(tenant === undefined ? {} : { tenant_id: tenant }),
    ts,
    schema_version: Number(version),
    size_bytes: size,
    sha256,
    ...(key.startsWith(ARCHIVES) ? { archive: true } : {}),
  };
  await writeEntry(objects, entry);
  return true;
}
