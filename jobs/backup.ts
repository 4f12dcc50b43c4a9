import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { folderOf, keyOf, newestEntry, wholeFolder, writeEntry, type Entry } from "./entries";
import { reasonOf } from "./errors";
import { alone, foldersIn, inScratch, sumOf, sumOfFile } from "./files";
import { now, type Job } from "./job";
import { StoreError, type ObjectStore } from "./object-store";
import type { Settings, SqliteSettings } from "./settings";
import { based, dumped } from "./postgres";
import { serverFiles } from "./server";
import type { Source } from "./source";
import { snapshot } from "./sqlite";
import { readState, writeState, type State } from "./state";
import { secondsOf } from "./time";
import { finish } from "./verify";

/** How late a backup may be, as a multiple of the interval, before it is stale. Source: the age alert. */
const STALE = 1.5;
/** What is younger than this part of the interval was made by a run that broke off: it is not made again. */
const FRESH = 0.5;
const WEEK_SECONDS = 7 * 86_400;

/**
 * Backs up every source, and says of the whole what came of it. One that fails stops no other; a run that follows one that
 * broke off does what is left. @throws Error where any failed
 */
export async function backup(job: Job): Promise<void> {
  const { settings, objects } = job;
  await alone(path.join(settings.scratch, "backup.lock"), async () => {
    // By the store's clock, which orders states also where this machine's has jumped.
    const begun = new Date(await objects.clock());
    const before = await readState(objects, "backup");
    const { outcome, failures } = await tried(job);
    const kept = await keep(objects, before, begun, outcome).catch((error: unknown) => reasonOf(error));
    const all = [...failures, ...(kept === undefined ? [] : [`what came of it is not kept: ${kept}`])];
    if (all.length > 0) throw new Error(all.join("; "));
  });
}

async function keep(
  objects: ObjectStore,
  before: State<"backup">,
  begun: Date,
  outcome: Outcome | undefined,
): Promise<undefined> {
  const ended = new Date(await objects.clock());
  await writeState(objects, "backup", ended, after(before, { begun, ended }, outcome));
}

async function tried(
  job: Job,
): Promise<{ readonly outcome?: Outcome; readonly failures: readonly string[] }> {
  try {
    const outcome = await run(job, await now(job));
    return { outcome, failures: outcome.failures };
  } catch (error) {
    return { failures: [reasonOf(error)] };
  }
}

interface Outcome {
  readonly entries: readonly (Entry | undefined)[];
  readonly intervalSeconds: number;
  readonly failures: readonly string[];
}

async function run(job: Job, begun: Date): Promise<Outcome> {
  const { settings, objects } = job;
  const failures: string[] = [];
  const entries: (Entry | undefined)[] = [];
  const sources = await sourcesOf(settings);
  if (sources.length === 0) throw new Error("there is nothing to back up");
  await finish(job);
  for (const source of sources) {
    const name = source.tenant ?? settings.store;
    // What says that it was made later than now was made by a clock that was wrong.
    const newest = await newestEntry(
      objects,
      source.tenant === undefined ? wholeFolder(settings) : folderOf(source.tenant),
      begun,
    );
    if (newest !== undefined && ageOf(newest, begun) < settings.intervalSeconds * FRESH) {
      job.say(`${name}: has a backup of ${newest.ts} already`);
      entries.push(newest);
      continue;
    }
    try {
      const entry = await backUp(job, source).catch((error: unknown) => onceMore(error, job, source));
      job.say(`${name}: ${entry.size_bytes} bytes as ${keyOf(entry)}`);
      entries.push(entry);
    } catch (error) {
      failures.push(`${name}: ${reasonOf(error)}`);
      entries.push(newest);
    }
  }
  return { entries, failures, intervalSeconds: settings.intervalSeconds };
}

/** Copies, uploads, reads back what was uploaded, and only then says that there is a backup. */
async function backUp(job: Job, source: Source): Promise<Entry> {
  const { settings, objects } = job;
  return inScratch(settings.scratch, "snapshot", async (folder) => {
    const ts = await now(job);
    const { file, schemaVersion, ...facts } = await source.copy(folder);
    const sum = await sumOfFile(file);
    if (sum.size === 0) throw new Error("the copy is empty");
    const entry: Entry = {
      ...(source.tenant === undefined ? {} : { tenant_id: source.tenant }),
      ts: ts.toISOString(),
      schema_version: schemaVersion,
      size_bytes: sum.size,
      sha256: sum.sha256,
      ...facts,
    };
    const key = keyOf(entry);
    await objects.upload(key, file, sum.sha256);
    const stored = await sumOf(await objects.read(key));
    if (stored.sha256 !== sum.sha256) throw new Error(`what was stored as [${key}] is not what was sent`);
    await writeEntry(objects, entry);
    return entry;
  });
}

/** A run on another machine has taken the key, which tells moments apart by the second: the next one is free. */
async function onceMore(error: unknown, job: Job, source: Source): Promise<Entry> {
  if (!(error instanceof StoreError && error.status === 412)) throw error;
  await sleep(1_000);
  return backUp(job, source);
}

async function sourcesOf(settings: Settings): Promise<readonly Source[]> {
  if (settings.kind === "sqlite-per-tenant") return tenantsOf(settings);
  if (settings.kind === "server") return [serverFiles(settings)];
  const { scratch, pointInTime } = settings;
  return [pointInTime === "archive" ? based(scratch) : dumped(scratch)];
}

async function tenantsOf({ folder, file }: SqliteSettings): Promise<readonly Source[]> {
  const tenants = await foldersIn(folder);
  return tenants.map((tenant) => ({
    tenant,
    copy: async (scratch) => {
      const target = path.join(scratch, `${tenant}.sqlite`);
      return { file: target, schemaVersion: await snapshot(path.join(folder, tenant, file), target) };
    },
  }));
}

function ageOf({ ts }: Pick<Entry, "ts">, at: Date): number {
  return (at.getTime() - Date.parse(ts)) / 1_000;
}

function after(
  before: State<"backup">,
  { begun, ended }: Readonly<Record<"begun" | "ended", Date>>,
  outcome: Outcome | undefined,
): State<"backup"> {
  const good = outcome !== undefined && outcome.failures.length === 0;
  const runs = {
    ok: before.runs.ok + (good ? 1 : 0),
    error: before.runs.error + (good ? 0 : 1),
  };
  if (outcome === undefined) return { ...before, runs };
  const { entries, intervalSeconds } = outcome;
  const there = entries.filter((entry) => entry !== undefined);
  const at = secondsOf(ended);
  const fresh = there.filter((entry) => ageOf(entry, ended) <= intervalSeconds * STALE).length;
  const whole = there.length === entries.length;
  return {
    ...(before.lastSuccess === undefined ? {} : { lastSuccess: before.lastSuccess }),
    ...(before.recoverablePoint === undefined ? {} : { recoverablePoint: before.recoverablePoint }),
    ...(whole ? { recoverablePoint: Math.min(...there.map(({ ts }) => secondsOf(new Date(ts)))) } : {}),
    ...(good ? { lastSuccess: at } : {}),
    runs,
    lastDuration: at - secondsOf(begun),
    sizes: [
      ...before.sizes.filter((size) => size.at > at - WEEK_SECONDS),
      ...(good ? [{ at, bytes: there.reduce((sum, entry) => sum + entry.size_bytes, 0) }] : []),
    ],
    tenants: { fresh, stale: there.length - fresh, never: entries.length - there.length },
  };
}
