import type { Subject } from "./policy-requests";

const S3 = "aws:s3/";

/** A bucket of a purpose on two clouds, and what stands beside one of S3. */
export function bucketSubjects(purpose: "backup" | "metrics"): Readonly<
  Record<"bucket" | "google", (props: object) => Subject>
> & {
  readonly lifecycle: (days: unknown, name?: unknown) => Subject;
  readonly lock: (defaultRetention: unknown) => Subject;
} {
  return {
    bucket: (props) => ({
      type: `${S3}bucket:Bucket`,
      name: "store",
      props: { bucket: "store-prod", tags: { purpose }, ...props },
    }),
    lifecycle: (days, name = "store-prod") => ({
      type: `${S3}bucketLifecycleConfiguration:BucketLifecycleConfiguration`,
      name: "store-lifecycle",
      props: {
        bucket: name,
        rules: [
          { status: "Disabled", expiration: { days: 1 } },
          { status: "Enabled", expiration: { days } },
        ],
      },
    }),
    lock: (defaultRetention) => ({
      type: `${S3}bucketObjectLockConfiguration:BucketObjectLockConfiguration`,
      name: "store-lock",
      props: { bucket: "store-prod", rule: { defaultRetention } },
    }),
    google: (props) => ({
      type: "gcp:storage/bucket:Bucket",
      name: "store",
      props: { labels: { purpose }, ...props },
    }),
  };
}

/** Rules of Google by which objects are deleted at an age, those that were replaced earlier. */
export function expires(age: unknown): object {
  return {
    lifecycleRules: [
      { action: { type: "Delete" }, condition: { age: 7, withState: "ARCHIVED" } },
      { action: { type: "Delete" }, condition: { age } },
    ],
  };
}
