import { backupGrantsNoDeletion } from "../../policies/rules/backup-grants-no-deletion";
import { bucketSubjects } from "../support/bucket-subjects";
import { describePolicy } from "../support/policy-cases";
import { UNKNOWN, type Subject } from "../support/policy-requests";

const { bucket, google } = bucketSubjects("backup");
const metrics = bucketSubjects("metrics");

const granting = (
  Action: unknown,
  Resource: unknown,
  type = "iam/rolePolicy:RolePolicy",
  Effect = "Allow",
): Subject => ({
  type: `aws:${type}`,
  name: "writer",
  props: { policy: JSON.stringify({ Statement: [{ Effect, Action, Resource }] }) },
});
const member = (role: unknown, kind = "Member"): Subject => ({
  type: `gcp:storage/bucketIAM${kind}:BucketIAM${kind}`,
  name: "writer",
  props: { bucket: "store-prod", role },
});
const OBJECTS = "arn:aws:s3:::store-prod/*";
const says = (action: string): string =>
  `Resource [writer]: it grants [${action}] on the backups in [store-prod]. Take it out; a lifecycle deletes what is old.`;
const saysRole = (role: string): string =>
  `Resource [writer]: it grants [${role}] on the backups in [store-prod], who may delete. Take it out; a lifecycle deletes what is old.`;
const later = (what: string): string =>
  `Resource [writer]: ${what} is not known before the deployment. Write it as a literal text.`;
const onGoogle = google({ name: "store-prod" });

describePolicy(backupGrantsNoDeletion, {
  fails: [
    {
      title: "a writer that may delete",
      subjects: [bucket({}), granting(["s3:PutObject", "s3:DeleteObject"], OBJECTS)],
      says: [says("s3:DeleteObject")],
    },
    {
      title: "a user that may do anything with objects",
      subjects: [bucket({}), granting("s3:*", OBJECTS, "iam/userPolicy:UserPolicy")],
      says: [says("s3:*")],
    },
    {
      title: "whoever may do anything with any bucket",
      subjects: [bucket({}), granting("*", "*", "iam/policy:Policy")],
      says: [says("*")],
    },
    {
      title: "who may bypass the lock, by the bucket's own policy",
      subjects: [
        bucket({}),
        granting("s3:BypassGovernanceRetention", [OBJECTS], "s3/bucketPolicy:BucketPolicy"),
      ],
      says: [says("s3:BypassGovernanceRetention")],
    },
    {
      title: "who may let the lifecycle take all",
      subjects: [bucket({}), granting("s3:PutLifecycle*", "arn:aws:s3:::store-*")],
      says: [says("s3:PutLifecycle*")],
    },
    {
      title: "a role of Google that deletes",
      subjects: [onGoogle, member("roles/storage.objectAdmin")],
      says: [saysRole("roles/storage.objectAdmin")],
    },
    {
      title: "a binding of a role that deletes",
      subjects: [onGoogle, member("roles/storage.objectUser", "Binding")],
      says: [saysRole("roles/storage.objectUser")],
    },
  ],
  passes: [
    { title: "a writer", subjects: [bucket({}), granting(["s3:PutObject", "s3:GetObject"], OBJECTS)] },
    { title: "what denies it", subjects: [bucket({}), granting("s3:*", OBJECTS, undefined, "Deny")] },
    {
      title: "deletion elsewhere",
      subjects: [bucket({}), granting("s3:DeleteObject", "arn:aws:s3:::other/*")],
    },
    { title: "a compactor of metrics", subjects: [metrics.bucket({}), granting("s3:DeleteObject", OBJECTS)] },
    {
      title: "roles of Google that create and view",
      subjects: [onGoogle, member("roles/storage.objectCreator")],
    },
    {
      title: "a role on another bucket",
      subjects: [google({ name: "other" }), member("roles/storage.objectAdmin")],
    },
  ],
  wrongType: { subjects: [bucket({}), granting("s3:*", OBJECTS, "sqs/queuePolicy:QueuePolicy")] },
  unknown: [
    {
      title: "a policy of later",
      subjects: [bucket({}), { ...granting("", ""), props: { policy: UNKNOWN } }],
      says: [later("its policy")],
    },
    { title: "a role of later", subjects: [onGoogle, member(UNKNOWN)], says: [later("its role")] },
  ],
});
