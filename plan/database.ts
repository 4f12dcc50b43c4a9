import type { Cloud } from "./clouds";
import type { LockMode } from "./platform";

interface OwnSettings {
  /** `governance` where it is absent. */
  readonly lock?: LockMode;
  /** Days for which any moment can be restored; what the cloud keeps of any database where absent. */
  readonly pointInTimeDays?: number;
  /** Key of the vault; that of the cloud where it is absent. */
  readonly kmsKey?: string;
}

/** A database that a cloud runs, of which the stack sees to the log and the snapshots. */
export type ManagedDatabase =
  | (OwnSettings & {
      readonly cloud: "aws";
      /** ARN of an instance or a cluster of RDS, which says region and account. */
      readonly instance: string;
    })
  | (OwnSettings & {
      readonly cloud: "gcp";
      /** `projects/<project>/instances/<name>` of Cloud SQL. */
      readonly instance: string;
      /** Region of the instance, and of its backups. */
      readonly location: string;
    });

/** Who sees to the log of a database: the stack, or somebody else, whose name is kept. */
export type DatabaseSettings = ManagedDatabase | { readonly cloud: "other"; readonly keptBy: string };

/** A managed database with what keeps it. */
export interface PlannedDatabase {
  /** Of vault, plan and role. */
  readonly name: string;
  readonly service: string;
  /** Id of the backup in its service. */
  readonly backup: string;
  /** Days until a snapshot is deleted. */
  readonly keepDays: number;
  /** Days in which nobody can delete one; 0 for no lock. */
  readonly lockDays: number;
  /** Days for which any moment can be restored. */
  readonly pointInTimeDays: number;
  readonly database: ManagedDatabase;
}

/**
 * What clouds that run databases keep of their log. Sources: AWS Backup Developer Guide, "Continuous backups and
 * point-in-time recovery"; Amazon RDS User Guide, "Restoring a DB instance to a specified time"; Cloud SQL docs, "Use
 * point-in-time recovery", where the edition Enterprise has 7 days and Enterprise Plus 35.
 */
export const DATABASE_LOG = {
  aws: { usualDays: 35, every: "5m" },
  gcp: { usualDays: 7, every: "5m" },
} as const satisfies Readonly<Record<Exclude<Cloud, "r2">, object>>;

/** No cloud keeps a log for longer. */
export const MOST_LOG_DAYS = 35;

/** What the ARN of a database says. */
export function arnOf(instance: string): {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
} {
  const [, partition = "", , region = "", account = ""] = instance.split(":");
  return { partition, region, account };
}

/** The project of an instance of Cloud SQL. */
export function projectOf(instance: string): string {
  return instance.split("/")[1] ?? "";
}
