import { fieldAt, fieldsAt, parsedJson, textOf, type Field } from "../field";
import { rulesFor } from "./s3";
import { undecided, wrong, type BucketRules, type Finding, type StackResource } from "./finding";

const BUCKET = "gcp:storage/bucket:Bucket";
const PUBLIC: readonly string[] = ["allUsers", "allAuthenticatedUsers"];

/** Who is granted something, by the kind of grant. */
const GRANTS: ReadonlyMap<string, (props: unknown) => readonly Field[]> = new Map([
  ["gcp:storage/bucketIAMBinding:BucketIAMBinding", (props: unknown) => fieldsAt(props, "members")],
  ["gcp:storage/bucketIAMMember:BucketIAMMember", (props: unknown) => [fieldAt(props, "member")]],
  ["gcp:storage/bucketIAMPolicy:BucketIAMPolicy", membersOfPolicy],
]);

/** Buckets of Google Cloud Storage, and grants on any bucket. What is stored there is always encrypted. */
export function gcsFindings(resources: readonly StackResource[], rules: BucketRules): readonly Finding[] {
  return [
    ...keyRotation(resources),
    ...resources.filter(({ type }) => type === BUCKET).flatMap((bucket) => bucketFindings(bucket, rules)),
    ...resources.flatMap((resource) => grantFindings(resource)),
  ];
}

/**
 * Google fills in what a bucket does not say, so that a property that was left out is "not known" at preview.
 * Unknown therefore counts as not stated: the verdict before the deployment has to be that of afterwards.
 */
function bucketFindings(bucket: StackResource, rules: BucketRules): readonly Finding[] {
  const stated = (...path: readonly string[]): string => textOf(fieldAt(bucket.props, ...path)) ?? "";
  const findings: Finding[] = [];
  if (stated("uniformBucketLevelAccess") !== "true") {
    findings.push(wrong(bucket, "uniformBucketLevelAccess is not stated to be true. Set it to true."));
  }
  if (stated("publicAccessPrevention") !== "enforced") {
    findings.push(wrong(bucket, "publicAccessPrevention is not stated to be enforced. Set it to enforced."));
  }
  const kept =
    stated("versioning", "enabled") === "true" ||
    Number(stated("softDeletePolicy", "retentionDurationSeconds")) > 0 ||
    Number(stated("retentionPolicy", "retentionPeriod")) > 0;
  if (!kept) {
    findings.push(
      wrong(
        bucket,
        "nothing is stated that keeps what is overwritten or deleted. Set versioning.enabled to true, or a " +
          "retentionPolicy or softDeletePolicy.",
      ),
    );
  }
  return rulesFor(bucket.props, rules).customerKeys ? [...findings, ...keyFindings(bucket)] : findings;
}

/** Keys of both clouds that encrypt, and that a program makes itself. Sources: AWS KMS and Cloud KMS docs, rotation of keys. */
function keyRotation(resources: readonly StackResource[]): readonly Finding[] {
  return resources.flatMap((key) => {
    const of = ROTATION.get(key.type);
    if (of === undefined || !of.encrypts.includes(textOf(fieldAt(key.props, of.use)) ?? of.encrypts[0]))
      return [];
    const field = fieldAt(key.props, of.property);
    return field.state === "unknown"
      ? [undecided(key, `${of.property} is not known before the deployment. Write it as a literal value.`)]
      : textOf(field) === undefined || textOf(field) === "false"
        ? [wrong(key, `it is never renewed. Set ${of.property}${of.to}.`)]
        : [];
  });
}

const ROTATION: ReadonlyMap<
  string,
  Readonly<Record<"property" | "to" | "use", string>> & { readonly encrypts: readonly [string] }
> = new Map([
  [
    "aws:kms/key:Key",
    { property: "enableKeyRotation", to: " to true", use: "keyUsage", encrypts: ["ENCRYPT_DECRYPT"] },
  ],
  [
    "gcp:kms/cryptoKey:CryptoKey",
    {
      property: "rotationPeriod",
      to: ", in seconds such as 7776000s",
      use: "purpose",
      encrypts: ["ENCRYPT_DECRYPT"],
    },
  ],
]);

function keyFindings(bucket: StackResource): readonly Finding[] {
  const key = fieldAt(bucket.props, "encryption", "defaultKmsKeyName");
  if (key.state === "unknown") {
    return [
      undecided(
        bucket,
        "encryption.defaultKmsKeyName is not known before the deployment. Write the name of the key as a literal text.",
      ),
    ];
  }
  return textOf(key) === undefined
    ? [wrong(bucket, "encryption.defaultKmsKeyName is not set. Set it to the key that encrypts the bucket.")]
    : [];
}

/** To whom a resource grants something; `undefined` of one that grants nothing. */
export function membersOfGrant(type: string, props: unknown): readonly Field[] | undefined {
  return GRANTS.get(type)?.(props);
}

function grantFindings(resource: StackResource): readonly Finding[] {
  const granted = membersOfGrant(resource.type, resource.props) ?? [];
  const everyone = PUBLIC.filter((name) => granted.some((field) => textOf(field) === name));
  const findings = everyone.map((name) =>
    wrong(resource, `it grants access to [${name}], which is everyone. Name the accounts that need it.`),
  );
  return granted.some(({ state }) => state === "unknown")
    ? [
        ...findings,
        undecided(resource, "a member is not known before the deployment. Write members as literal texts."),
      ]
    : findings;
}

/** The whole policy of a bucket is a JSON text; one that is not is refused by Google and grants nothing. */
function membersOfPolicy(props: unknown): readonly Field[] {
  const policy = fieldAt(props, "policyData");
  if (policy.state !== "known") {
    return [policy];
  }
  const bindings = fieldsAt(parsedJson(textOf(policy) ?? ""), "bindings");
  return bindings.flatMap((binding) => (binding.state === "known" ? fieldsAt(binding.value, "members") : []));
}
