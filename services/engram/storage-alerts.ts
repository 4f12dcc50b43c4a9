import type { Alert } from "../../slo/alert";
import { databaseOpenFailures, diskSize, diskUsed, engine } from "./storage-telemetry";

const disk = { kind: "gauge-share", part: diskUsed, whole: diskSize, of: "highest" } as const;

/** Alerts on the engine, its tenants' databases and its disks. */
export const alerts: readonly Alert[] = [
  {
    name: "DatabaseOpenFailures",
    severity: "critical",
    category: "errors",
    // The document's 1m holds two scrapes; when one is lost, one sample cannot show growth.
    measure: { kind: "increase", counter: databaseOpenFailures, window: "5m" },
    when: { above: "0" },
    for: "0s",
    summary: "Engram cannot open tenant databases",
    description:
      "About {{ $value | humanize }} times in 5 minutes a tenant's database could not be opened; that tenant has no service.",
    runbook: "tenant-database-unavailable",
  },
  {
    name: "EngineDown",
    severity: "critical",
    category: "down",
    outageOf: engine,
    for: "2m",
    summary: "The Engram engine is down",
    description: "No target of the engine answers or none is known: no tenant's database is open.",
    runbook: "tenant-database-unavailable",
  },
  {
    name: "EngineTargetsDown",
    severity: "warning",
    category: "down",
    measure: { kind: "targets-up", job: engine },
    when: { below: "90%" },
    for: "5m",
    summary: "Some targets of the Engram engine are down",
    description:
      "Only {{ $value | humanizePercentage }} of the engine's targets answer; the tenants on the other volumes have no service.",
    runbook: "tenant-database-unavailable",
  },
  {
    name: "DiskSpaceLow",
    severity: "warning",
    category: "saturation",
    measure: disk,
    when: { above: "80%" },
    for: "15m",
    summary: "A disk of the Engram engine is filling up",
    description:
      "{{ $value | humanizePercentage }} of a file system is used; a snapshot needs room for a whole database.",
    runbook: "disk-space",
  },
  {
    name: "DiskAlmostFull",
    severity: "critical",
    category: "saturation",
    measure: disk,
    when: { above: "95%" },
    for: "5m",
    summary: "A disk of the Engram engine is almost full",
    description:
      "{{ $value | humanizePercentage }} of a file system is used; at 100% no tenant on it can write.",
    runbook: "disk-space",
  },
];
