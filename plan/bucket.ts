import type { BackupSettings } from "./platform";

/**
 * What an identity may do in a bucket. `write` gets, lists and puts; `read` gets and lists, versions too; `prove` does that
 * and puts below `state/`; `compact` is the only one that may delete.
 */
export type BucketRight = "compact" | "prove" | "read" | "write";

/** A service account of the cluster. */
export interface ServiceAccountName {
  readonly namespace: string;
  readonly name: string;
}

/** Who asks for what is in a bucket. */
export interface BucketIdentity {
  /** Ends its name in the cloud, after that of the bucket. */
  readonly role: string;
  readonly right: BucketRight;
  /** Which it is in the cluster; absent: a machine outside, which has a key. */
  readonly account?: ServiceAccountName;
}

/** How long a bucket keeps what it holds. */
export type BucketContent =
  | ({ readonly kind: "backup" } & Pick<PlannedBucket, "keepDays" | "lockDays">)
  /** Who asked for what is in another bucket. */
  | { readonly kind: "log" }
  /** Blocks of several objects each: their compactor alone deletes, and what went by mistake is there for a week. */
  | { readonly kind: "metrics" };

/** A bucket of any kind; its name is literal, so that policies see which bucket a side resource belongs to. */
interface AnyBucket {
  readonly name: string;
  /** Name of the engine's provider, of which each place has one. */
  readonly provider: string;
  readonly identities: readonly BucketIdentity[];
}

/** A bucket of backups. */
export interface PlannedBucket extends AnyBucket {
  readonly service: string;
  readonly backup: string;
  readonly description: string;
  readonly location: BackupSettings;
  /** Days until a backup is deleted. */
  readonly keepDays: number;
  /** Days in which nobody can delete a backup; 0 for no lock. A locked bucket is protected from the engine, too. */
  readonly lockDays: number;
  /** Whether jobs of ours fill it; somebody else does otherwise. */
  readonly filled: boolean;
}

/** Where a bucket of metrics may lie: R2 has no versions, and a lock in their place would stop the compactor. */
type MetricsPlace = Exclude<BackupSettings, { readonly cloud: "r2" }>;

/** A bucket of long-term metrics. */
export interface PlannedMetricsBucket extends AnyBucket {
  readonly location: MetricsPlace;
}

/** Days for which it is known who asked. */
const LOG_DAYS = 90;

/** Days after which what is in a bucket is deleted; undefined where its compactor does it. */
export function endOf(content: BucketContent): number | undefined {
  switch (content.kind) {
    case "backup":
      return content.keepDays;
    case "log":
      return LOG_DAYS;
    case "metrics":
      return undefined;
  }
}

/** Days in which nobody can delete what is in a bucket: backups alone are locked. */
export function lockDaysOf(content: BucketContent): number {
  return content.kind === "backup" ? content.lockDays : 0;
}

/** What was replaced or deleted stays a week longer, which is the time to notice. */
export const UNDO_DAYS = 7;

/** Classes that a backup moves to, and after how many days; a block of metrics stays where it is. */
export function movesOf(
  { kind }: BucketContent,
  colder: Readonly<Record<string, number | undefined>> = {},
): readonly (readonly [string, number])[] {
  return Object.entries(kind === "backup" ? colder : {}).flatMap(([name, days]) =>
    days === undefined ? [] : [[name, days] as const],
  );
}

/** The bucket in the second region. */
export function copyName({ name }: Pick<PlannedBucket, "name">): string {
  return `${name}-copy`;
}

/** The bucket that keeps who asked for what is in another. */
export function logName({ name }: Pick<PlannedBucket, "name">): string {
  return `${name}-log`;
}

/** How service accounts of the cluster ask for what lies in a place; undefined where they have keys. */
export function workloadOf(location: BackupSettings): "aws" | "gcp" | undefined {
  switch (location.cloud) {
    case "aws":
      return location.oidcIssuer === undefined ? undefined : "aws";
    case "gcp":
      return location.workloadIdentity === undefined ? undefined : "gcp";
    case "r2":
      return undefined;
  }
}

/** The name of an identity on AWS: of a role where the place has an issuer of tokens, of a user otherwise. */
export function awsIdentityName(bucket: string, { role }: Pick<BucketIdentity, "role">): string {
  return `${bucket}-${role}`;
}
