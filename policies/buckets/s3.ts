import { fieldAt, firstOf, textOf } from "../field";
import { wrong, type BucketRules, type Finding, type StackResource } from "./finding";
import { SIDE_KINDS, type SideKind } from "./s3-sides";

const BUCKETS: readonly string[] = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];

/**
 * Buckets of Amazon S3. A bucket's protection stands in resources beside it, so that it can be found only by name:
 * a name that is not known before the deployment counts as a fault, for the other way to hear of it would be the
 * end of the deployment, when the bucket is there already.
 */
export function s3Findings(resources: readonly StackResource[], rules: BucketRules): readonly Finding[] {
  return resources
    .filter(({ type }) => BUCKETS.includes(type))
    .flatMap((bucket) => bucketFindings(bucket, resources, rulesFor(bucket.props, rules)));
}

/** Logs of S3 are written under no key of one's own. Source: Amazon S3 User Guide, "Enabling server access logging". */
export function rulesFor(props: unknown, rules: BucketRules): BucketRules {
  const purpose = textOf(firstOf(fieldAt(props, "tags", "purpose"), fieldAt(props, "labels", "purpose")));
  return { customerKeys: rules.customerKeys && purpose !== "log" };
}

function bucketFindings(
  bucket: StackResource,
  resources: readonly StackResource[],
  rules: BucketRules,
): readonly Finding[] {
  const field = fieldAt(bucket.props, "bucket");
  const name = textOf(field);
  if (name === undefined) {
    const seen = field.state === "unknown" ? "is not known before the deployment" : "is not set";
    return [
      wrong(bucket, `bucket ${seen}, so that nothing can be said to protect it. Set it to a literal name.`),
    ];
  }
  return SIDE_KINDS.flatMap((side) => sideFindings(side, bucket, name, resources, rules));
}

function sideFindings(
  side: SideKind,
  bucket: StackResource,
  name: string,
  resources: readonly StackResource[],
  rules: BucketRules,
): readonly Finding[] {
  const candidates = resources.filter(({ type }) => side.tokens.includes(type));
  const named = candidates.filter(({ props }) => textOf(fieldAt(props, "bucket")) === name);
  if (named.length > 0) {
    return named.flatMap((candidate) => side.check(candidate, name, rules));
  }
  const nameless = candidates.filter(({ props }) => fieldAt(props, "bucket").state === "unknown");
  const hint =
    nameless.length === 0
      ? `Add one with bucket: "${name}".`
      : `The bucket of ${nameless.map((one) => `[${one.name}]`).join(" and ")} is not known before the deployment: ` +
        `write bucket: "${name}" in place of the bucket's id, and dependsOn.`;
  return [wrong(bucket, `no ${side.kind} names bucket [${name}], and that is what ${side.purpose}. ${hint}`)];
}
