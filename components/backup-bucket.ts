import { createRequire } from "node:module";
import type * as AwsSdk from "@pulumi/aws/provider";
import type * as CloudflareSdk from "@pulumi/cloudflare/provider";
import type * as GcpSdk from "@pulumi/gcp/provider";
import type * as pulumi from "@pulumi/pulumi";
import { copyName, type PlannedBucket } from "../plan/bucket";
import type * as Aws from "./aws-backup-bucket";
import type * as Gcp from "./gcp-backup-bucket";
import type * as Cloudflare from "./cloudflare-backup-bucket";

/** The SDKs are large, and installed by those alone whose backups are there: none is loaded before it is needed. */
const load = createRequire(__filename);

/** The provider of the cloud that holds a bucket; it refuses every account or project but the one named. */
export function backupProvider({
  provider,
  location,
}: Pick<PlannedBucket, "location" | "provider">): pulumi.ProviderResource {
  switch (location.cloud) {
    case "aws": {
      const { Provider } = load("@pulumi/aws/provider") as typeof AwsSdk;
      return new Provider(provider, { region: location.region, allowedAccountIds: [location.account] });
    }
    case "gcp": {
      const { Provider } = load("@pulumi/gcp/provider") as typeof GcpSdk;
      return new Provider(provider, { project: location.project });
    }
    case "r2": {
      const { Provider } = load("@pulumi/cloudflare/provider") as typeof CloudflareSdk;
      return new Provider(provider);
    }
  }
}

/** Registers the bucket of a backup in the cloud that the plan says. */
export function backupBucket(
  planned: PlannedBucket,
  opts: pulumi.ComponentResourceOptions,
): Aws.AwsBackupBucket | Gcp.GcpBackupBucket | Cloudflare.CloudflareBackupBucket {
  const { location, name, service, backup, keepDays, lockDays } = planned;
  const shared = { bucketName: name, keepDays, lockDays };
  const labels = {
    service,
    backup,
    purpose: "backup",
    "managed-by": "tocsin",
    ...(planned.filled ? { "filled-by": "jobs" } : {}),
  };
  const own = `${service}-${backup}`;
  switch (location.cloud) {
    case "aws": {
      const { AwsBackupBucket } = load("./aws-backup-bucket") as typeof Aws;
      const { account, region, replica } = location;
      const copy =
        replica === undefined
          ? {}
          : { copy: { ...replica, bucketName: copyName(planned), account, from: region } };
      return new AwsBackupBucket(own, { ...shared, ...keyOf(location), ...copy, tags: labels }, opts);
    }
    case "gcp": {
      const { GcpBackupBucket } = load("./gcp-backup-bucket") as typeof Gcp;
      const at = { location: location.location, labels };
      return new GcpBackupBucket(own, { ...shared, ...keyOf(location), ...at }, opts);
    }
    case "r2": {
      const { CloudflareBackupBucket } = load("./cloudflare-backup-bucket") as typeof Cloudflare;
      const { account, jurisdiction } = location;
      const within = jurisdiction === undefined ? {} : { jurisdiction };
      return new CloudflareBackupBucket(own, { ...shared, account, ...within }, opts);
    }
  }
}

function keyOf({ kmsKey }: { readonly kmsKey?: string }): { readonly kmsKey?: string } {
  return kmsKey === undefined ? {} : { kmsKey };
}
