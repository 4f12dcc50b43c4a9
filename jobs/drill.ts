import { randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import * as z from "zod/mini";
import { folderOf, newestEntry, TENANTS, wholeFolder, type StoredEntry } from "./entries";
import { reasonOf, UsageError } from "./errors";
import { fetchBackup } from "./fetch";
import { inScratch } from "./files";
import { fetchLog } from "./log";
import { now, type Job } from "./job";
import { unpack } from "./server";
import type { ServerSettings, SqliteSettings } from "./settings";
import { inspect, valueOf, withDatabase } from "./sqlite";
import { CHECKS, INITIAL, readState, SCENARIOS, writeState, type Check, type State } from "./state";
import { secondsOf } from "./time";

type Checks = State<"restore">["checks"];

const NONE: Checks = INITIAL.restore.checks;

/** A year of those of each week, and three of those of each quarter. */
const MOST_TESTS = 60;
const MOST_DRILLS = 12;

/** A restore into a sandbox, as it went. */
interface Outcome {
  readonly begun: Date;
  readonly entry: StoredEntry | undefined;
  /** The moment that it leads to, where that is not when its backup was begun. */
  readonly reached?: number | undefined;
  readonly checks: Checks;
  readonly reason: string | undefined;
}

/**
 * Restores a tenant chosen by chance into a sandbox and looks at what came out. The clock runs from here to the last
 * check. @throws Error where any check fails
 */
export async function restoreTest(job: Job<ServerSettings | SqliteSettings>, chosen?: string): Promise<void> {
  const { settings } = job;
  if (settings.kind === "server") {
    await restoreServerTest({ ...job, settings });
    return;
  }
  await restoreTenantTest({ ...job, settings }, chosen);
}

async function restoreServerTest(job: Job<ServerSettings>): Promise<void> {
  const begun = await now(job);
  const entry = await newestEntry(job.objects, wholeFolder(job.settings));
  await conclude(job, {
    begun,
    entry,
    ...(await sandbox(job, entry, async (stored, checks, folder) => {
      const packed = path.join(folder, "files.tar.gz");
      await fetchBackup(job, stored, folder, packed);
      const { schemaVersion, rows, live } = await unpack(job, packed, path.join(folder, "files"));
      checks.integrity = 1;
      checks.schema_version = schemaVersion === stored.schema_version ? 1 : 0;
      checks.row_count = rows > 0 ? 1 : 0;
      checks.smoke = live > 0 ? 1 : 0;
    })),
  });
}

async function restoreTenantTest(job: Job<SqliteSettings>, chosen?: string): Promise<void> {
  const begun = await now(job);
  const tenants = await job.objects.folders(TENANTS);
  if (chosen !== undefined && !tenants.includes(chosen)) {
    throw new UsageError(`[${chosen}] is no tenant with a backup`);
  }
  const tenant = chosen ?? tenants[tenants.length === 0 ? 0 : randomInt(tenants.length)];
  const entry = tenant === undefined ? undefined : await newestEntry(job.objects, folderOf(tenant));
  const work: Sandbox = async (stored, checks, folder) => {
    const file = path.join(folder, "restore.sqlite");
    await fetchBackup(job, stored, folder, file);
    const { schemaVersion } = inspect(file);
    checks.integrity = 1;
    checks.schema_version = schemaVersion === stored.schema_version ? 1 : 0;
    withDatabase(file, false, (database) => {
      for (const name of ["row_count", "smoke"] as const) {
        const queries = job.settings.checks.filter((check) => check.name === name);
        checks[name] = queries.every(({ query }) => Number(valueOf(database, query)) > 0) ? 1 : 0;
      }
    });
  };
  await conclude(job, { begun, entry, ...(await sandbox(job, entry, work)) });
}

/** Restores into a folder that is gone afterwards, and notes which checks have passed until one throws. */
type Sandbox = (stored: StoredEntry, checks: Record<Check, 0 | 1>, folder: string) => Promise<void>;

async function sandbox(
  job: Job,
  entry: StoredEntry | undefined,
  work: Sandbox,
): Promise<Pick<Outcome, "checks" | "reason">> {
  if (entry === undefined) return { checks: NONE, reason: "there is no backup" };
  const checks = { ...NONE };
  try {
    await inScratch(job.settings.scratch, "sandbox", (folder) => work(entry, checks, folder));
    return { checks, reason: undefined };
  } catch (error) {
    return { checks, reason: reasonOf(error) };
  }
}

const begunSchema = z.object({ begun: z.string(), reached: z.optional(z.number()) });

/**
 * Loads the newest backup, or the one for a moment, for PostgreSQL's own programs, which run next; where that fails, so
 * has the restore.
 */
export async function fetchDump(job: Job, before?: Date): Promise<void> {
  const { scratch } = job.settings;
  const begun = await now(job);
  const entry = await newestEntry(job.objects, wholeFolder(job.settings), before);
  try {
    if (entry === undefined) throw new Error("there is no backup");
    const reached = await (entry.base === undefined ? fetchWhole : fetchBase)(job, entry, before);
    const left = { begun: begun.toISOString(), ...(reached === undefined ? {} : { reached }) };
    await writeFile(path.join(scratch, "begun.json"), JSON.stringify(left));
    job.say(`${entry.key}: ${entry.size_bytes} bytes`);
  } catch (error) {
    await conclude(job, { begun, entry, checks: NONE, reason: reasonOf(error) });
  }
}

async function fetchWhole(job: Job, entry: StoredEntry): Promise<undefined> {
  const { scratch } = job.settings;
  await fetchBackup(job, entry, scratch, path.join(scratch, "restore.dump"));
}

/** With the log that is played over it. @returns the moment to which that leads */
async function fetchBase(job: Job, entry: StoredEntry, before: Date | undefined): Promise<number> {
  const { scratch } = job.settings;
  const { start = "", system = "", owner = "", database = "" } = entry.base ?? {};
  await fetchBackup(job, entry, scratch, path.join(scratch, "base.tar.gz"));
  await writeFile(path.join(scratch, "base.txt"), [start, system, owner, database, ""].join("\n"));
  const target = path.join(scratch, "target");
  await rm(target, { force: true });
  // PostgreSQL reads it before it knows what Z is.
  if (before !== undefined) await writeFile(target, `${before.toISOString().replace("Z", "+00:00")}\n`);
  return fetchLog(job, entry, before);
}

/** Judges what PostgreSQL's own programs have found in the sandbox: a line `check 0|1` for each. */
export async function judge(job: Job): Promise<void> {
  const file = path.join(job.settings.scratch, "checks.txt");
  const { begun, reached } = begunSchema.parse(JSON.parse(await fetched(job)));
  const lines = existsSync(file) ? (await readFile(file, "utf8")).trim().split("\n") : [];
  const passed = (check: Check): 0 | 1 =>
    lines.includes(`${check} 1`) && !lines.includes(`${check} 0`) ? 1 : 0;
  await conclude(job, {
    begun: new Date(begun),
    entry: await newestEntry(job.objects, wholeFolder(job.settings)),
    reached,
    reason: lines.length === 0 ? "no check was made" : undefined,
    checks: {
      integrity: passed("integrity"),
      schema_version: passed("schema_version"),
      row_count: passed("row_count"),
      smoke: passed("smoke"),
    },
  });
}

/** What `fetch` has left. */
async function fetched({ settings }: Job): Promise<string> {
  const file = path.join(settings.scratch, "begun.json");
  return readFile(file, "utf8").catch((error: unknown) => {
    throw new Error(
      `[${file}], in which fetch says when it began, cannot be read: ${reasonOf(error)}. Run fetch before judge, on the same disk.`,
    );
  });
}

async function conclude(job: Job, { begun, entry, reached, checks, reason }: Outcome): Promise<void> {
  const { objects, settings } = job;
  const ended = await now(job);
  const before = await readState(objects, "restore");
  const failed = CHECKS.filter((check) => checks[check] === 0);
  const good = failed.length === 0 && reason === undefined;
  const duration = (ended.getTime() - begun.getTime()) / 1_000;
  const from = reached ?? (entry === undefined ? undefined : secondsOf(new Date(entry.ts)));
  const age = from === undefined ? undefined : secondsOf(begun) - from;
  const why = [failed.join(", "), reason].filter((text) => text !== undefined && text !== "").join(": ");
  await writeState(objects, "restore", ended, {
    ...before,
    runs: { ok: before.runs.ok + (good ? 1 : 0), error: before.runs.error + (good ? 0 : 1) },
    checks,
    tests: [
      ...before.tests,
      {
        at: secondsOf(ended),
        ...(entry?.tenant_id === undefined ? {} : { tenant: entry.tenant_id }),
        seconds: duration,
        ...(age === undefined ? {} : { dataAge: age }),
        ...(good ? {} : { failed: why }),
      },
    ].slice(-MOST_TESTS),
    ...(good ? { lastSuccess: secondsOf(ended), lastDuration: duration } : {}),
    ...(good && age !== undefined ? { lastDataAge: age } : {}),
  });
  const about = `${entry?.key ?? settings.store}: restored in ${duration} s, data were ${age ?? "?"} s old`;
  if (!good) throw new Error(`${about}; failed: ${why}`);
  job.say(`${about}; all checks passed`);
}

export interface Drill {
  readonly scenario: string;
  readonly rpo: string;
  readonly rto: string;
}

/** Keeps what people measured in a drill, so that its age and its times are metrics like the others. */
export async function recordDrill(job: Job, { scenario, rpo, rto }: Drill): Promise<void> {
  const known = SCENARIOS.find((one) => one === scenario);
  const seconds = (text: string): number => (/^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN);
  const [rpoSeconds, rtoSeconds] = [seconds(rpo), seconds(rto)];
  if (known === undefined) {
    throw new UsageError(`[${scenario}] is no drill: one of ${SCENARIOS.join(", ")}`);
  }
  if (!(rpoSeconds >= 0 && rtoSeconds >= 0)) {
    throw new UsageError(`[${rpo}] or [${rto}] is no number of seconds`);
  }
  const at = await now(job);
  const { scenarios, held } = await readState(job.objects, "drill");
  const measured = { at: secondsOf(at), rpoSeconds, rtoSeconds };
  await writeState(job.objects, "drill", at, {
    scenarios: { ...scenarios, [known]: measured },
    held: [...held, { ...measured, scenario: known }].slice(-MOST_DRILLS),
  });
  job.say(
    `${known}: RPO ${rpoSeconds} s of ${job.settings.rpoSeconds}, RTO ${rtoSeconds} s of ${job.settings.rtoSeconds}`,
  );
}
