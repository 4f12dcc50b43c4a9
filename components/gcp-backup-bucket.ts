import * as storage from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";

export interface GcpBackupBucketArgs {
  /** Literal: a policy cannot judge what is unknown at preview. */
  readonly bucketName: string;
  readonly location: string;
  readonly keepDays: number;
  /** 0 for no lock. What is locked is never deleted by the engine. */
  readonly lockDays: number;
  /** Resource name of the key that encrypts. @default - Google's own */
  readonly kmsKey?: string;
  readonly labels: Readonly<Record<string, string>>;
}

const DAY_SECONDS = 86_400;

/** A replaced or deleted object stays a week longer, which is the time to notice. */
const UNDO_DAYS = 7;

/** A private, encrypted bucket of backups on Google Cloud; what AWS has as side resources are its properties. */
export class GcpBackupBucket extends pulumi.ComponentResource {
  readonly bucketName: string;

  constructor(name: string, args: GcpBackupBucketArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:GcpBackupBucket", name, {}, opts);
    this.bucketName = args.bucketName;
    new storage.Bucket(
      name,
      {
        name: args.bucketName,
        location: args.location,
        labels: args.labels,
        forceDestroy: false,
        uniformBucketLevelAccess: true,
        publicAccessPrevention: "enforced",
        ...undo(args),
        lifecycleRules: lifecycle(args),
        ...(args.kmsKey === undefined ? {} : { encryption: { defaultKmsKeyName: args.kmsKey } }),
      },
      { parent: this, retainOnDelete: args.lockDays > 0 },
    );
    this.registerOutputs({ bucketName: this.bucketName });
  }
}

/**
 * A locked bucket lets nothing be replaced, so it needs no versions, which Google does not combine with a retention
 * policy; the policy can be taken back on purpose.
 */
function undo({ lockDays }: GcpBackupBucketArgs): Partial<storage.BucketArgs> {
  return lockDays > 0
    ? {
        versioning: { enabled: false },
        retentionPolicy: { retentionPeriod: String(lockDays * DAY_SECONDS), isLocked: false },
        softDeletePolicy: { retentionDurationSeconds: UNDO_DAYS * DAY_SECONDS },
      }
    : {
        versioning: { enabled: true },
        softDeletePolicy: { retentionDurationSeconds: UNDO_DAYS * DAY_SECONDS },
      };
}

function lifecycle({ keepDays }: GcpBackupBucketArgs): NonNullable<storage.BucketArgs["lifecycleRules"]> {
  return [
    { action: { type: "Delete" }, condition: { age: keepDays, withState: "LIVE" } },
    { action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: UNDO_DAYS, withState: "ARCHIVED" } },
    { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 1 } },
  ];
}
