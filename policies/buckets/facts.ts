import { type Field, fieldAt, firstOf, knownMembers, textOf } from "../field";
import type { StackResource } from "./finding";
import { R2_BUCKET, r2Rules } from "./r2";

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
  /** Whether a second region has what is in it, or is what has it. */
  readonly copied: boolean | "unknown";
  /** Whether it is kept who asked for what. */
  readonly logged: boolean | "unknown";
}

type Beside = Pick<BucketFacts, "copied" | "expiry" | "lock" | "logged">;

const S3: readonly string[] = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];
const LIFECYCLES = /^aws:s3\/bucketLifecycleConfiguration(?:V2)?:/;
const LOCKS = /^aws:s3\/bucketObjectLockConfiguration(?:V2)?:/;
const REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";
const LOGGING = /^aws:s3\/bucketLogging(?:V2)?:/;
const GCS = "gcp:storage/bucket:Bucket";
/** Multi-regions and dual-regions. Source: Cloud Storage docs, "Bucket locations". */
const SEVERAL_REGIONS = /^(?:ASIA|EU|US|ASIA1|EUR\d|NAM4)$/i;
export const DAY_SECONDS = 86_400;
const YEAR_DAYS = 365;

/** The buckets of a stack, in the order of its resources. R2 has no tags: there every bucket is one of backups. */
export function bucketFacts(resources: readonly StackResource[], tag: string): readonly BucketFacts[] {
  return resources.flatMap((resource): readonly BucketFacts[] => {
    const { type, props } = resource;
    const forceDestroy = fieldAt(props, "forceDestroy");
    if (S3.includes(type)) {
      const purpose = firstOf(fieldAt(props, "tags", tag), fieldAt(props, "tagsAll", tag));
      return [{ resource, purpose, forceDestroy, ...besides(resource, resources) }];
    }
    if (type === R2_BUCKET) {
      const purpose: Field = { state: "known", value: "backup" };
      return [
        { resource, purpose, forceDestroy, copied: false, logged: false, ...besidesR2(props, resources) },
      ];
    }
    const purpose = fieldAt(props, "labels", tag);
    return type === GCS ? [{ resource, purpose, forceDestroy, ...ofGoogle(props) }] : [];
  });
}

/** What names a bucket of S3 by an unknown name may mean this one. */
function besides(bucket: StackResource, all: readonly StackResource[]): Beside {
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
    copied: copiedTo(name, all),
    logged: loggedOf(name, all),
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

/** What S3 copies to elsewhere, or has from there. */
function copiedTo(name: string | undefined, all: readonly StackResource[]): BucketFacts["copied"] {
  const answers = all
    .filter(({ type }) => type === REPLICATION)
    .flatMap(({ props }) => {
      const source = fieldAt(props, "bucket");
      const targets = knownMembers(fieldAt(props, "rules"))
        .filter((rule) => textOf(fieldAt(rule, "status")) === "Enabled")
        .map((rule) => textOf(fieldAt(rule, "destination", "bucket")));
      const names = targets.length > 0 ? [textOf(source), ...targets.map((arn) => arn?.split(":::")[1])] : [];
      return source.state === "unknown" ? "unknown" : name !== undefined && names.includes(name);
    });
  return answers.includes(true) || (answers.includes("unknown") && "unknown");
}

/** S3 writes it to where a side resource says. */
function loggedOf(name: string | undefined, all: readonly StackResource[]): BucketFacts["logged"] {
  const fields = all
    .filter(({ type }) => LOGGING.test(type))
    .flatMap(({ props }) =>
      fieldAt(props, "targetBucket").state === "absent" ? [] : [fieldAt(props, "bucket")],
    );
  return (
    fields.some((field) => name !== undefined && textOf(field) === name) ||
    (fields.some(({ state }) => state === "unknown") && "unknown")
  );
}

function ofGoogle(props: unknown): Beside {
  const location = fieldAt(props, "location");
  const regions = fieldAt(props, "customPlacementConfig", "dataLocations");
  return {
    // Google fills in what is left out, which is unknown until then: not stated.
    logged: textOf(fieldAt(props, "logging", "logBucket")) !== undefined,
    copied:
      location.state === "unknown"
        ? "unknown"
        : SEVERAL_REGIONS.test(textOf(location) ?? "") || knownMembers(regions).length > 1,
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

function besidesR2(props: unknown, all: readonly StackResource[]): Pick<Beside, "expiry" | "lock"> {
  const daysOf = (side: "Lifecycle" | "Lock", ...path: readonly string[]): Days =>
    least(
      r2Rules(props, all, side).map((rule) =>
        rule === "unknown" ? rule : days(fieldAt(rule, ...path), 1 / DAY_SECONDS),
      ),
    );
  return {
    expiry: daysOf("Lifecycle", "deleteObjectsTransition", "condition", "maxAge"),
    lock: daysOf("Lock", "condition", "maxAgeSeconds"),
  };
}

function known(field: Field): Field {
  return field.state === "unknown" ? { state: "absent" } : field;
}

export function days(field: Field, unit: number): Days {
  const count = Number(textOf(field));
  return field.state === "unknown" ? "unknown" : count > 0 ? count * unit : undefined;
}

export function least(all: readonly Days[]): Days {
  const counts = all.flatMap((one) => (typeof one === "number" ? [one] : []));
  return counts.length > 0 ? Math.min(...counts) : all.includes("unknown") ? "unknown" : undefined;
}
