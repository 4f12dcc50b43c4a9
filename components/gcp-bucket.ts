import * as storage from "@pulumi/gcp/storage";
import type * as pulumi from "@pulumi/pulumi";
import type { BucketContent, BucketIdentity } from "../plan/bucket";
import type { BackupSettings } from "../plan/platform";
import { gcpIdentities } from "./gcp-identities";

type Place = Extract<BackupSettings, { cloud: "gcp" }>;

export interface GcpBucketArgs extends Pick<Place, "kmsKey" | "location" | "project" | "workloadIdentity"> {
  /** Literal: a policy cannot judge what is unknown at preview. */
  readonly bucketName: string;
  /** What is locked is never deleted by the engine. */
  readonly content: BucketContent;
  readonly identities: readonly BucketIdentity[];
  readonly labels: Readonly<Record<string, string>>;
}

const DAY_SECONDS = 86_400;

/** A replaced or deleted object stays a week longer, which is the time to notice. */
const UNDO_DAYS = 7;

/** Registers a private, encrypted bucket with its identities; what AWS has as side resources are its properties. */
export function registerBucket(name: string, args: GcpBucketArgs, parent: pulumi.Resource): void {
  const { bucketName, content, identities, kmsKey, labels, location } = args;
  const bucket = new storage.Bucket(
    name,
    {
      name: bucketName,
      location,
      labels,
      forceDestroy: false,
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      ...undo(content),
      lifecycleRules: lifecycle(content),
      ...(kmsKey === undefined ? {} : { encryption: { defaultKmsKeyName: kmsKey } }),
    },
    { parent, retainOnDelete: lockDaysOf(content) > 0 },
  );
  gcpIdentities(name, identities, args, { parent, dependsOn: [bucket] });
}

function lockDaysOf(content: BucketContent): number {
  return content.kind === "backup" ? content.lockDays : 0;
}

/**
 * A locked bucket lets nothing be replaced, so it needs no versions, which Google does not combine with a retention
 * policy; the policy can be taken back on purpose.
 */
function undo(content: BucketContent): Partial<storage.BucketArgs> {
  const lockDays = lockDaysOf(content);
  return {
    ...(lockDays > 0
      ? {
          versioning: { enabled: false },
          retentionPolicy: { retentionPeriod: String(lockDays * DAY_SECONDS), isLocked: false },
        }
      : { versioning: { enabled: true } }),
    softDeletePolicy: { retentionDurationSeconds: UNDO_DAYS * DAY_SECONDS },
  };
}

function lifecycle(content: BucketContent): NonNullable<storage.BucketArgs["lifecycleRules"]> {
  return [
    ...(content.kind === "metrics"
      ? []
      : [{ action: { type: "Delete" }, condition: { age: content.keepDays, withState: "LIVE" } }]),
    { action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: UNDO_DAYS, withState: "ARCHIVED" } },
    { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 1 } },
  ];
}
