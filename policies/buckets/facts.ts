import { type Field, fieldAt, firstOf, knownMembers, textOf } from "../field";
import type { StackResource } from "./finding";

/** Whole days; `undefined` for none, and `"unknown"` for what only the deployment will tell. */
export type Days = number | "unknown" | undefined;

/** What is said of a bucket, by itself or by what stands beside it. */
export interface BucketFacts {
  readonly resource: StackResource;
  /** What its tag or label says that it is for. */
  readonly purpose: Field;
  readonly forceDestroy: Field;
  /** The least number of days after which something in it is deleted. */
  readonly expiry: Days;
  /** Days in which nothing can be deleted. */
  readonly lock: Days;
}

const S3: readonly string[] = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];
const LIFECYCLES = /^aws:s3\/bucketLifecycleConfiguration(?:V2)?:/;
const LOCKS = /^aws:s3\/bucketObjectLockConfiguration(?:V2)?:/;
const GCS = "gcp:storage/bucket:Bucket";
const DAY_SECONDS = 86_400;
const YEAR_DAYS = 365;

/** The buckets of a stack, in the order of its resources. */
export function bucketFacts(resources: readonly StackResource[], tag: string): readonly BucketFacts[] {
  return resources.flatMap((resource) => {
    const { type, props } = resource;
    const forceDestroy = fieldAt(props, "forceDestroy");
    if (S3.includes(type)) {
      const purpose = firstOf(fieldAt(props, "tags", tag), fieldAt(props, "tagsAll", tag));
      return [{ resource, purpose, forceDestroy, ...besides(resource, resources) }];
    }
    const purpose = fieldAt(props, "labels", tag);
    return type === GCS ? [{ resource, purpose, forceDestroy, ...ofGoogle(props) }] : [];
  });
}

/** What names a bucket of S3 by an unknown name may mean this one. */
function besides(bucket: StackResource, all: readonly StackResource[]): Pick<BucketFacts, "expiry" | "lock"> {
  const name = textOf(fieldAt(bucket.props, "bucket"));
  const sides = (kind: RegExp, daysOf: (props: unknown) => readonly Days[]): Days =>
    least(
      all
        .filter(({ type }) => kind.test(type))
        .flatMap(({ props }): readonly Days[] => {
          const field = fieldAt(props, "bucket");
          return field.state === "unknown" ? ["unknown"] : textOf(field) === name ? daysOf(props) : [];
        }),
    );
  return {
    expiry: sides(LIFECYCLES, (props) =>
      knownMembers(fieldAt(props, "rules"))
        .filter((rule) => textOf(fieldAt(rule, "status")) !== "Disabled")
        .map((rule) => days(fieldAt(rule, "expiration", "days"), 1)),
    ),
    lock: sides(LOCKS, (props) => [
      days(fieldAt(props, "rule", "defaultRetention", "days"), 1),
      days(fieldAt(props, "rule", "defaultRetention", "years"), YEAR_DAYS),
    ]),
  };
}

function ofGoogle(props: unknown): Pick<BucketFacts, "expiry" | "lock"> {
  return {
    expiry: least(
      knownMembers(fieldAt(props, "lifecycleRules"))
        .filter(
          (rule) =>
            textOf(fieldAt(rule, "action", "type")) === "Delete" &&
            textOf(fieldAt(rule, "condition", "withState")) !== "ARCHIVED",
        )
        .map((rule) => days(fieldAt(rule, "condition", "age"), 1)),
    ),
    // Google fills in what is left out, which is unknown until then: not stated.
    lock: days(known(fieldAt(props, "retentionPolicy", "retentionPeriod")), 1 / DAY_SECONDS),
  };
}

function known(field: Field): Field {
  return field.state === "unknown" ? { state: "absent" } : field;
}

function days(field: Field, unit: number): Days {
  const count = Number(textOf(field));
  return field.state === "unknown" ? "unknown" : count > 0 ? count * unit : undefined;
}

function least(all: readonly Days[]): Days {
  const counts = all.flatMap((one) => (typeof one === "number" ? [one] : []));
  return counts.length > 0 ? Math.min(...counts) : all.includes("unknown") ? "unknown" : undefined;
}
