import { fieldAt, membersOf } from "../field";
import { compare, oneOf, type Expectation } from "./expectation";
import { undecided, wrong, type BucketRules, type Finding, type StackResource } from "./finding";
import { transportVerdict } from "./transport";

/** A resource that has to stand beside every bucket, because the bucket itself does not have the property. */
export interface SideKind {
  readonly kind: string;
  readonly tokens: readonly string[];
  /** What is missing without it, for people. */
  readonly purpose: string;
  readonly check: (side: StackResource, bucket: string, rules: BucketRules) => readonly Finding[];
}

/** The side resources of a bucket. Source: @pulumi/aws 7, where the inline properties of `aws.s3.Bucket` are deprecated. */
export const SIDE_KINDS: readonly SideKind[] = [
  {
    kind: "BucketPublicAccessBlock",
    tokens: ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"],
    purpose: "keeps the public out",
    check: expecting(
      oneOf(["blockPublicAcls"], true),
      oneOf(["blockPublicPolicy"], true),
      oneOf(["ignorePublicAcls"], true),
      oneOf(["restrictPublicBuckets"], true),
    ),
  },
  {
    kind: "BucketServerSideEncryptionConfiguration",
    tokens: [
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
    ],
    purpose: "encrypts what is stored",
    check: checkEncryption,
  },
  {
    kind: "BucketVersioning",
    tokens: ["aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2"],
    purpose: "keeps what is overwritten or deleted",
    check: expecting(oneOf(["versioningConfiguration", "status"], "Enabled")),
  },
  {
    kind: "BucketOwnershipControls",
    tokens: ["aws:s3/bucketOwnershipControls:BucketOwnershipControls"],
    purpose: "turns access control lists off",
    check: expecting(oneOf(["rule", "objectOwnership"], "BucketOwnerEnforced")),
  },
  {
    kind: "BucketPolicy",
    tokens: ["aws:s3/bucketPolicy:BucketPolicy"],
    purpose: "refuses connections without TLS",
    check: checkTransport,
  },
];

function expecting(...expectations: readonly Expectation[]): SideKind["check"] {
  return (side) => expectations.flatMap((expectation) => compare(side, expectation) ?? []);
}

function checkEncryption(
  side: StackResource,
  _bucket: string,
  { customerKeys }: BucketRules,
): readonly Finding[] {
  const algorithms = customerKeys ? ["aws:kms", "aws:kms:dsse"] : ["aws:kms", "aws:kms:dsse", "AES256"];
  const rules = fieldAt(side.props, "rules");
  const count = rules.state === "known" ? (membersOf(rules.value)?.length ?? 0) : 0;
  if (count === 0) {
    return rules.state === "unknown"
      ? [undecided(side, "rules is not known before the deployment. Write it as a literal value.")]
      : [wrong(side, `rules has no member. Add one with ${algorithms.join(" or ")}.`)];
  }
  return Array.from({ length: count }, (_, index) =>
    compare(
      side,
      oneOf(["rules", index, "applyServerSideEncryptionByDefault", "sseAlgorithm"], ...algorithms),
    ),
  ).flatMap((finding) => finding ?? []);
}

function checkTransport(side: StackResource, bucket: string): readonly Finding[] {
  const remedy =
    `Add a statement that denies s3:* to everyone on the bucket and its objects ` +
    `where aws:SecureTransport is false.`;
  switch (transportVerdict(side.props, bucket)) {
    case "denied":
      return [];
    case "allowed":
      return [wrong(side, `policy allows connections without TLS. ${remedy}`)];
    case "unreadable":
      return [wrong(side, `policy is no JSON document. ${remedy}`)];
    case "unknown":
      return [
        undecided(
          side,
          "policy is not known before the deployment. Write it with the bucket's literal name, not with its arn.",
        ),
      ];
  }
}
