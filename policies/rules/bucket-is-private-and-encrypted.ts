import type { EnforcementLevel, StackValidationPolicy } from "@pulumi/policy";
import { compareFindings, reportFinding } from "../buckets/finding";
import { gcsFindings } from "../buckets/gcs";
import { r2Findings } from "../buckets/r2";
import { s3Findings } from "../buckets/s3";
import { stackPolicy, type PolicySpec, type PolicyValues } from "../policy";

/** What the policy can be told. */
export interface BucketConfig {
  /** Whether encryption needs a key of one's own in place of the cloud's. @default false */
  readonly customerKeys: boolean;
}

const SPEC: PolicySpec<BucketConfig> = {
  name: "bucket-is-private-and-encrypted",
  description: "A bucket is private, encrypted and keeps what is deleted.",
  displayName: "Buckets are private and encrypted",
  severity: "critical",
  tags: ["storage"],
  remediationSteps: "Give the bucket its side resources, each with the bucket's literal name.",
  defaults: { customerKeys: false },
  meanings: { customerKeys: "Whether encryption needs a key of one's own in place of the cloud's." },
};

/** Backups hold everything that the services hold. Docs: docs/policies/bucket-is-private-and-encrypted.md */
export function bucketIsPrivateAndEncrypted(
  enforcementLevel: EnforcementLevel = "mandatory",
  values: PolicyValues<BucketConfig> = {},
): StackValidationPolicy {
  return stackPolicy(SPEC, enforcementLevel, values, (resources, config, reporter) =>
    [...s3Findings(resources, config), ...gcsFindings(resources, config), ...r2Findings(resources, config)]
      .toSorted(compareFindings)
      .forEach((finding) => reportFinding(finding, reporter)),
  );
}
