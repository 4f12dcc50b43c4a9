import * as storage from "@pulumi/gcp/storage";
import type * as pulumi from "@pulumi/pulumi";
import {
  endOf,
  lockDaysOf,
  logName,
  movesOf,
  UNDO_DAYS,
  type BucketContent,
  type BucketIdentity,
} from "../plan/bucket";
import type { BackupSettings } from "../plan/platform";
import { gcpIdentities } from "./gcp-identities";

type Place = Extract<BackupSettings, { cloud: "gcp" }>;

export interface GcpBucketArgs extends Pick<
  Place,
  "colder" | "kmsKey" | "location" | "lock" | "project" | "workloadIdentity"
> {
  /** Literal: a policy cannot judge what is unknown at preview. */
  readonly bucketName: string;
  /** What is locked is never deleted by the engine. */
  readonly content: BucketContent;
  readonly identities: readonly BucketIdentity[];
  readonly labels: Readonly<Record<string, string>>;
}

const DAY_SECONDS = 86_400;

/** Registers a private, encrypted bucket with its identities; what AWS has as side resources are its properties. */
export function registerBucket(name: string, args: GcpBucketArgs, parent: pulumi.Resource): void {
  const { bucketName, content, identities } = args;
  const own = { parent, retainOnDelete: lockDaysOf(content) > 0 };
  const logBucket = logName({ name: bucketName });
  const log = guardedBucket(`${name}-log`, { ...logOf(args), bucketName: logBucket }, {}, own);
  // Whose writers of logs are. Source: Cloud Storage docs, "Usage logs & storage logs".
  const writers = new storage.BucketIAMMember(
    `${name}-log`,
    { bucket: logBucket, role: "roles/storage.objectCreator", member: LOG_WRITERS },
    { ...own, dependsOn: [log] },
  );
  const bucket = guardedBucket(name, args, { logging: { logBucket } }, { ...own, dependsOn: [writers] });
  gcpIdentities(name, identities, args, { parent, dependsOn: [bucket] });
}

const LOG_WRITERS = "group:cloud-storage-analytics@google.com";

/** Under Google's own key, and where nothing is locked. */
function logOf({ location, labels, project }: GcpBucketArgs): Omit<GcpBucketArgs, "bucketName"> {
  return {
    location,
    project,
    identities: [],
    labels: { ...labels, purpose: "log", "filled-by": "google" },
    content: { kind: "log" },
  };
}

function guardedBucket(
  name: string,
  { bucketName, content, kmsKey, labels, location, lock, colder }: GcpBucketArgs,
  more: Pick<storage.BucketArgs, "logging">,
  opts: pulumi.CustomResourceOptions,
): storage.Bucket {
  return new storage.Bucket(
    name,
    {
      name: bucketName,
      location,
      labels,
      forceDestroy: false,
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      ...undo(content, lock === "compliance"),
      lifecycleRules: lifecycle(content, colder),
      ...(kmsKey === undefined ? {} : { encryption: { defaultKmsKeyName: kmsKey } }),
      ...more,
    },
    opts,
  );
}

/**
 * A locked bucket lets nothing be replaced, so it needs no versions, which Google does not combine with a retention
 * policy; the policy can be taken back on purpose, unless it is locked for good.
 */
function undo(content: BucketContent, isLocked: boolean): Partial<storage.BucketArgs> {
  const lockDays = lockDaysOf(content);
  return {
    ...(lockDays > 0
      ? {
          versioning: { enabled: false },
          retentionPolicy: { retentionPeriod: String(lockDays * DAY_SECONDS), isLocked },
        }
      : { versioning: { enabled: true } }),
    softDeletePolicy: { retentionDurationSeconds: UNDO_DAYS * DAY_SECONDS },
  };
}

function lifecycle(
  content: BucketContent,
  colder: GcpBucketArgs["colder"],
): NonNullable<storage.BucketArgs["lifecycleRules"]> {
  const age = endOf(content);
  return [
    ...movesOf(content, colder).map(([storageClass, after]) => ({
      action: { type: "SetStorageClass", storageClass },
      condition: { age: after, withState: "LIVE" },
    })),
    ...(age === undefined ? [] : [{ action: { type: "Delete" }, condition: { age, withState: "LIVE" } }]),
    { action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: UNDO_DAYS, withState: "ARCHIVED" } },
    { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 1 } },
  ];
}
