import type * as pulumi from "@pulumi/pulumi";
import type { PlannedBucket } from "../plan/bucket";
import { AwsBackupBucket } from "./aws-backup-bucket";
import { GcpBackupBucket } from "./gcp-backup-bucket";

/** Registers the bucket of a backup in the cloud that the plan says. */
export function backupBucket(
  planned: PlannedBucket,
  opts: pulumi.ComponentResourceOptions,
): AwsBackupBucket | GcpBackupBucket {
  const { location, name, service, backup } = planned;
  const shared = {
    bucketName: name,
    keepDays: planned.keepDays,
    lockDays: planned.lockDays,
    ...(location.kmsKey === undefined ? {} : { kmsKey: location.kmsKey }),
  };
  const labels = { service, backup, "managed-by": "tocsin" };
  const own = `${service}-${backup}`;
  return location.cloud === "aws"
    ? new AwsBackupBucket(own, { ...shared, tags: labels }, opts)
    : new GcpBackupBucket(own, { ...shared, location: location.location, labels }, opts);
}
