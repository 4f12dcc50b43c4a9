import type { WatchedBackup } from "../../parts/backup-telemetry";

/**
 * Dumps beside what Cloud SQL or RDS keeps of itself: they outlive the account of the database, and they alone can be tried
 * every week without a second instance. The 15 minutes are kept by the provider's log.
 */
export const database: WatchedBackup = {
  id: "database",
  description: "Dumps of the OmniHub database.",
  keepDays: { default: 35, dev: 7, staging: 14 },
  lockDays: { default: 30, dev: 0, staging: 7 },
  store: {
    kind: "postgres",
    every: "6h",
    rpo: "15m",
    rto: "1h",
    pointInTime: "provider",
    scratch: "100Gi", // 50 GB are expected, as a dump and restored
    checks: [
      {
        name: "row_count",
        query: "SELECT least((SELECT count(*) FROM profiles), (SELECT count(*) FROM workflows))",
      },
      { name: "row_count", query: "SELECT count(*) FROM audit_logs" },
      { name: "smoke", query: "SELECT count(*) FROM audit_logs WHERE created_at > now() - interval '1 day'" },
    ],
  },
};
