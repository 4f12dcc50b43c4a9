import type { Store } from "../slo/backup";
import type { PlannedBucket } from "./bucket";

/** A store, and where its backups go in an environment. */
export interface PlannedStore {
  readonly service: string;
  /** Id of the backup in its service. */
  readonly backup: string;
  readonly environment: string;
  /** Of its jobs, which is the service's own. */
  readonly namespace: string;
  readonly bucket: Pick<PlannedBucket, "location" | "name">;
  readonly store: Store;
  /** Crontab of the backups, of what reads them again each day, of what restores one each week, and of what stores a log. */
  readonly schedules: Readonly<Record<"backup" | "test" | "verify", string>> & { readonly log?: string };
}

/** Whose service account proves the backups of all stores of a service; without workload identity, whose secret. */
export const READER_ACCOUNT = "backups-reader";

/** Whose service account makes the backups of a store; without workload identity, whose secret. */
export function writerAccount(backup: string): string {
  return `backup-${backup}-writer`;
}

/** Whether the jobs of a store run in the cluster, instead of on a machine outside. */
export function runsInCluster(store: Store): boolean {
  return store.kind !== "sqlite-per-tenant" || store.runs.in === "cluster";
}

/** Images that the jobs run in. */
export interface BackupJobSettings {
  readonly image: string;
  readonly postgresImage: string;
}
