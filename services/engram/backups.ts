import type { WatchedBackup } from "../../parts/backup-telemetry";

/**
 * Every tenant's database. The document says how one is copied, where it goes and how it comes back, and not how often, how
 * long it is kept and what may be lost: those are assumptions, which the team has to confirm.
 */
export const tenantDatabases: WatchedBackup = {
  id: "tenants",
  description: "Databases of Engram's tenants.",
  keepDays: { default: 35 },
  lockDays: { default: 30 },
  store: {
    kind: "sqlite-per-tenant",
    every: "1h",
    rpo: "2h",
    rto: "1h",
    folder: "/data/tenants",
    file: "engram.sqlite",
    // On Fly's volumes, which no cluster reaches.
    runs: { in: "machine" },
    checks: [
      { name: "row_count", query: "SELECT count(*) FROM memories" },
      { name: "smoke", query: "SELECT count(*) FROM sqlite_schema WHERE name = 'memories'" },
    ],
  },
};
