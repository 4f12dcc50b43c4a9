import { alertReadings, jobWatched } from "../alert";
import {
  BACKUP_INTERVALS,
  backupJobName,
  keepsLog,
  logInterval,
  type Backup,
  type RestoreCheck,
  type Store,
} from "../backup";
import type { Reading } from "../measure";
import { isDuration, milliseconds } from "../duration";
import { valueIn } from "../per-environment";
import type { Problem } from "../problem";
import type { Service } from "../service";
import { checkSlug } from "./identifiers";
import { DOCS } from "../command";

/** More days than anybody keeps anything. */
const MOST_DAYS = 36_500;
const DAY_MS = 86_400_000;

/** Every problem of a service's backup. */
export function checkBackup(path: string, service: Service, backup: Backup): readonly Problem[] {
  const { store } = backup;
  return [
    ...checkSlug(`${path}.id`, backup.id),
    ...checkDays(path, backup),
    ...(store === undefined
      ? []
      : [...checkStore(`${path}.store`, store, backup), ...checkWatched(path, service, backup)]),
  ];
}

const problem = (path: string, message: string, remedy: string): Problem => ({
  code: "backup-invalid",
  path,
  message,
  remedy,
});

function environmentsOf({ keepDays, lockDays }: Backup): readonly string[] {
  return [...new Set([...Object.keys(keepDays), ...Object.keys(lockDays)])];
}

function checkDays(path: string, backup: Backup): readonly Problem[] {
  return environmentsOf(backup)
    .map((environment) => ({
      environment,
      keep: valueIn(backup.keepDays, environment),
      lock: valueIn(backup.lockDays, environment),
    }))
    .filter(
      ({ keep, lock }) =>
        !(
          Number.isInteger(keep) &&
          Number.isInteger(lock) &&
          keep >= 1 &&
          keep <= MOST_DAYS &&
          lock >= 0 &&
          lock <= keep
        ),
    )
    .map(({ environment, keep, lock }) =>
      problem(
        path,
        `kept for [${keep}] days and locked for [${lock}] in [${environment}]`,
        `Keep for 1 to ${MOST_DAYS} days, and lock for no longer than that.`,
      ),
    );
}

function checkStore(path: string, store: Store, backup: Backup): readonly Problem[] {
  const untold = (["rpo", "rto"] as const).filter(
    (field) => !isDuration(store[field]) || milliseconds(store[field]) === 0,
  );
  return [
    ...untold.map((field) =>
      problem(
        `${path}.${field}`,
        `[${store[field]}] is not a duration above 0`,
        "Write one such as 15m or 4h.",
      ),
    ),
    ...(untold.length > 0 ? [] : checkInterval(path, store, backup)),
    ...(store.kind === "server" ? [] : checkChecks(path, store.checks)),
    ...(store.kind === "sqlite-per-tenant" ? checkPlace(path, store) : checkScratch(path, store.scratch)),
  ];
}

/** What no schedule can keep, and what is gone before the next. */
function checkInterval(path: string, store: Store, backup: Backup): readonly Problem[] {
  const { every, rpo } = store;
  const restoredByLog = store.kind === "postgres" && store.pointInTime !== undefined;
  return [
    ...(keepsLog(store) && logInterval(store) === undefined
      ? [
          problem(
            `${path}.rpo`,
            `[${rpo}] cannot be kept by a log that is stored every [${BACKUP_INTERVALS[0]}] at best`,
            "Promise 10m or more.",
          ),
        ]
      : []),
    ...(restoredByLog || milliseconds(every) <= milliseconds(rpo)
      ? []
      : [
          problem(
            `${path}.rpo`,
            `[${rpo}] cannot be kept by a backup every [${every}]`,
            store.kind === "postgres"
              ? 'Back up more often, promise less, or say who keeps the log: `pointInTime: "provider"`, or "archive" for the jobs.'
              : "Back up more often, or promise less.",
          ),
        ]),
    ...environmentsOf(backup)
      .filter((environment) => valueIn(backup.keepDays, environment) * DAY_MS < 2 * milliseconds(every))
      .map((environment) =>
        problem(
          `${path}.every`,
          `a backup every [${every}] that is kept for [${valueIn(backup.keepDays, environment)}] days in [${environment}] is gone before the one after the next`,
          "Keep each for at least twice as long as the interval.",
        ),
      ),
  ];
}

/** One statement that reads: nothing else comes to a database of production, even to a copy. */
const READING = /^select\s[^;]+$/i;

function checkChecks(path: string, checks: readonly RestoreCheck[]): readonly Problem[] {
  return [
    ...(["row_count", "smoke"] as const)
      .filter((name) => checks.every((check) => check.name !== name))
      .map((name) =>
        problem(
          `${path}.checks`,
          `no check is a [${name}], so that a restore with nothing in it would pass`,
          "Add a query that gives a number above 0 where all is well.",
        ),
      ),
    ...checks
      .filter(({ query }) => !READING.test(query))
      .map(({ query }) =>
        problem(
          `${path}.checks`,
          `[${query}] is not one SELECT`,
          "Write one statement, without a semicolon.",
        ),
      ),
  ];
}

function checkScratch(path: string, scratch: string): readonly Problem[] {
  return /^[1-9]\d*[MGT]i$/.test(scratch)
    ? []
    : [
        problem(
          `${path}.scratch`,
          `[${scratch}] is not the size of a disk`,
          "Write a whole number with Mi, Gi or Ti: 20Gi.",
        ),
      ];
}

function checkPlace(
  path: string,
  { folder, file }: Extract<Store, { kind: "sqlite-per-tenant" }>,
): readonly Problem[] {
  return [
    ...(/^(?:\/[\w.-]+)+$/.test(folder) && !folder.split("/").includes("..")
      ? []
      : [
          problem(
            `${path}.folder`,
            `[${folder}] is not the path of a folder`,
            "Write it from the root on, as /data/tenants.",
          ),
        ]),
    ...(/^[\w-][\w.-]*$/.test(file) && file !== "restore.sqlite"
      ? []
      : [
          problem(
            `${path}.file`,
            `[${file}] is not the name of a tenant's database`,
            "Write a name without a folder, other than restore.sqlite.",
          ),
        ]),
  ];
}

/** A store that nobody watches is backed up until somebody needs it. */
function checkWatched(path: string, { id, alerts }: Service, backup: Backup): readonly Problem[] {
  const job = backupJobName(id);
  const isOwn = ({ metric, where }: Reading): boolean =>
    metric.job.name === job && where.some(({ label, value }) => label === "store" && value === backup.id);
  const read = new Set(
    alerts.flatMap((alert) =>
      jobWatched(alert)?.name === job
        ? ["up"]
        : alertReadings(alert).flatMap((reading) => (isOwn(reading) ? [reading.metric.name] : [])),
    ),
  );
  const missing = WATCHED.filter((name) => !read.has(name));
  return missing.length === 0
    ? []
    : [
        problem(
          path,
          `no alert reads [${missing.join(", ")}] of this store and the job [${job}]`,
          `Declare the store by \`backupStore\`, which brings its alerts: see ${DOCS}/recovery.md.`,
        ),
      ];
}

/** What the alerts on every store read. */
const WATCHED = [
  "up",
  "backup_last_success_timestamp_seconds",
  "backup_last_size_bytes",
  "backup_size_to_median_ratio",
  "backup_tenants",
  "backup_verify_objects",
  "recoverable_point_timestamp_seconds",
  "restore_test_last_success_timestamp_seconds",
  "restore_test_last_duration_seconds",
  "dr_drill_last_success_timestamp_seconds",
] as const;
