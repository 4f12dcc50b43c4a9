import type { EnforcementLevel, ResourceValidationPolicy } from "@pulumi/policy";
import { textOf } from "../field";
import { alertPolicy, type PolicySpec, type PolicyValues } from "../policy";

/** What the policy can be told. */
export interface TextConfig {
  /** Annotations that every alert has. @default ["summary", "dashboard_url"] */
  readonly annotations: readonly string[];
}

const SPEC: PolicySpec<TextConfig> = {
  name: "alert-has-summary-and-dashboard",
  description: "An alert says in a sentence what is wrong, and where to look.",
  displayName: "Alerts have a summary and a dashboard",
  severity: "medium",
  tags: ["alerting"],
  remediationSteps: "Give the alert the annotations summary and dashboard_url.",
  defaults: { annotations: ["summary", "dashboard_url"] },
  meanings: { annotations: "Annotations that every alert has." },
};

/** A page is read half asleep, on a telephone. Docs: docs/policies/alert-has-summary-and-dashboard.md */
export function alertHasSummaryAndDashboard(
  enforcementLevel: EnforcementLevel = "mandatory",
  values: PolicyValues<TextConfig> = {},
): ResourceValidationPolicy {
  return alertPolicy(SPEC, enforcementLevel, values, (alert, subject, { annotations }, reporter) => {
    // An operator writes these itself.
    for (const name of alert.byOperator ? [] : annotations) {
      const field = alert.annotation(name);
      if (field.state === "unknown") {
        reporter.unchecked(
          `${subject} has an annotation ${name} that is not known before the deployment. Write it as a literal text.`,
        );
      } else if ((textOf(field) ?? "").trim() === "") {
        reporter.wrong(`${subject} has no annotation ${name}. Write one.`);
      }
    }
  });
}
