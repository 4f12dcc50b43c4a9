import { milliseconds, type Duration } from "./duration";
import type { PerEnvironment } from "./per-environment";

/** A store of backups: one bucket per environment, private, encrypted and versioned wherever it lies. */
export interface Backup {
  /** Unique in its service; part of the bucket's name. */
  readonly id: string;
  /** What is kept there. */
  readonly description: string;
  /** Days until a backup is deleted. */
  readonly keepDays: PerEnvironment<number>;
  /** Days in which nobody can delete a backup, in environments whose trait `locksBackups` holds; 0 for no lock. */
  readonly lockDays: PerEnvironment<number>;
  /**
   * What is backed up, by jobs of ours, and how it is proven.
   * @default - somebody else writes into the bucket, and nobody says whether
   */
  readonly store?: Store;
}

interface StoreBase {
  readonly every: BackupInterval;
  /** How much may be lost, as time: no backup or log is further apart. */
  readonly rpo: Duration;
  /** How long a restore may take, from the decision to the last check. */
  readonly rto: Duration;
}

/** A store that a restore can be asked about. */
interface AskedStore extends StoreBase {
  /** What a weekly restore asks of the data: at least one of either kind. */
  readonly checks: readonly RestoreCheck[];
}

/** A query of which one number above 0 comes, or the restore has failed. */
export interface RestoreCheck {
  /** `row_count`: something is in it; `smoke`: what the service needs first works. */
  readonly name: "row_count" | "smoke";
  /** One SELECT. */
  readonly query: string;
}

/** A SQLite file for each tenant, each in a folder with the tenant's name. */
interface SqliteStore extends AskedStore {
  readonly kind: "sqlite-per-tenant";
  /** Path of the folder of all tenants' folders. */
  readonly folder: string;
  /** Name of the file in each of them. */
  readonly file: string;
  /** A claim of a volume in the service's namespace, or a machine outside the cluster, where the same jobs run. */
  readonly runs: { readonly in: "cluster"; readonly volumeClaim: string } | { readonly in: "machine" };
}

/** A PostgreSQL server, which a job in the cluster reaches. */
interface PostgresStore extends AskedStore {
  readonly kind: "postgres";
  /**
   * What was written since the last backup. `provider`: a log that the provider keeps, beside dumps of ours. `archive`:
   * the jobs keep the log, and back up the files of the whole server instead of a dump of one database.
   * @default - it is lost
   */
  readonly pointInTime?: "archive" | "provider";
  /** Size of the disk on which backups are made and tried, as Kubernetes writes it: `20Gi`. */
  readonly scratch: string;
}

/**
 * The files of a Prometheus or an Alertmanager that runs in the cluster, as it writes them: blocks and the log, silences and
 * what was sent. What a restore is asked is known: whether they are whole, and whether there is something in them.
 */
interface ServerStore extends StoreBase {
  readonly kind: "server";
  readonly server: "alertmanager" | "prometheus";
  /** The pod whose volume is read, on the same node, and the claim of that. */
  readonly pod: string;
  readonly volumeClaim: string;
  /** Where its data lie in the volume. @default - all of it */
  readonly subPath?: string;
  /** Namespace of the pod, in which the jobs run; `<environment>` stands for its name. */
  readonly namespace: string;
  /** Size of the disk on which the files are packed, as Kubernetes writes it. */
  readonly scratch: string;
}

/** What is backed up. */
export type Store = PostgresStore | ServerStore | SqliteStore;

/** Schedules that come as regularly as they say, at a minute that the store chooses. Source: crontab(5). */
const SCHEDULES = {
  "5m": () => "*/5 * * * *",
  "10m": () => "*/10 * * * *",
  "15m": () => "*/15 * * * *",
  "30m": () => "*/30 * * * *",
  "1h": (minute) => `${minute} * * * *`,
  "2h": (minute) => `${minute} */2 * * *`,
  "4h": (minute) => `${minute} */4 * * *`,
  "6h": (minute) => `${minute} */6 * * *`,
  "12h": (minute) => `${minute} */12 * * *`,
  "1d": (minute) => `${minute} 2 * * *`,
} as const satisfies Readonly<Record<string, (minute: number) => string>>;

/** How often backups are made: what divides an hour or a day, so that no gap is longer than the others. */
export type BackupInterval = keyof typeof SCHEDULES;

/** Every interval that there is, the shortest first. */
export const BACKUP_INTERVALS = Object.keys(SCHEDULES) as BackupInterval[];

/** The schedule of an interval. @param minute of the hour, 0 to 59: not everybody's at once */
export function scheduleOf(every: BackupInterval, minute: number): string {
  return SCHEDULES[every](minute);
}

/** Whether the jobs keep the log of a store. */
export function keepsLog(store: Store): boolean {
  return store.kind === "postgres" && store.pointInTime === "archive";
}

/** How often the log is stored, so that a run may fail and the promise still holds; undefined where none is so often. */
export function logInterval({ rpo }: Pick<Store, "rpo">): BackupInterval | undefined {
  return BACKUP_INTERVALS.findLast((every) => 2 * milliseconds(every) <= milliseconds(rpo));
}

/** The job of whoever tells Prometheus of a service's stores. */
export function backupJobName(service: string): string {
  return `${service}-backups`;
}

/** Beyond so many intervals a backup is too old. Written as a ratio of whole numbers: 3 / 2. */
export const TOO_OLD = { times: 3, over: 2 } as const;

/** Within which a restore is tried, and within which a drill is held: a week and a quarter, and what a late one takes. */
export const RESTORE_TEST_DUE: Duration = "8d";
export const DRILL_DUE: Duration = "100d";
