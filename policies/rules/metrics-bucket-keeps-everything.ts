import type { EnforcementLevel, StackValidationPolicy } from "@pulumi/policy";
import { bucketFacts, type Days } from "../buckets/facts";
import { reportFinding, undecided, wrong } from "../buckets/finding";
import { textOf } from "../field";
import { stackPolicy, type PolicySpec, type PolicyValues } from "../policy";

/** What the policy can be told. */
export interface MetricsConfig {
  /** Tag or label that says what a bucket is for; `metrics` is judged. @default "purpose" */
  readonly tag: string;
}

const SPEC: PolicySpec<MetricsConfig> = {
  name: "metrics-bucket-keeps-everything",
  description: "A bucket of metrics neither expires nor locks what its compactor manages.",
  displayName: "Buckets of metrics keep everything",
  severity: "high",
  tags: ["storage"],
  remediationSteps: "Take expiry and lock out, and set the retention of the compactor.",
  defaults: { tag: "purpose" },
  meanings: { tag: "Tag or label that says what a bucket is for; metrics is judged." },
};

/** A block is made of several objects, which have to go together. Docs: docs/policies/metrics-bucket-keeps-everything.md */
export function metricsBucketKeepsEverything(
  enforcementLevel: EnforcementLevel = "mandatory",
  values: PolicyValues<MetricsConfig> = {},
): StackValidationPolicy {
  return stackPolicy(SPEC, enforcementLevel, values, (resources, { tag }, reporter) => {
    for (const { resource, purpose, expiry, lock } of bucketFacts(resources, tag)) {
      const facts: readonly (readonly [Days, string, string])[] = [
        [
          expiry,
          "expires objects by their age, which tears blocks apart",
          "Set the retention of the compactor",
        ],
        [lock, "locks objects, so that nothing can be compacted", "Take the lock out"],
      ];
      for (const [days, fault, remedy] of textOf(purpose) === "metrics" ? facts : []) {
        if (days !== undefined) {
          const finding =
            days === "unknown"
              ? undecided(
                  resource,
                  `it may be that it ${fault}: that is not known before the deployment. ${remedy}.`,
                )
              : wrong(resource, `it ${fault}. ${remedy}.`);
          reportFinding(finding, reporter);
        }
      }
    }
  });
}
