import { backupBucketIsGuarded } from "../../policies/rules/backup-bucket-is-guarded";
import { bucketSubjects, expires } from "../support/bucket-subjects";
import { describePolicy } from "../support/policy-cases";
import { UNKNOWN } from "../support/policy-requests";

const { bucket, lifecycle, lock, google } = bucketSubjects("backup");

const NO_EXPIRY =
  "Resource [store]: nothing says when a backup expires. Add a lifecycle that deletes by age.";
const OUTLIVES =
  "Resource [store]: the lock of [40] days outlives the expiry after [30], so that nothing expires. Shorten the lock.";
const NO_LOCK = "Resource [store]: nothing locks it, and this environment locks backups. Add a lock.";
const FORCED = "Resource [store]: forceDestroy lets the engine delete every backup. Set it to false.";

describePolicy(backupBucketIsGuarded, {
  fails: [
    { title: "a bucket that keeps for ever", subjects: [bucket({})], says: [NO_EXPIRY] },
    {
      title: "one that the engine empties",
      subjects: [bucket({ forceDestroy: true }), lifecycle(30)],
      says: [FORCED],
    },
    {
      title: "a lock beyond the expiry",
      subjects: [bucket({}), lifecycle(30), lock({ days: 40 })],
      says: [OUTLIVES],
    },
    {
      title: "a lock of years",
      subjects: [bucket({}), lifecycle(300), lock({ years: 1 })],
      says: [
        "Resource [store]: the lock of [365] days outlives the expiry after [300], so that nothing expires. Shorten " +
          "the lock.",
      ],
    },
    {
      title: "no lock where one is asked for",
      subjects: [bucket({}), lifecycle(30)],
      values: { lock: true },
      says: [NO_LOCK],
    },
    {
      title: "all of it on Google",
      subjects: [google({ forceDestroy: true })],
      values: { lock: true },
      says: [FORCED, NO_EXPIRY, NO_LOCK],
    },
    {
      title: "a retention beyond the expiry on Google",
      subjects: [google({ ...expires(30), retentionPolicy: { retentionPeriod: String(40 * 86_400) } })],
      says: [OUTLIVES],
    },
  ],
  passes: [
    {
      title: "an expiry and a shorter lock",
      subjects: [bucket({}), lifecycle(30), lock({ days: 14 })],
      values: { lock: true },
    },
    {
      title: "the same on Google",
      subjects: [google({ ...expires(30), retentionPolicy: { retentionPeriod: "1209600" } })],
    },
    {
      title: "a bucket of something else",
      subjects: [bucket({ tags: { purpose: "website" }, forceDestroy: true })],
    },
    { title: "one of another tag", subjects: [bucket({})], values: { tag: "use" } },
  ],
  wrongType: { subjects: [{ ...bucket({ forceDestroy: true }), type: "aws:s3/bucketObject:BucketObject" }] },
  unknown: [
    {
      title: "days of later",
      subjects: [bucket({}), lifecycle(UNKNOWN), lock({ days: UNKNOWN })],
      says: [
        "Resource [store]: when a backup expires is not known before the deployment. Write it as a literal value.",
        "Resource [store]: how long it is locked is not known before the deployment. Write it as a literal value.",
      ],
    },
    {
      title: "a lifecycle of a bucket whose name is of later",
      subjects: [bucket({}), lifecycle(30, UNKNOWN)],
      says: [
        "Resource [store]: when a backup expires is not known before the deployment. Write it as a literal value.",
      ],
    },
  ],
});
