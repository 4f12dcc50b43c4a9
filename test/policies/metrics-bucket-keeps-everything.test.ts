import { metricsBucketKeepsEverything } from "../../policies/rules/metrics-bucket-keeps-everything";
import { describePolicy } from "../support/policy-cases";
import { UNKNOWN, type Subject } from "../support/policy-requests";

const S3 = "aws:s3/";
const bucket = (props: object): Subject => ({
  type: `${S3}bucket:Bucket`,
  name: "store",
  props: { bucket: "store-prod", tags: { purpose: "metrics" }, ...props },
});
const lifecycle = (days: unknown, name: unknown = "store-prod"): Subject => ({
  type: `${S3}bucketLifecycleConfiguration:BucketLifecycleConfiguration`,
  name: "store-lifecycle",
  props: {
    bucket: name,
    rules: [
      { status: "Disabled", expiration: { days: 1 } },
      { status: "Enabled", expiration: { days } },
    ],
  },
});
const lock = (defaultRetention: unknown): Subject => ({
  type: `${S3}bucketObjectLockConfiguration:BucketObjectLockConfiguration`,
  name: "store-lock",
  props: { bucket: "store-prod", rule: { defaultRetention } },
});
const google = (props: object): Subject => ({
  type: "gcp:storage/bucket:Bucket",
  name: "store",
  props: { labels: { purpose: "metrics" }, ...props },
});
const expires = (age: unknown): object => ({
  lifecycleRules: [
    { action: { type: "Delete" }, condition: { age: 7, withState: "ARCHIVED" } },
    { action: { type: "Delete" }, condition: { age } },
  ],
});

const EXPIRES =
  "Resource [store]: it expires objects by their age, which tears blocks apart. Set the retention of the compactor.";
const LOCKS = "Resource [store]: it locks objects, so that nothing can be compacted. Take the lock out.";

describePolicy(metricsBucketKeepsEverything, {
  fails: [
    { title: "an expiry", subjects: [bucket({}), lifecycle(30)], says: [EXPIRES] },
    { title: "a lock", subjects: [bucket({}), lock({ days: 1 })], says: [LOCKS] },
    {
      title: "both on Google",
      subjects: [google({ ...expires(30), retentionPolicy: { retentionPeriod: "86400" } })],
      says: [EXPIRES, LOCKS],
    },
  ],
  passes: [
    { title: "a bucket with neither", subjects: [bucket({}), google({})] },
    { title: "a lifecycle of another bucket", subjects: [bucket({}), lifecycle(30, "backups-prod")] },
    { title: "a bucket of backups", subjects: [bucket({ tags: { purpose: "backup" } }), lifecycle(30)] },
  ],
  wrongType: { subjects: [{ ...google(expires(30)), type: "gcp:storage/bucketObject:BucketObject" }] },
  unknown: [
    {
      title: "days of later",
      subjects: [bucket({}), lifecycle(UNKNOWN)],
      says: [
        "Resource [store]: it may be that it expires objects by their age, which tears blocks apart: that is not known " +
          "before the deployment. Set the retention of the compactor.",
      ],
    },
  ],
});
