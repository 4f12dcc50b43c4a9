import { createRequire } from "node:module";
import type * as AwsSdk from "@pulumi/aws/provider";
import type * as GcpSdk from "@pulumi/gcp/provider";
import type * as pulumi from "@pulumi/pulumi";
import type { PlannedBucket } from "../plan/bucket";
import type { BackupSettings } from "../plan/platform";
import type * as Aws from "./aws-backup-bucket";
import type * as Gcp from "./gcp-backup-bucket";

/** Both SDKs are large, and installed by those alone whose backups are there: neither is loaded before it is needed. */
const load = createRequire(__filename);

/** The provider of the cloud that holds the backups; it refuses every account or project but the one named. */
export function backupProvider(settings: BackupSettings): pulumi.ProviderResource {
  if (settings.cloud === "aws") {
    const { Provider } = load("@pulumi/aws/provider") as typeof AwsSdk;
    return new Provider("aws", { region: settings.region, allowedAccountIds: [settings.account] });
  }
  const { Provider } = load("@pulumi/gcp/provider") as typeof GcpSdk;
  return new Provider("gcp", { project: settings.project });
}

/** Registers the bucket of a backup in the cloud that the plan says. */
export function backupBucket(
  planned: PlannedBucket,
  opts: pulumi.ComponentResourceOptions,
): Aws.AwsBackupBucket | Gcp.GcpBackupBucket {
  const { location, name, service, backup } = planned;
  const shared = {
    bucketName: name,
    keepDays: planned.keepDays,
    lockDays: planned.lockDays,
    ...(location.kmsKey === undefined ? {} : { kmsKey: location.kmsKey }),
  };
  const labels = {
    service,
    backup,
    purpose: "backup",
    "managed-by": "tocsin",
    ...(planned.filled ? { "filled-by": "jobs" } : {}),
  };
  const own = `${service}-${backup}`;
  if (location.cloud === "aws") {
    const { AwsBackupBucket } = load("./aws-backup-bucket") as typeof Aws;
    return new AwsBackupBucket(own, { ...shared, tags: labels }, opts);
  }
  const { GcpBackupBucket } = load("./gcp-backup-bucket") as typeof Gcp;
  return new GcpBackupBucket(own, { ...shared, location: location.location, labels }, opts);
}
