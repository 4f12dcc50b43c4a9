import { byValue } from "../slo/alert";
import { DRILL_DUE, keepsLog, RESTORE_TEST_DUE, TOO_OLD, type Store } from "../slo/backup";
import { durationOf, milliseconds, type Duration } from "../slo/duration";
import type { Job } from "../slo/telemetry";
import type { BackupTelemetry, WatchedBackup } from "./backup-telemetry";
import type { Watch } from "./watch";

type MeasuredWatch = Extract<Watch["alert"], { readonly measure: unknown }>;

/** After how long a backup is too old. */
function tooOld({ every }: Store): Duration {
  return durationOf((milliseconds(every) * TOO_OLD.times) / TOO_OLD.over);
}

/** An alert of which nobody is woken, on what has happened, unless it says otherwise. */
function warning(
  alert: Omit<MeasuredWatch, "category" | "severity"> & Partial<Pick<MeasuredWatch, "category" | "severity">>,
  advice: string,
): Watch {
  return { alert: { severity: "warning", category: "event", ...alert }, advice: [advice] };
}

/** Alerts on what there is. @param what the store and its service, in words */
export function backupAlerts(
  what: string,
  { store }: WatchedBackup,
  telemetry: BackupTelemetry,
): readonly Watch[] {
  return [
    late(what, store, telemetry),
    neverReported(what, telemetry),
    metricsMissing(what, telemetry.job),
    stale(what, store, telemetry),
    sizeDropped(what, telemetry),
    mismatch(what, telemetry),
    recoverable(what, store, telemetry),
  ];
}

function late(what: string, store: Store, { metrics: { lastSuccess }, age }: BackupTelemetry): Watch {
  return warning(
    {
      name: "BackupTooOld",
      severity: "critical",
      measure: age(lastSuccess, "newest"),
      when: { above: tooOld(store) },
      for: "5m",
      summary: `There is no new backup: ${what}`,
      description: `The last one that was read back and found right ended {{ $value | humanizeDuration }} ago; there should be one every ${store.every}.`,
    },
    "A run that fails says why at the end of its log: no room on the scratch disk, a clock that is off, a file that is damaged, or a bucket that refuses. None at all: the schedule is suspended, or the machine is gone.",
  );
}

function neverReported(what: string, { metrics: { size }, level }: BackupTelemetry): Watch {
  return warning(
    {
      name: "BackupNeverReported",
      category: "telemetry",
      measure: level(size, "max"),
      when: { below: "1" },
      orAbsent: true,
      for: "1h",
      summary: `Nobody has ever reported a backup: ${what}`,
      description: "The program that reports answers, and knows no backup that has a byte.",
    },
    "The alert on the age is silent where there never was a backup: this one is not. See whether a first run has ended, and whether the keys that it uses may write into the bucket.",
  );
}

function metricsMissing(what: string, job: Job): Watch {
  return {
    alert: {
      name: "BackupMetricsMissing",
      severity: "warning",
      category: "telemetry",
      outageOf: job,
      for: "15m",
      summary: `Nobody says whether there are backups: ${what}`,
      description: `No target of ${job.name} answers or none is known: every other alert on these backups is blind.`,
    },
    advice: [
      `${job.name} reads what the jobs left in the bucket, and answers 503 while the bucket does not: its log says why. The same by hand: \`node backup.js metrics --settings store.json\`.`,
    ],
  };
}

function stale(what: string, store: Store, { metrics: { tenants }, level }: BackupTelemetry): Watch {
  return warning(
    {
      name: "BackupTenantsStale",
      measure: level(tenants, "sum", { state: ["=~", "never|stale"] }),
      when: { above: "0" },
      for: "15m",
      summary: `Some have no fresh backup: ${what}`,
      description: `{{ $value | humanize }} have none that is younger than ${tooOld(store)}, or none at all.`,
    },
    "The log of the last run names them. A file that is empty or damaged is not backed up, so that no bad copy is taken for a good one: treat it as an outage of that tenant.",
  );
}

function sizeDropped(what: string, { metrics: { toMedian }, level }: BackupTelemetry): Watch {
  return warning(
    {
      name: "BackupSizeDropped",
      measure: level(toMedian, "min"),
      when: { below: "0.5" },
      for: "5m",
      summary: `The last backup is much smaller: ${what}`,
      description:
        "It has {{ $value | humanizePercentage }} of the median of a week: a job that succeeds with half of the data.",
    },
    "Compare what is in the database with what was a week ago before anything else: data that were deleted by mistake are in the older backups, and those expire.",
  );
}

function mismatch(what: string, { metrics: { found }, level }: BackupTelemetry): Watch {
  return warning(
    {
      name: "BackupChecksumMismatch",
      measure: level(found, "sum", { result: ["!=", "ok"] }),
      when: { above: "0" },
      for: "0s",
      summary: `Damaged backups: ${what}`,
      description:
        "{{ $value | humanize }} are not what is known of them: another sum, no object, or nothing known of it.",
    },
    "The log of the last `verify` names the keys. Where the sum differs somebody wrote over it: the older version is there as long as the lock holds, and a restore finds it by itself. `missing_metadata` is what a run leaves that broke off; the same `verify` mends it where the object says of itself what it is.",
  );
}

function recoverable(
  what: string,
  store: Store,
  { metrics: { recoverable: gauge }, age }: BackupTelemetry,
): Watch {
  const byProvider = store.kind === "postgres" && store.pointInTime === "provider";
  const limit = byProvider ? tooOld(store) : store.rpo;
  const log = ` The log of the provider, which promises ${store.rpo}, is not seen from here.`;
  return warning(
    {
      name: "RecoverableDataTooOld",
      measure: age(gauge, "oldest"),
      when: { above: limit },
      for: "5m",
      summary: `Too much would be lost: ${what}`,
      description: `What ${keepsLog(store) ? "backups and the log" : "backups"} hold is {{ $value | humanizeDuration }} old, more than ${limit}.${byProvider ? log : ""}`,
    },
    keepsLog(store)
      ? "If the server was lost now, everything since then would be. The log of the last `backup-log` run says what holds it up: a run that fails; a log that has a hole, which a new base backup ends, so start one by hand; or a server that gave up the slot `tocsin_backup`. While the log is not stored, the server keeps it: watch its disk."
      : "The oldest of the newest backups of all tenants counts. If the database was lost now, everything since then would be.",
  );
}

/** Alerts on whether it can be restored. */
export function restoreAlerts(
  what: string,
  { store }: WatchedBackup,
  telemetry: BackupTelemetry,
): readonly Watch[] {
  return [testOverdue(what, telemetry), tooSlow(what, store, telemetry), drillOverdue(what, telemetry)];
}

function testOverdue(what: string, { metrics: { tested }, age }: BackupTelemetry): Watch {
  return warning(
    {
      name: "RestoreTestOverdue",
      measure: age(tested, "newest"),
      when: { above: RESTORE_TEST_DUE },
      orAbsent: true,
      for: "15m",
      summary: `No restore for a week: ${what}`,
      description: byValue(
        [[0, "None ever passed every check."]],
        "The last one that passed every check ended {{ $value | humanizeDuration }} ago.",
      ),
    },
    "A backup is one when it was restored. `restore_test_checks` says which check failed; a sum that is wrong fails them all.",
  );
}

function tooSlow(what: string, { rto }: Store, { metrics: { restoreTime }, level }: BackupTelemetry): Watch {
  return warning(
    {
      name: "RestoreTestRtoExceeded",
      measure: level(restoreTime, "max"),
      when: { above: rto },
      for: "5m",
      summary: `A restore takes too long: ${what}`,
      description: `The last one took {{ $value | humanizeDuration }} of ${rto}.`,
    },
    "A real one takes longer: somebody decides first. See what grew, the data or the time to load them, and change one of the two, or the promise.",
  );
}

function drillOverdue(what: string, { metrics: { drilled }, age }: BackupTelemetry): Watch {
  return warning(
    {
      name: "DrDrillOverdue",
      measure: age(drilled, "newest"),
      when: { above: DRILL_DUE },
      orAbsent: true,
      for: "1h",
      summary: `No drill for a quarter: ${what}`,
      description: byValue(
        [[0, "None ever passed."]],
        "The last one that passed was {{ $value | humanizeDuration }} ago.",
      ),
    },
    "Plan one, hold it by its runbook, and keep what was measured: `node backup.js drill --scenario q1_db --rpo <seconds> --rto <seconds> --settings store.json`.",
  );
}
