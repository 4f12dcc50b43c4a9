import type { Job } from "./job";
import type { Settings } from "./settings";
import { CHECKS, readStates, TENANT_STATES, VERDICTS, type State, type States } from "./state";

/** A value and its labels; without a value there is no series: a time that never was has no age. */
type Sample = readonly [labels: Readonly<Record<string, string>>, value: number | undefined];

interface Family {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly samples: readonly Sample[];
}

/** What is known of stores, in the text format of Prometheus. */
export async function exposition(...jobs: readonly Job[]): Promise<string> {
  const all = (await Promise.all(jobs.map(familiesOfStore))).flat();
  const names = new Set(all.map(({ name }) => name));
  return [...names].map((name) => textOf(all.filter((family) => family.name === name))).join("");
}

async function familiesOfStore({ objects, settings }: Job): Promise<readonly Family[]> {
  const families = familiesOf(settings, await readStates(objects));
  return families.map((family) => ({
    ...family,
    samples: family.samples.map(([labels, value]) => [{ store: settings.store, ...labels }, value] as const),
  }));
}

function familiesOf(settings: Settings, states: States): readonly Family[] {
  return [
    ...backupFamilies(settings, states),
    ...restoreFamilies(states),
    gauges("dr_target_seconds", [
      [{ objective: "rpo" }, settings.rpoSeconds],
      [{ objective: "rto" }, settings.rtoSeconds],
    ]),
  ];
}

function backupFamilies({ intervalSeconds }: Settings, { backup, verify, log }: States): readonly Family[] {
  return [
    gauge("backup_last_success_timestamp_seconds", backup.lastSuccess),
    gauge("backup_expected_interval_seconds", intervalSeconds),
    gauge("backup_last_duration_seconds", backup.lastDuration),
    gauge("backup_last_size_bytes", backup.sizes.at(-1)?.bytes),
    gauge("backup_size_to_median_ratio", toMedian(backup.sizes)),
    counters("backup_runs_total", resultsOf(backup.runs)),
    gauges(
      "backup_tenants",
      TENANT_STATES.map((state) => [{ state }, backup.tenants[state]]),
    ),
    gauge("backup_log_stored_timestamp_seconds", log.shipped),
    gauge("recoverable_point_timestamp_seconds", recoverablePoint(backup, log)),
    counters(
      "backup_verify_total",
      VERDICTS.map((result) => [{ result }, verify.totals[result]]),
    ),
    gauges(
      "backup_verify_objects",
      VERDICTS.map((result) => [{ result }, verify.last[result]]),
    ),
  ];
}

/** The newest moment that can be restored: by a backup alone, or by the log that is played over one. */
export function recoverablePoint(backup: State<"backup">, log: State<"log">): number | undefined {
  const known = [backup.recoverablePoint, log.recoverablePoint].filter((point) => point !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function restoreFamilies({ restore, drill }: States): readonly Family[] {
  const ofDrills = (key: "at" | "rpoSeconds" | "rtoSeconds"): readonly Sample[] =>
    Object.entries(drill.scenarios).map(([scenario, measured]) => [{ scenario }, measured[key]]);
  return [
    gauge("restore_test_last_success_timestamp_seconds", restore.lastSuccess),
    counters("restore_test_runs_total", resultsOf(restore.runs)),
    gauge("restore_test_last_duration_seconds", restore.lastDuration),
    gauge("restore_test_last_data_age_seconds", restore.lastDataAge),
    gauges(
      "restore_test_checks",
      CHECKS.map((check) => [{ check }, restore.checks[check]]),
    ),
    gauges("dr_drill_last_success_timestamp_seconds", ofDrills("at")),
    gauges("dr_drill_rpo_seconds", ofDrills("rpoSeconds")),
    gauges("dr_drill_rto_seconds", ofDrills("rtoSeconds")),
  ];
}

function gauges(name: string, samples: readonly Sample[]): Family {
  return { name, type: "gauge", samples };
}

function gauge(name: string, value: number | undefined): Family {
  return gauges(name, [[{}, value]]);
}

function counters(name: string, samples: readonly Sample[]): Family {
  return { name, type: "counter", samples };
}

function resultsOf(runs: { readonly ok: number; readonly error: number }): readonly Sample[] {
  return [
    [{ result: "ok" }, runs.ok],
    [{ result: "error" }, runs.error],
  ];
}

/** The last size as a share of the week's median. */
function toMedian(sizes: readonly { readonly bytes: number }[]): number | undefined {
  const last = sizes.at(-1)?.bytes;
  const median = sizes.map(({ bytes }) => bytes).sort((a, b) => a - b)[Math.floor(sizes.length / 2)];
  return last === undefined || median === undefined || median === 0 ? undefined : last / median;
}

/** A family, of whose samples stores have some each. */
function textOf(same: readonly Family[]): string {
  const lines = same.flatMap(({ name, samples }) =>
    samples.flatMap(([labels, value]) => {
      const all = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
      return value === undefined ? [] : [`${name}{${all.join(",")}} ${value}\n`];
    }),
  );
  const [first] = same;
  return first === undefined || lines.length === 0
    ? ""
    : `# TYPE ${first.name} ${first.type}\n${lines.join("")}`;
}
