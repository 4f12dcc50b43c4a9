import type { Correction } from "../../slo/correction";

/** The errors of the Engram operations document, and what is built in their place. */
export const engramCorrections: readonly Correction[] = [
  {
    id: "ENGRAM-ERR-1",
    area: "Objectives and alerts",
    says: "Gateway availability is 99.9 %, and the error rate stays below 0.5 %.",
    built:
      "99.9 % is the objective: 0.1 % of the requests may fail in 28 days. 0.5 % is the threshold of ElevatedErrorRate, a warning; HighErrorRate pages above 1 %, as the document has it.",
    why: "Both count the same failures, and one allows five times what the other does. 0.5 % is a burn rate of 5: worth a look, and no promise.",
  },
  {
    id: "ENGRAM-ERR-2",
    area: "Objectives and alerts",
    says: "P95 below 250 ms is the objective, a P95 above 500 ms for 10 minutes the alert.",
    built:
      "The objective is 95 % of the requests within 250 ms, and its budget alerts as a burn, as a ticket and when little is left. HighLatency stays as the coarser sign: more than 5 % slower than 500 ms for 10 minutes.",
    why: "Between 250 and 500 ms the objective would be missed in silence.",
  },
  {
    id: "ENGRAM-ERR-3",
    area: "Objectives and alerts",
    says: "`usage_flush_failures > 0 for 5m` and `db_open_failures > 0 for 1m`.",
    built:
      "UsageFlushFailing and DatabaseOpenFailures fire when the counter grew within 5 minutes, at once. The contract says that both counters are there at 0 from the start of the process; of a counter that is not, the first value is counted as well.",
    why: "A counter never falls, so the comparison is true for good after the first failure. Over 1 minute at a scrape interval of 30 seconds, one lost scrape leaves a single sample, of which nothing can be said; a shorter window would also let go between two tries of one tenant. `increase` does not see the first value of a new series.",
  },
  {
    id: "ENGRAM-ERR-4",
    area: "Objectives and alerts",
    says: '"auth_failures spike (3x baseline)" and "rate_limited_total anomaly".',
    built:
      "The rate over 15 minutes is compared with the same rate over a day that ended an hour ago. AuthFailureSpike: above 3 times its mean, and more than 1 a minute. RateLimitedAnomaly: above the mean by 3 standard deviations and by half, and more than 10 a minute. Both wait for 5 minutes, and for a quarter of the day to be known.",
    why: "Neither the baseline nor the anomaly is defined. Without the hour in between an incident becomes its own baseline; without a least rate, three times nothing fires at night.",
  },
  {
    id: "ENGRAM-ERR-9",
    area: "Telemetry",
    says: "The latency objective excludes model calls.",
    built:
      "The gateway exposes a histogram of its own, `engram_gateway_storage_duration_seconds`, whose clock stops during model calls; these have `engram_model_call_duration_seconds`. The contract marks both names as assumed.",
    why: "A histogram of whole requests holds the model's time, and no query takes it out again: percentiles cannot be subtracted.",
  },
  {
    id: "ENGRAM-ERR-8",
    area: "Telemetry",
    says: "Backups and databases are per tenant.",
    built:
      "No metric has a tenant as a label. Numbers of tenants by condition are exposed (`engram_tenants`, `engram_tenants_unavailable`); the engine's log and the control plane say which ones. Backups will be counted in the same way, by state.",
    why: "A series per tenant grows with every customer, and an alert per tenant with it.",
  },
  {
    id: "ENGRAM-ERR-6",
    area: "Storage and backups",
    says: "A snapshot is written by `VACUUM INTO '/tmp/{tenant_id}_{ts}.sqlite'`.",
    built:
      "Snapshots belong on the scratch file system of the volume, and are removed also when the upload fails. DiskSpaceLow warns above 80 % of either file system for 15 minutes, DiskAlmostFull pages above 95 % for 5. The [runbook](../runbooks/engram/disk-space.md) finds what was left behind. The job that writes snapshots waits for the backups of this service.",
    why: "The root disk of a Fly machine is small and gone with the machine, a snapshot needs room for a whole database, and what nobody removes fills the disk that all tenants write to.",
  },
  {
    id: "ENGRAM-ERR-7",
    area: "Storage and backups",
    says: "A restore moves the current file to `.bak` and the new one into its place.",
    built:
      "The [restore](../runbooks/engram/restore-tenant-database.md) checkpoints the log into the file first (`PRAGMA wal_checkpoint(TRUNCATE)`), keeps `-wal` and `-shm` with the file that they belong to, and starts the new file without any.",
    why: "With the log left behind, the old file loses its last commits, and SQLite may play the old log into the new file.",
  },
  {
    id: "ENGRAM-ERR-5",
    area: "Storage and backups",
    says: "Nothing about how often backups are made, how long they are kept, what may be lost, how they are encrypted, and whether they can be deleted.",
    built:
      "Waits for the backups of this service. What holds then: all of these are declared with the backup and checked, and values that the document does not give are marked as assumptions. Until then no alert or page here promises a recovery point.",
    why: "A backup without a frequency and a retention cannot be checked, and a restore without a target cannot fail.",
  },
];

/** What the document leaves open, and how it was read. */
export const engramLeftOpen: readonly string[] = [
  "No alert has a severity. Pages: the gateway or the engine is down, more than 1 % server errors, most tokens refused, a tenant's database cannot be opened, usage events are lost, a disk is almost full. The rest goes to chat.",
  "The rhythm of flushes (N seconds or M events). Built: UsageBufferStale at 5 minutes, UsageBufferFilling at 80 % of the limit that the gateway reports.",
  "How often signing keys are refreshed. Built: JwksStale above 1 hour.",
  "`storage_bytes` is metered as a change, and optional. Built: the gauge `engram_storage_bytes`, whose change is its difference.",
  "The names of Fly apps, settings, log events and tables of the control plane. The runbooks use `engram-gateway-prod`, `ENGRAM_RATE_LIMIT_RPM`, `db_open_failed`, `tenant_locks` and their like; the owner confirms them or gives others.",
];
