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

/** The bucket in the second region. */
export function copyName({ name }: Pick<PlannedBucket, "name">): string {
  return `${name}-copy`;
}

/** The name of an identity on AWS: of a role where the place has an issuer of tokens, of a user otherwise. */
export function awsIdentityName(bucket: string, { role }: Pick<BucketIdentity, "role">): string {
  return `${bucket}-${role}`;
}
