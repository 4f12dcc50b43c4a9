import type { EnforcementLevel, ResourceValidationPolicy } from "@pulumi/policy";
import { askedBy } from "../expression";
import { textOf } from "../field";
import { alertPolicy, type PolicySpec, type PolicyValues } from "../policy";
import { shownList } from "../shown";

/** What the policy can be told. */
export interface RecordsConfig {
  /** Metrics that an alert may read as they are. @default ["up"] */
  readonly allowed: readonly string[];
}

const SPEC: PolicySpec<RecordsConfig> = {
  name: "alert-reads-records-only",
  description: "An alert reads what is recorded, and no raw series.",
  displayName: "Alerts read records only",
  severity: "low",
  tags: ["alerting"],
  remediationSteps: "Record the expression by a rule, and let the alert read the record.",
  defaults: { allowed: ["up"] },
  meanings: { allowed: "Metrics that an alert may read as they are." },
};

/** For teams that want it: what an alert saw can be looked up later. Docs: docs/policies/alert-reads-records-only.md */
export function alertReadsRecordsOnly(
  enforcementLevel: EnforcementLevel = "disabled",
  values: PolicyValues<RecordsConfig> = {},
): ResourceValidationPolicy {
  return alertPolicy(SPEC, enforcementLevel, values, ({ expressions }, subject, { allowed }, reporter) => {
    const raw = expressions
      .flatMap((expression) => askedBy(textOf(expression) ?? "").metrics)
      .filter((metric) => !metric.includes(":") && !allowed.includes(metric));
    if (raw.length > 0) {
      reporter.wrong(
        `${subject} reads ${shownList([...new Set(raw)])}, which no rule records. Record it, and read the record.`,
      );
    }
    if (expressions.some(({ state }) => state === "unknown")) {
      reporter.unchecked(
        `${subject} has an expression that is not known before the deployment. Write it as a literal text.`,
      );
    }
  });
}
