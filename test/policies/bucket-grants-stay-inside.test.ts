import { bucketGrantsStayInside } from "../../policies/rules/bucket-grants-stay-inside";
import { describePolicy } from "../support/policy-cases";
import { sayOf, UNKNOWN, type Subject } from "../support/policy-requests";

const policy = (principal: unknown, effect = "Allow"): Subject => ({
  type: "aws:s3/bucketPolicy:BucketPolicy",
  name: "store",
  props: {
    bucket: "store-prod",
    policy: JSON.stringify({ Statement: { Effect: effect, Principal: principal, Action: "s3:GetObject" } }),
  },
});
const member = (name: unknown): Subject => ({
  type: "gcp:storage/bucketIAMMember:BucketIAMMember",
  name: "store",
  props: { bucket: "store-prod", member: name },
});
const outside = (who: string, of: string): string =>
  `Resource [store]: it grants something to [${who}], and [${of}] is none of ours. Take the grant out, or name it in ` +
  "the policy's configuration.";
const POOLS = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools";
const ARN = "arn:aws:iam::123456789012:role/reader";

describePolicy(bucketGrantsStayInside, {
  fails: [
    {
      title: "a role of another account",
      subjects: [policy({ AWS: [ARN] })],
      says: [outside(ARN, "123456789012")],
    },
    {
      title: "an account by its number",
      subjects: [policy({ AWS: "210987654321" })],
      values: { accounts: ["123456789012"] },
      says: [outside("210987654321", "210987654321")],
    },
    {
      title: "a service account of another project, and a person",
      subjects: [member("serviceAccount:a@theirs.iam.gserviceaccount.com"), member("user:b@example.com")],
      values: { domains: ["ours"] },
      says: [
        outside("serviceAccount:a@theirs.iam.gserviceaccount.com", "theirs"),
        outside("user:b@example.com", "example.com"),
      ],
    },
    {
      title: "a service account of a cluster of another project, and all of a pool",
      subjects: [
        member(`principal:${POOLS}/theirs.svc.id.goog/subject/ns/shop/sa/reader`),
        member(`principalSet:${POOLS}/ours.svc.id.goog/*`),
      ],
      values: { domains: ["ours"] },
      says: [
        outside(`principal:${POOLS}/theirs.svc.id.goog/...`, "theirs"),
        outside(`principalSet:${POOLS}/ours.svc.id.goog...`, `principalSet:${POOLS}/ours.svc.id.goog/*`),
      ],
    },
    {
      title: "a whole domain",
      subjects: [member("domain:example.com")],
      says: [outside("domain:example.com", "example.com")],
    },
  ],
  passes: [
    {
      title: "accounts that are named",
      subjects: [policy({ AWS: ARN })],
      values: { accounts: ["123456789012"] },
    },
    { title: "a statement that denies", subjects: [policy({ AWS: ARN }, "Deny")] },
    { title: "a service of the cloud", subjects: [policy({ Service: "logging.s3.amazonaws.com" })] },
    { title: "roles of the bucket's own project", subjects: [member("projectOwner:ours")] },
    {
      title: "a service account of a cluster of the project",
      subjects: [member(`principal:${POOLS}/ours.svc.id.goog/subject/ns/shop/sa/reader`)],
      values: { domains: ["ours"] },
    },
    {
      title: "projects and domains that are named",
      subjects: [member("serviceAccount:a@ours.iam.gserviceaccount.com"), member("group:b@ours.example")],
      values: { domains: ["ours", "ours.example"] },
    },
  ],
  wrongType: { subjects: [{ ...policy({ AWS: ARN }), type: "aws:iam/policy:Policy" }] },
  unknown: [
    {
      title: "a member of later",
      subjects: [member(UNKNOWN)],
      says: [
        "Resource [store]: to whom it grants something is not known before the deployment. Write it as a literal text.",
      ],
    },
    {
      title: "a policy of later",
      subjects: [{ ...policy({}), props: { policy: UNKNOWN } }],
      says: [
        "Resource [store]: to whom it grants something is not known before the deployment. Write it as a literal text.",
      ],
    },
  ],
});

it("names a principal that is granted something twice once", async () => {
  const twice = policy({ AWS: [ARN, ARN] });
  expect(await sayOf(twice, bucketGrantsStayInside())).toHaveLength(1);
});
