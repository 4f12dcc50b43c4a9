import { fieldAt, knownMembers, textOf } from "../field";
import { undecided, wrong, type BucketRules, type Finding, type StackResource } from "./finding";

export const R2_BUCKET = "cloudflare:index/r2Bucket:R2Bucket";

/** What opens a bucket to everybody. Source: Cloudflare R2 docs, "Public buckets". */
const DOMAINS: readonly string[] = [
  "cloudflare:index/r2ManagedDomain:R2ManagedDomain",
  "cloudflare:index/r2CustomDomain:R2CustomDomain",
];

/** Buckets of Cloudflare R2, which encrypts whatever it stores by keys of its own, and keeps no versions. */
export function r2Findings(resources: readonly StackResource[], rules: BucketRules): readonly Finding[] {
  return [
    ...resources.filter(({ type }) => DOMAINS.includes(type)).flatMap(domainFindings),
    ...resources
      .filter(({ type }) => type === R2_BUCKET)
      .flatMap((bucket) => [
        ...(rules.customerKeys
          ? [wrong(bucket, "R2 encrypts by no key of one's own. Keep it in another cloud.")]
          : []),
        ...lockFindings(bucket, r2Rules(bucket.props, resources, "Lock")),
      ]),
  ];
}

function domainFindings(domain: StackResource): readonly Finding[] {
  const enabled = fieldAt(domain.props, "enabled");
  const name = textOf(fieldAt(domain.props, "bucketName")) ?? "";
  return enabled.state === "unknown"
    ? [undecided(domain, "enabled is not known before the deployment. Write it as a literal value: false.")]
    : textOf(enabled) === "true"
      ? [wrong(domain, `it lets everybody read the bucket [${name}]. Set enabled to false.`)]
      : [];
}

function lockFindings(bucket: StackResource, rules: readonly unknown[]): readonly Finding[] {
  const later = rules.includes("unknown");
  return rules.some((rule) => rule !== "unknown")
    ? []
    : later
      ? [
          undecided(
            bucket,
            "what keeps what is overwritten or deleted is not known before the deployment. Write it literally.",
          ),
        ]
      : [
          wrong(
            bucket,
            "nothing is stated that keeps what is overwritten or deleted. Add an R2BucketLock with its bucketName.",
          ),
        ];
}

/** The enabled rules of what stands beside a bucket; `"unknown"` of one of a name that is not known. */
export function r2Rules(
  bucket: unknown,
  resources: readonly StackResource[],
  side: "Lifecycle" | "Lock",
): readonly unknown[] {
  const name = textOf(fieldAt(bucket, "name"));
  return resources
    .filter(({ type }) => type === `cloudflare:index/r2Bucket${side}:R2Bucket${side}`)
    .flatMap(({ props }) => {
      const field = fieldAt(props, "bucketName");
      const rules = fieldAt(props, "rules");
      return field.state === "unknown" || (textOf(field) === name && rules.state === "unknown")
        ? ["unknown"]
        : textOf(field) === name
          ? knownMembers(rules).filter((rule) => textOf(fieldAt(rule, "enabled")) === "true")
          : [];
    });
}
