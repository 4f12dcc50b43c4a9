import type { Alert } from "../slo/alert";
import { databaseOpenFailures, diskSize, diskUsed, engine } from "./engram-storage-telemetry";

const disk = { kind: "gauge-share", used: diskUsed, available: diskSize, of: "each" } as const;

/** Alerts on the engine, its tenants' databases and its disks. */
export const alerts: readonly Alert[] = [
  {
    kind: "increase",
    name: "DatabaseOpenFailures",
    source: "ENGRAM-ALERT-5",
    severity: "critical",
    category: "errors",
    counter: databaseOpenFailures,
    where: [],
    // ENGRAM-ERR-3: the document's 1m holds two scrapes; when one is lost, one sample cannot show growth.
    window: "5m",
    moreThan: 0,
    for: "0s",
    summary: "Engram cannot open tenant databases",
    description:
      "About {{ $value | humanize }} times in 5 minutes a tenant's database could not be opened; that tenant has no service.",
    runbook: "tenant-database-unavailable",
  },
  {
    kind: "absence",
    name: "EngineDown",
    source: "ENGRAM-RUN-2",
    severity: "critical",
    category: "down",
    job: engine,
    for: "2m",
    summary: "The Engram engine is down",
    description: "No target of the engine answers or none is known: no tenant's database is open.",
    runbook: "tenant-database-unavailable",
  },
  {
    kind: "threshold",
    name: "EngineTargetsDown",
    source: "ENGRAM-RUN-2",
    severity: "warning",
    category: "down",
    measure: { kind: "targets-up", job: engine },
    comparison: "below",
    threshold: "90%",
    for: "5m",
    summary: "Some targets of the Engram engine are down",
    description:
      "Only {{ $value | humanizePercentage }} of the engine's targets answer; the tenants on the other volumes have no service.",
    runbook: "tenant-database-unavailable",
  },
  {
    kind: "threshold",
    name: "DiskSpaceLow",
    source: "ENGRAM-ERR-6",
    severity: "warning",
    category: "saturation",
    measure: disk,
    comparison: "above",
    threshold: "80%",
    for: "15m",
    summary: "A disk of the Engram engine is filling up",
    description:
      "{{ $value | humanizePercentage }} of a file system is used; a snapshot needs room for a whole database.",
    runbook: "disk-space",
  },
  {
    kind: "threshold",
    name: "DiskAlmostFull",
    source: "ENGRAM-ERR-6",
    severity: "critical",
    category: "saturation",
    measure: disk,
    comparison: "above",
    threshold: "95%",
    for: "5m",
    summary: "A disk of the Engram engine is almost full",
    description:
      "{{ $value | humanizePercentage }} of a file system is used; at 100% no tenant on it can write.",
    runbook: "disk-space",
  },
];
