import { folderOf, newestEntry, TENANTS } from "./entries";
import { now, type Job } from "./job";
import { recoverablePoint } from "./metrics";
import { readStates, SCENARIOS, type State, type States, type Tried } from "./state";
import { secondsOf } from "./time";

/** After which a restore is missed. Source: the alert RestoreTestOverdue */
const TEST_DUE_SECONDS = 8 * 86_400;
/** Of an interval, after which a backup is late. Source: the alert BackupTooOld */
const LATE = 1.5;
/** Restores that are shown one by one. */
const SHOWN = 20;
/** Quarters that are shown. */
const QUARTERS = 4;

type Cells = readonly string[];

/** What backups, restores and drills of stores came to, against what is promised, as a page of Markdown. */
export async function report(...jobs: readonly Job[]): Promise<string> {
  const parts = await Promise.all(jobs.map(storePart));
  return parts.join("\n");
}

async function storePart(job: Job): Promise<string> {
  const { objects, settings } = job;
  const at = secondsOf(await now(job));
  const { backup, verify, restore, drill, log } = await readStates(objects);
  const wrong = Object.values(verify.last).reduce((sum, count) => sum + count, 0) - verify.last.ok;
  return [
    `# Backups of ${settings.service} in ${settings.environment}: ${settings.store}\n`,
    `As of ${dateOf(at)}. In the last \`verify\` ${verify.last.ok} backups were as they should be, and ${wrong} were not.\n`,
    "## Promises\n",
    table(["what", "promised", "measured", ""], promises(job, at, { backup, restore, log })),
    ...(settings.kind === "sqlite-per-tenant" ? await tenantsPart(job, restore.tests) : []),
    "## Restores\n",
    testsTable(job, restore.tests),
    "## Drills\n",
    drillsTable(job, drill.held),
    `### Quarters\n`,
    table(["quarter", "drills"], quarters(at, beginning(restore, drill) ?? at, drill.held)),
  ].join("\n");
}

/** What backups by themselves have to keep: where the provider has a log, nobody sees from here what that keeps. */
function rpoOf({ settings }: Job): number {
  const byProvider = settings.kind === "postgres" && settings.pointInTime === "provider";
  return byProvider ? LATE * settings.intervalSeconds : settings.rpoSeconds;
}

function promises(
  job: Job,
  at: number,
  { backup, restore, log }: Pick<States, "backup" | "log" | "restore">,
): readonly Cells[] {
  const { intervalSeconds, rpoSeconds, rtoSeconds } = job.settings;
  const rpo = rpoOf(job);
  const own = rpo === rpoSeconds ? "" : `, without the provider's log for ${durationOf(rpoSeconds)}`;
  const since = (moment: number | undefined): number | undefined =>
    moment === undefined ? undefined : at - moment;
  const line = (what: string, promised: number, measured: number | undefined): Cells => [
    what,
    durationOf(promised),
    measured === undefined ? "never" : durationOf(measured),
    measured !== undefined && measured <= promised ? "kept" : "**MISSED**",
  ];
  return [
    line("age of the last backup", LATE * intervalSeconds, since(backup.lastSuccess)),
    line(`could be lost now (RPO)${own}`, rpo, since(recoverablePoint(backup, log))),
    line("age of the last restore that passed", TEST_DUE_SECONDS, since(restore.lastSuccess)),
    line(`what it lost (RPO)${own}`, rpo, restore.lastDataAge),
    line("how long it took (RTO)", rtoSeconds, restore.lastDuration),
  ];
}

async function tenantsPart(job: Job, tests: readonly Tried[]): Promise<readonly string[]> {
  const rows: Cells[] = [];
  for (const tenant of await job.objects.folders(TENANTS)) {
    const newest = await newestEntry(job.objects, folderOf(tenant));
    const passed = tests.findLast((one) => one.tenant === tenant && one.failed === undefined);
    rows.push([
      tenant,
      newest === undefined ? "never" : dateOf(secondsOf(new Date(newest.ts))),
      passed === undefined ? "not among those below" : dateOf(passed.at),
    ]);
  }
  return ["## Tenants\n", table(["tenant", "last backup", "last restore that passed"], rows)];
}

function testsTable(job: Job, tests: readonly Tried[]): string {
  const { settings } = job;
  const rows = tests
    .slice(-SHOWN)
    .reverse()
    .map(({ at, tenant, seconds, dataAge, failed }) => [
      dateOf(at),
      tenant ?? settings.store,
      against(seconds, settings.rtoSeconds),
      dataAge === undefined ? "" : against(dataAge, rpoOf(job)),
      failed === undefined ? "passed" : `**FAILED**: ${failed}`,
    ]);
  return table(["ended", "of", "took (RTO)", "lost (RPO)", "checks"], rows);
}

function drillsTable({ settings }: Job, held: State<"drill">["held"]): string {
  const rows = SCENARIOS.map((scenario) => {
    const last = held.findLast((one) => one.scenario === scenario);
    return last === undefined
      ? [scenario, "never", "", ""]
      : [
          scenario,
          dateOf(last.at),
          against(last.rtoSeconds, settings.rtoSeconds),
          against(last.rpoSeconds, settings.rpoSeconds),
        ];
  });
  return table(["drill", "last held", "took (RTO)", "lost (RPO)"], rows);
}

/** From when on anything is known of the store. */
function beginning({ tests }: State<"restore">, { held }: State<"drill">): number | undefined {
  const known = [...tests, ...held].map(({ at }) => at);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** The last quarters, the newest first; one that is over and had no drill was missed. */
function quarters(at: number, since: number, held: State<"drill">["held"]): readonly Cells[] {
  const first = quarterOf(since);
  const last = quarterOf(at);
  return Array.from({ length: Math.min(QUARTERS, last - first + 1) }, (_, back) => {
    const quarter = last - back;
    const drills = held.filter((one) => quarterOf(one.at) === quarter).map(({ scenario }) => scenario);
    const none = back === 0 ? "none yet" : "**MISSED**";
    return [
      `${Math.floor(quarter / 4)} Q${(quarter % 4) + 1}`,
      drills.length === 0 ? none : drills.join(", "),
    ];
  });
}

function quarterOf(seconds: number): number {
  const date = new Date(seconds * 1_000);
  return date.getUTCFullYear() * 4 + Math.floor(date.getUTCMonth() / 3);
}

function against(measured: number, promised: number): string {
  const text = `${durationOf(measured)} of ${durationOf(promised)}`;
  return measured <= promised ? text : `${text} **MISSED**`;
}

function dateOf(seconds: number): string {
  return `${new Date(seconds * 1_000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

const UNITS = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "m"],
  [1, "s"],
] as const;

/** The two largest units of a duration: `1h 30m`. */
function durationOf(seconds: number): string {
  let rest = Math.round(seconds);
  const parts = UNITS.flatMap(([size, unit]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? [] : [`${count}${unit}`];
  });
  return parts.length === 0 ? "0s" : parts.slice(0, 2).join(" ");
}

/** What a message says may hold a pipe or lines; a cell is one line. */
function table(heads: Cells, rows: readonly Cells[]): string {
  const line = (cells: Cells): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll(/\s+/g, " ")).join(" | ")} |\n`;
  return [heads, heads.map(() => "---"), ...rows].map(line).join("");
}
