import type { EnforcementLevel, StackValidationPolicy } from "@pulumi/policy";
import { bucketFacts } from "../buckets/facts";
import { reportFinding, undecided, wrong, type Finding, type StackResource } from "../buckets/finding";
import { matches } from "../buckets/transport";
import { type Field, fieldAt, fieldsAt, parsedJson, textOf } from "../field";
import { stackPolicy, type PolicySpec, type PolicyValues } from "../policy";
import { shownText } from "../shown";

/** What the policy can be told. */
export interface DeletionConfig {
  /** Tag or label that says what a bucket is for; `backup` is judged. @default "purpose" */
  readonly tag: string;
}

const SPEC: PolicySpec<DeletionConfig> = {
  name: "backup-grants-no-deletion",
  description: "Nobody is granted the deletion of backups.",
  displayName: "Nobody may delete backups",
  severity: "high",
  tags: ["storage"],
  remediationSteps: "Grant reading and writing alone; a lifecycle deletes what is old.",
  defaults: { tag: "purpose" },
  meanings: { tag: "Tag or label that says what a bucket is for; backup is judged." },
};

/** What takes backups away, or what keeps them. Source: Amazon S3 User Guide, "Actions defined by Amazon S3". */
const TAKING = [
  "s3:DeleteObject",
  "s3:DeleteObjectVersion",
  "s3:BypassGovernanceRetention",
  "s3:PutLifecycleConfiguration",
  "s3:PutBucketObjectLockConfiguration",
  "s3:DeleteBucketPolicy",
  "s3:DeleteBucket",
];
const POLICIES = /^aws:(?:iam\/(?:rolePolicy|userPolicy|groupPolicy|policy)|s3\/bucketPolicy):/;

/** Source: Cloud Storage docs, "IAM roles for Cloud Storage". */
const TAKING_ROLES =
  /^roles\/(?:editor|owner|storage\.(?:admin|object(?:Admin|User)|legacyBucket(?:Owner|Writer)))$/;
const GRANTS = /^gcp:storage\/bucketIAM(?:Binding|Member):/;
const GOOGLE = "gcp:storage/bucket:Bucket";

/** Who writes backups is who a thief becomes. Docs: docs/policies/backup-grants-no-deletion.md */
export function backupGrantsNoDeletion(
  enforcementLevel: EnforcementLevel = "mandatory",
  values: PolicyValues<DeletionConfig> = {},
): StackValidationPolicy {
  return stackPolicy(SPEC, enforcementLevel, values, (resources, { tag }, reporter) => {
    const backups = bucketFacts(resources, tag)
      .filter(({ purpose }) => textOf(purpose) === "backup")
      .map(({ resource }) => resource);
    const named = (isGoogle: boolean): readonly string[] =>
      backups
        .filter(({ type }) => (type === GOOGLE) === isGoogle)
        .flatMap(({ props }) => textOf(fieldAt(props, isGoogle ? "name" : "bucket")) ?? []);
    const [s3, google] = [named(false), named(true)];
    resources
      .flatMap((resource) => [...ofAws(resource, s3), ...ofGoogle(resource, google)])
      .forEach((finding) => {
        reportFinding(finding, reporter);
      });
  });
}

function ofAws(resource: StackResource, buckets: readonly string[]): readonly Finding[] {
  if (!POLICIES.test(resource.type) || buckets.length === 0) return [];
  const policy = fieldAt(resource.props, "policy");
  if (policy.state === "unknown") return [later(resource, "its policy")];
  const value = policy.state === "known" ? policy.value : undefined;
  const statements = fieldsAt(typeof value === "string" ? parsedJson(value) : value, "Statement");
  return statements.flatMap((statement): readonly Finding[] => {
    if (statement.state !== "known")
      return statement.state === "unknown" ? [later(resource, "a statement")] : [];
    const texts = (name: string): readonly string[] => fieldsAt(statement.value, name).flatMap(textsOf);
    if (!texts("Effect").includes("Allow")) return [];
    const on = buckets.filter((bucket) =>
      texts("Resource").some((arn) =>
        ["", "/any-key"].some((below) => matches(arn, `arn:aws:s3:::${bucket}${below}`)),
      ),
    );
    const taking = texts("Action").filter((action) =>
      TAKING.some((one) => matches(action.toLowerCase(), one.toLowerCase())),
    );
    return on.flatMap((bucket) =>
      taking.map((action) =>
        wrong(resource, `it grants ${shownText(action)} on the backups in [${bucket}]. ${REMEDY}`),
      ),
    );
  });
}

const REMEDY = "Take it out; a lifecycle deletes what is old.";

function ofGoogle(resource: StackResource, buckets: readonly string[]): readonly Finding[] {
  if (!GRANTS.test(resource.type)) return [];
  const bucket = textOf(fieldAt(resource.props, "bucket"));
  const role = fieldAt(resource.props, "role");
  if (bucket === undefined || !buckets.includes(bucket)) return [];
  if (role.state === "unknown") return [later(resource, "its role")];
  const name = textOf(role) ?? "";
  return TAKING_ROLES.test(name)
    ? [
        wrong(
          resource,
          `it grants ${shownText(name)} on the backups in [${bucket}], who may delete. ${REMEDY}`,
        ),
      ]
    : [];
}

function textsOf(field: Field): readonly string[] {
  const text = textOf(field);
  return text === undefined ? [] : [text];
}

function later(resource: StackResource, what: string): Finding {
  return undecided(resource, `${what} is not known before the deployment. Write it as a literal text.`);
}
