import { backupJobName, keepsLog, logInterval, type Backup, type Store } from "../slo/backup";
import { milliseconds, type Duration } from "../slo/duration";
import type { Age, Level } from "../slo/measure";
import { where, type Counter, type Gauge, type Job, type LabelValues } from "../slo/telemetry";
import type { ServiceHead } from "./define-service";
import { exporterOf } from "./names";
import { counterOf, gaugeOf } from "./watch";

/** A store that jobs of ours back up. */
export type WatchedBackup = Backup & { readonly store: Store };

export type BackupTelemetry = ReturnType<typeof telemetryOf>;

/** What the jobs say: one program for all stores of a service reads it from the buckets. Source: jobs/metrics.ts */
export function telemetryOf(service: ServiceHead, backup: WatchedBackup) {
  const { store } = backup;
  const job = exporterOf(service, "", {
    name: backupJobName(service.id),
    ...(store.kind === "server" ? { namespace: store.namespace } : {}),
  });
  const makers = makersOf(job, backup.id);
  const own = { store: backup.id };
  return {
    job,
    metrics: { ...ofBackups(makers, backup), ...ofRecovery(makers, backup), ...ofRestores(makers, backup) },
    age: (gauge: Gauge, of: Age["of"]): Age => ({ kind: "age", gauge, where: where(gauge, own), of }),
    level: (gauge: Gauge, of: Level["of"], labels: Parameters<typeof where>[1] = {}): Level => ({
      kind: "level",
      gauge,
      where: where(gauge, { ...own, ...labels }),
      of,
    }),
  };
}

const RESULT = ["error", "ok"];

function makersOf(job: Job, id: string) {
  const labels = { store: [id] };
  const of = (name: string, help: string, normal: number, more: LabelValues = {}): Gauge =>
    gaugeOf(job, name, help, normal, { ...labels, ...more });
  return {
    of,
    time: (name: string, help: string, usual: Duration, more: LabelValues = {}): Gauge => ({
      ...of(name, help, milliseconds(usual) / 2_000, more),
      timestamp: true,
    }),
    count: (name: string, help: string, more: LabelValues): Counter =>
      counterOf(job, name, help, 0, { ...labels, ...more }),
  };
}

type Makers = ReturnType<typeof makersOf>;

function ofBackups({ of, time, count }: Makers, { store }: WatchedBackup) {
  const result = ["missing_metadata", "missing_object", "ok", "sha256_mismatch"];
  return {
    lastSuccess: time(
      "backup_last_success_timestamp_seconds",
      "End of the last backup that was read back and found right.",
      store.every,
    ),
    interval: of(
      "backup_expected_interval_seconds",
      "How often there should be one.",
      milliseconds(store.every) / 1_000,
    ),
    size: of("backup_last_size_bytes", "Bytes of the last backup of all tenants.", 2_400_000_000),
    toMedian: of("backup_size_to_median_ratio", "The last size, as a share of the median of a week.", 1),
    duration: of("backup_last_duration_seconds", "How long the last run took.", 300),
    runs: count("backup_runs_total", "Runs of the backup job.", { result: RESULT }),
    verified: count("backup_verify_total", "Backups that were read again.", { result }),
    found: of("backup_verify_objects", "What the last run that read all backups again has found.", 0, {
      result,
    }),
    tenants: of("backup_tenants", "Tenants, by the age of their newest backup.", 0, {
      state: ["fresh", "never", "stale"],
    }),
  };
}

function ofRecovery({ time }: Makers, { store }: WatchedBackup) {
  const stored: Duration = (keepsLog(store) ? logInterval(store) : undefined) ?? store.every;
  return {
    ...(keepsLog(store)
      ? {
          logStored: time(
            "backup_log_stored_timestamp_seconds",
            "The moment up to which all of the log is stored.",
            stored,
          ),
        }
      : {}),
    recoverable: time(
      "recoverable_point_timestamp_seconds",
      "The newest moment to which all can be restored.",
      stored,
    ),
  };
}

function ofRestores({ of, time, count }: Makers, { store }: WatchedBackup) {
  const scenario = ["q1_db", "q2_region", "q3_rebuild", "q4_chaos"];
  return {
    tested: time(
      "restore_test_last_success_timestamp_seconds",
      "End of the last restore into a sandbox that passed all checks.",
      "7d",
    ),
    tests: count("restore_test_runs_total", "Restores into a sandbox.", { result: RESULT }),
    restoreTime: of(
      "restore_test_last_duration_seconds",
      "How long the last one took.",
      milliseconds(store.rto) / 10_000,
    ),
    dataAge: of(
      "restore_test_last_data_age_seconds",
      "How old the data were that it restored.",
      milliseconds(store.every) / 2_000,
    ),
    checks: of("restore_test_checks", "Which checks it passed.", 1, {
      check: ["integrity", "row_count", "schema_version", "smoke"],
    }),
    drilled: time(
      "dr_drill_last_success_timestamp_seconds",
      "When a drill was last held and passed.",
      "90d",
      { scenario },
    ),
    drillRpo: of("dr_drill_rpo_seconds", "What a drill lost, as time.", milliseconds(store.rpo) / 2_000, {
      scenario,
    }),
    drillRto: of("dr_drill_rto_seconds", "How long a drill took.", milliseconds(store.rto) / 2_000, {
      scenario,
    }),
    targets: of("dr_target_seconds", "What the store promises.", milliseconds(store.rto) / 1_000, {
      objective: ["rpo", "rto"],
    }),
  };
}
