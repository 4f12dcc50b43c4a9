import { setTimeout as sleep } from "node:timers/promises";
import { backup } from "./backup";
import { fetchDump, judge, recordDrill, restoreTest } from "./drill";
import { BASES, wholeFolder } from "./entries";
import { reasonOf, UsageError } from "./errors";
import type { Job } from "./job";
import { ship } from "./log";
import { exposition } from "./metrics";
import { ObjectStore } from "./object-store";
import { runProgram } from "./program";
import { report } from "./report";
import { restore } from "./restore";
import { listenAt, textServer } from "./serve";
import { restoreServer } from "./server";
import { clientOf, type Role } from "./identity";
import { readSettings, type ServerSettings, type Settings, type SqliteSettings } from "./settings";
import { verify } from "./verify";

const HELP = `node backup.js <command> --settings FILE

  backup                                 backs up what is due, and reads back what it wrote
  verify                                 reads every backup again
  restore [--tenant ID] [--before TIME]  puts a backup into the place of a tenant's database, or of a server's files
  test [--tenant ID]                     restores a tenant, by chance, or a server's files into a sandbox, and checks them
  fetch [--before TIME], judge           the same of PostgreSQL: before and after its own programs
  ship                                   stores what was received of PostgreSQL's log
  drill --scenario Q --rpo S --rto S     keeps what people measured in a drill
  metrics                                prints what is known of the store
  report                                 prints what backups, restores and drills came to against the promises, as Markdown
  serve [--listen HOST:PORT]             the same, for Prometheus (127.0.0.1:9187); --settings as often as there are stores
  schedule                               backs up, verifies daily and tests weekly, until it is ended

Keys are read from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and for what only reads from READER_ACCESS_KEY_ID and
READER_SECRET_ACCESS_KEY where these are set; a pod with an identity of the cloud has none.
Ends with 0 when all is well, with 1 when it is not, with 2 when it was called wrongly.
`;

type Options = Readonly<Partial<Record<"before" | "listen" | "rpo" | "rto" | "scenario" | "tenant", string>>>;

type Command = (job: Job, options: Options, others: readonly Job[]) => Promise<void>;

const COMMANDS: Readonly<Record<string, Command>> = {
  backup,
  verify,
  ship: async (job) => {
    if (wholeFolder(job.settings) !== BASES) {
      throw new UsageError(
        `[${job.settings.store}] keeps no log: its settings have no pointInTime "archive"`,
      );
    }
    await ship(job);
  },
  fetch: (job, { before }) => {
    if (job.settings.kind !== "postgres") {
      throw new UsageError(`[${job.settings.store}] is no PostgreSQL: its restore is tried by [test]`);
    }
    return fetchDump(job, momentOf(before));
  },
  judge,
  restore: async (job, { tenant, before }) => {
    const moment = momentOf(before);
    const { settings } = job;
    if (settings.kind === "server") {
      await restoreServer({ ...job, settings }, moment);
      return;
    }
    await restore(ofTenants(job), {
      tenant: required("tenant", tenant),
      ...(moment === undefined ? {} : { before: moment }),
    });
  },
  test: (job, { tenant }) => restoreTest(withSandbox(job), tenant),
  drill: (job, { scenario, rpo, rto }) =>
    recordDrill(job, {
      scenario: required("scenario", scenario),
      rpo: required("rpo", rpo),
      rto: required("rto", rto),
    }),
  metrics: async (job, _, others) => {
    process.stdout.write(await exposition(job, ...others));
  },
  report: async (job, _, others) => {
    process.stdout.write(await report(job, ...others));
  },
  serve: (job, { listen = "127.0.0.1:9187" }, others) =>
    listenAt(
      textServer(() => exposition(job, ...others)),
      listen,
    ),
  schedule,
};

function momentOf(before: string | undefined): Date | undefined {
  const moment = before === undefined ? undefined : new Date(before);
  if (moment !== undefined && Number.isNaN(moment.getTime()))
    throw new UsageError(`--before [${before}] is no time: write one such as 2026-11-29T19:00:00Z`);
  return moment;
}

function required(name: string, value: string | undefined): string {
  if (value === undefined) throw new UsageError(`--${name} is missing; --help says how`);
  return value;
}

function ofTenants(job: Job): Job<SqliteSettings> {
  const { settings } = job;
  if (settings.kind !== "sqlite-per-tenant") {
    throw new UsageError(`[${settings.store}] has no tenants: it is restored by PostgreSQL's own programs`);
  }
  return { ...job, settings };
}

/** Of which a restore is tried without other programs. */
function withSandbox(job: Job): Job<ServerSettings | SqliteSettings> {
  const { settings } = job;
  return settings.kind === "server" ? { ...job, settings } : ofTenants(job);
}

const DAY_MS = 86_400_000;

/** Where nobody else keeps time, as on a machine outside the cluster. A run that fails is said, and the next one comes. */
async function schedule(job: Job): Promise<void> {
  const prover = jobOf(job.settings, "reader", job.say);
  const due = [
    { every: job.settings.intervalSeconds * 1_000, run: backup, at: 0 },
    { every: DAY_MS, run: verify, at: Date.now() + DAY_MS / 24 },
    { every: 7 * DAY_MS, run: (own: Job) => restoreTest(withSandbox(own)), at: Date.now() + DAY_MS / 12 },
  ];
  for (;;) {
    for (const work of due.filter(({ at }) => at <= Date.now())) {
      work.at = Date.now() + work.every;
      await work.run(work.run === backup ? job : prover).catch((error: unknown) => {
        job.say(`failed: ${reasonOf(error)}`);
      });
    }
    await sleep(1_000);
  }
}

const OPTIONS = {
  settings: { type: "string", multiple: true },
  tenant: { type: "string" },
  before: { type: "string" },
  scenario: { type: "string" },
  rpo: { type: "string" },
  rto: { type: "string" },
  listen: { type: "string" },
  help: { type: "boolean" },
} as const;

const WRITING: readonly string[] = ["backup", "schedule", "ship"];

/** One who writes makes backups, and all else is done by one who cannot write over them. */
function jobOf(settings: Settings, role: Role, say: Job["say"]): Job {
  return { settings, objects: new ObjectStore(settings.bucket, clientOf(settings, role, process.env)), say };
}

runProgram(HELP, OPTIONS, async ({ values: { settings, ...options }, positionals }) => {
  const [name = "", ...more] = positionals;
  const command = COMMANDS[name];
  if (command === undefined || more.length > 0)
    throw new UsageError(
      `[${positionals.join(" ")}] is no command: one of ${Object.keys(COMMANDS).join(", ")}; --help says more`,
    );
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const [job, ...others] = (settings ?? []).map((file): Job => {
    const own = readSettings(file);
    return jobOf(own, WRITING.includes(name) ? "writer" : "reader", say);
  });
  if (job === undefined)
    throw new UsageError(
      "--settings is missing: name the file that says what the store is, such as store.json",
    );
  await command(job, options, others);
});
