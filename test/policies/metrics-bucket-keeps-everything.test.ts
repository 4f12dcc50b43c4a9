import { metricsBucketKeepsEverything } from "../../policies/rules/metrics-bucket-keeps-everything";
import { bucketSubjects, expires } from "../support/bucket-subjects";
import { describePolicy } from "../support/policy-cases";
import { UNKNOWN } from "../support/policy-requests";

const { bucket, lifecycle, lock, google } = bucketSubjects("metrics");

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
