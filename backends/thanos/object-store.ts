import type { LongTermSettings, ObjectStore, StoreRole } from "../../plan/long-term";
import { own } from "../../slo/order";
import { toYaml } from "../file-set";

/** The key of a secret of Kubernetes that holds the configuration of an object store, and the file that it becomes. */
export const OBJECT_STORE_FILE = "objstore.yml";

/** The secret with what one role asks the bucket by. */
export function objectStoreSecret(role: StoreRole): string {
  return `thanos-objstore-${role}`;
}

/**
 * `objstore.yml` of a role. @param secrets texts by their keys in the configuration
 * Source: Thanos docs, "Object Storage & Data Format".
 */
export function objectStoreConfig(
  { bucket, keys }: LongTermSettings,
  role: StoreRole,
  secrets: Readonly<Record<string, string>>,
): string {
  return toYaml(configOf(bucket, keys === undefined ? undefined : (own(secrets, keys[role]) ?? "")));
}

function configOf(bucket: ObjectStore, key: string | undefined): object {
  switch (bucket.cloud) {
    case "gcp":
      return {
        type: "GCS",
        config: { bucket: bucket.name, ...(key === undefined ? {} : { service_account: key }) },
      };
    case "aws":
      return s3(bucket.name, `s3.${bucket.region}.amazonaws.com`, bucket.region, key);
    case "s3":
      return s3(bucket.name, bucket.endpoint, bucket.region, key);
  }
}

function s3(bucket: string, endpoint: string, region: string, key: string | undefined): object {
  const colon = key?.indexOf(":") ?? -1;
  return {
    type: "S3",
    config: {
      bucket,
      endpoint,
      region,
      ...(key === undefined
        ? { aws_sdk_auth: true }
        : { access_key: key.slice(0, colon), secret_key: key.slice(colon + 1) }),
    },
  };
}
