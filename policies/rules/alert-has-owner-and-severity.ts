import type { EnforcementLevel, ResourceValidationPolicy } from "@pulumi/policy";
import type { Alert } from "../alerts";
import { textOf } from "../field";
import { resourcePolicy, type PolicySpec, type PolicyValues } from "../policy";
import { reportScan } from "../report-scan";
import type { Reporter } from "../reporter";
import { RULE_SOURCES } from "../rule-sources";
import { shownList, shownText } from "../shown";

/** What the policy can be told. */
export interface OwnerConfig {
  /** Severities that the routes know. @default ["critical", "warning", "info", "none"] */
  readonly severities: readonly string[];
  /** Labels that say whose an alert is. @default ["team", "service"] */
  readonly owners: readonly string[];
}

const SPEC: PolicySpec<OwnerConfig> = {
  name: "alert-has-owner-and-severity",
  description: "An alert says how serious it is, and whose it is.",
  displayName: "Alerts have an owner and a severity",
  severity: "high",
  tags: ["alerting"],
  remediationSteps: "Give the alert the labels severity, team and service.",
  defaults: { severities: ["critical", "warning", "info", "none"], owners: ["team", "service"] },
  meanings: {
    severities: "Severities that the routes know.",
    owners: "Labels that say whose an alert is.",
  },
};

/** Routes go by these labels: without them an alert reaches the wrong person or nobody. Docs: docs/policies/alert-has-owner-and-severity.md */
export function alertHasOwnerAndSeverity(
  enforcementLevel: EnforcementLevel = "mandatory",
  values: PolicyValues<OwnerConfig> = {},
): ResourceValidationPolicy {
  return resourcePolicy(SPEC, enforcementLevel, values, ({ type, name, props }, config, reporter) =>
    reportScan(name, RULE_SOURCES.get(type)?.(props), reporter, (alert) => {
      const subject = `Resource [${name}]: ${alert.place}`;
      judge(subject, alert, "severity", reporter, (value) => severityFault(value, config.severities));
      for (const owner of config.owners) {
        judge(subject, alert, owner, reporter, (value) => ownerFault(owner, value));
      }
    }),
  );
}

function judge(
  subject: string,
  alert: Alert,
  label: string,
  reporter: Reporter,
  faultOf: (value: string | undefined) => string | undefined,
): void {
  const field = alert.label(label);
  if (field.state === "unknown") {
    reporter.unchecked(
      `${subject} has a label ${label} that is not known before the deployment. Write it as a literal text.`,
    );
    return;
  }
  const fault = faultOf(textOf(field));
  if (fault !== undefined) {
    reporter.wrong(`${subject} has ${fault}`);
  }
}

function severityFault(value: string | undefined, allowed: readonly string[]): string | undefined {
  if (value !== undefined && allowed.includes(value)) {
    return undefined;
  }
  const seen = value === undefined ? "no label severity" : `severity ${shownText(value)}`;
  return `${seen}. Set it to one of ${shownList(allowed)}.`;
}

function ownerFault(label: string, value: string | undefined): string | undefined {
  if (value !== undefined && value.trim() !== "") {
    return undefined;
  }
  return `${value === undefined ? "no" : "an empty"} label ${label}. Set it to the name of the ${label}.`;
}
