import { createRequire } from "node:module";
import type * as AwsSdk from "@pulumi/aws/provider";
import type * as CloudflareSdk from "@pulumi/cloudflare/provider";
import type * as GcpSdk from "@pulumi/gcp/provider";
import type * as pulumi from "@pulumi/pulumi";
import { copyName, type BucketContent, type PlannedBucket, type PlannedMetricsBucket } from "../plan/bucket";
import type * as AwsBackup from "./aws-backup-bucket";
import type * as AwsMetrics from "./aws-metrics-bucket";
import type * as Cloudflare from "./cloudflare-backup-bucket";
import type * as GcpBackup from "./gcp-backup-bucket";
import type * as GcpMetrics from "./gcp-metrics-bucket";

/** The SDKs are large, and installed by those alone whose backups are there: none is loaded before it is needed. */
const load = createRequire(__filename);

/** The provider of the cloud that holds a bucket or a database; it refuses every account or project but the one named. */
export function backupProvider({
  provider,
  location,
}: {
  readonly provider: string;
  readonly location:
    | PlannedBucket["location"]
    | { readonly cloud: "aws"; readonly region: string; readonly account: string }
    | { readonly cloud: "gcp"; readonly project: string };
}): pulumi.ProviderResource {
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

/** Registers the bucket of a backup, and who may ask for what is in it, in the cloud that the plan says. */
export function backupBucket(
  planned: PlannedBucket,
  opts: pulumi.ComponentResourceOptions,
): pulumi.ComponentResource {
  const { service, backup, keepDays, lockDays, location, name, identities } = planned;
  const own = `${service}-${backup}`;
  const life = { keepDays, lockDays };
  if (location.cloud === "r2") {
    const { CloudflareBackupBucket } = load("./cloudflare-backup-bucket") as typeof Cloudflare;
    return new CloudflareBackupBucket(own, { ...location, ...life, bucketName: name }, opts);
  }
  const labels = { service, backup, ...(planned.filled ? { "filled-by": "jobs" } : {}) };
  return bucketOf(own, { location, name, identities }, { kind: "backup", ...life }, labels, opts);
}

/** Registers a bucket of long-term metrics, and who may ask for what is in it. */
export function metricsBucket(
  planned: PlannedMetricsBucket,
  opts: pulumi.ComponentResourceOptions,
): pulumi.ComponentResource {
  return bucketOf("metrics", planned, { kind: "metrics" }, {}, opts);
}

function bucketOf(
  own: string,
  { location, name, identities }: Pick<PlannedMetricsBucket, "identities" | "location" | "name">,
  content: BucketContent,
  labels: Readonly<Record<string, string>>,
  opts: pulumi.ComponentResourceOptions,
): pulumi.ComponentResource {
  const shared = { bucketName: name, content, identities };
  const all = { ...labels, purpose: content.kind, "managed-by": "tocsin" };
  switch (location.cloud) {
    case "aws": {
      const AwsBucket =
        content.kind === "metrics"
          ? (load("./aws-metrics-bucket") as typeof AwsMetrics).AwsMetricsBucket
          : (load("./aws-backup-bucket") as typeof AwsBackup).AwsBackupBucket;
      const { replica, ...place } = location;
      const copy = replica === undefined ? {} : { copy: { ...replica, bucketName: copyName({ name }) } };
      return new AwsBucket(own, { ...place, ...shared, ...copy, tags: all }, opts);
    }
    case "gcp": {
      const GcpBucket =
        content.kind === "metrics"
          ? (load("./gcp-metrics-bucket") as typeof GcpMetrics).GcpMetricsBucket
          : (load("./gcp-backup-bucket") as typeof GcpBackup).GcpBackupBucket;
      return new GcpBucket(own, { ...location, ...shared, labels: all }, opts);
    }
  }
}
