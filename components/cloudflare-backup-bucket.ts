import { R2Bucket, R2BucketLifecycle, R2BucketLock, R2ManagedDomain } from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { movesOf } from "../plan/bucket";

export interface CloudflareBucketArgs {
  /** Literal: a policy cannot judge what is unknown at preview. */
  readonly bucketName: string;
  readonly account: string;
  readonly jurisdiction?: string;
  readonly keepDays: number;
  /** Days after which a backup is moved, by class. @default - it stays where it is */
  readonly colder?: Readonly<Record<string, number | undefined>>;
  /** 0 for none that is asked for. What is locked is never deleted by the engine. */
  readonly lockDays: number;
}

const DAY_SECONDS = 86_400;

/** There are no versions, so that what has no lock has one of a week, or of its life where that is shorter. */
const UNDO_DAYS = 7;

/** A private bucket of backups on Cloudflare R2, which encrypts whatever it stores. */
export class CloudflareBackupBucket extends pulumi.ComponentResource {
  readonly bucketName: string;

  constructor(name: string, args: CloudflareBucketArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:CloudflareBackupBucket", name, {}, opts);
    const { bucketName, account, jurisdiction, colder, keepDays, lockDays } = args;
    this.bucketName = bucketName;
    const own: pulumi.CustomResourceOptions = { parent: this, retainOnDelete: lockDays > 0 };
    const within = { accountId: account, ...(jurisdiction === undefined ? {} : { jurisdiction }) };
    const bucket = new R2Bucket(name, { ...within, name: bucketName }, own);
    const side: pulumi.CustomResourceOptions = { ...own, deletedWith: bucket, dependsOn: [bucket] };
    const at = { ...within, bucketName };
    const maxAgeSeconds = Math.max(lockDays, Math.min(UNDO_DAYS, keepDays)) * DAY_SECONDS;
    const moves = movesOf({ kind: "backup", keepDays, lockDays }, colder).map(([storageClass, days]) => ({
      storageClass,
      condition: { type: "Age", maxAge: days * DAY_SECONDS },
    }));
    new R2ManagedDomain(`${name}-public-access`, { ...at, enabled: false }, side);
    new R2BucketLock(
      `${name}-lock`,
      { ...at, rules: [{ id: "lock", enabled: true, condition: { type: "Age", maxAgeSeconds } }] },
      side,
    );
    new R2BucketLifecycle(
      `${name}-lifecycle`,
      {
        ...at,
        rules: [
          {
            id: "expire",
            enabled: true,
            conditions: { prefix: "" },
            deleteObjectsTransition: { condition: { type: "Age", maxAge: keepDays * DAY_SECONDS } },
            ...(moves.length === 0 ? {} : { storageClassTransitions: moves }),
            abortMultipartUploadsTransition: { condition: { type: "Age", maxAge: DAY_SECONDS } },
          },
        ],
      },
      side,
    );
    this.registerOutputs({ bucketName: this.bucketName });
  }
}
