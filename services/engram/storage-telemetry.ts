import type { Counter, Gauge, Job, Metric } from "../../slo/telemetry";

/** The process that opens the tenants' SQLite files on its Fly volume. */
export const engine: Job = {
  name: "engram-engine",
  namespace: "engram-<environment>",
  port: "metrics",
  path: "/metrics",
  instances: 2,
};

export const databaseOpenFailures = {
  type: "counter",
  name: "engram_db_open_failures_total",
  help: "Tenant databases that could not be opened, by reason.",
  job: engine,
  labels: { reason: ["corrupt", "io", "locked", "missing", "permission"] },
  initialisedToZero: true,
  perSecond: 0,
} as const satisfies Counter;

/** How many tenants, never which; the engine's log names them. */
export const tenants = {
  type: "gauge",
  name: "engram_tenants",
  help: "Tenants whose database lies on this volume.",
  job: engine,
  labels: {},
  normal: 400,
  assumed: true,
} as const satisfies Gauge;

export const tenantsUnavailable = {
  type: "gauge",
  name: "engram_tenants_unavailable",
  help: "Tenants whose database could not be opened at the last try.",
  job: engine,
  labels: {},
  normal: 0,
  assumed: true,
} as const satisfies Gauge;

/** The document meters the change; a level cannot lose a part of it. */
export const storageBytes = {
  type: "gauge",
  name: "engram_storage_bytes",
  help: "Size of the tenants' databases on this volume, in bytes.",
  job: engine,
  labels: {},
  normal: 2_400_000_000,
  assumed: true,
} as const satisfies Gauge;

export const poolInUse = {
  type: "gauge",
  name: "engram_sqlite_pool_in_use",
  help: "SQLite connections that are at work.",
  job: engine,
  labels: {},
  normal: 12,
  assumed: true,
} as const satisfies Gauge;

export const poolLimit = {
  type: "gauge",
  name: "engram_sqlite_pool_limit",
  help: "SQLite connections that the engine opens at most.",
  job: engine,
  labels: {},
  normal: 64,
  assumed: true,
} as const satisfies Gauge;

/** `data` holds the databases, `scratch` the snapshots on their way out. */
const mount = ["data", "scratch"] as const;

export const diskUsed = {
  type: "gauge",
  name: "engram_filesystem_used_bytes",
  help: "Bytes that are used on a file system of the machine.",
  job: engine,
  labels: { mount },
  normal: 3_000_000_000,
  assumed: true,
} as const satisfies Gauge;

export const diskSize = {
  type: "gauge",
  name: "engram_filesystem_size_bytes",
  help: "Bytes that a file system of the machine holds.",
  job: engine,
  labels: { mount },
  normal: 10_000_000_000,
  assumed: true,
} as const satisfies Gauge;

/** What the engine exposes. */
export const storage: readonly Metric[] = [
  databaseOpenFailures,
  tenants,
  tenantsUnavailable,
  storageBytes,
  poolInUse,
  poolLimit,
  diskUsed,
  diskSize,
];
