import type { EnforcementLevel, PolicyConfigSchema, ResourceValidationPolicy } from "@pulumi/policy";
import type { Alert } from "../alerts";
import { textsSchema, UNCHECKED_SCHEMA, type UncheckedLevel } from "../config-schema";
import { textOf } from "../field";
import { reportScan } from "../report-scan";
import { reporterOf, type Reporter } from "../reporter";
import { RULE_SOURCES } from "../rule-sources";
import { shownList, shownText } from "../shown";

/** What the policy can be told. */
export interface OwnerConfig {
  /** Severities that the routes know. @default ["critical", "warning", "info", "none"] */
  readonly severities: readonly string[];
  /** Labels that say whose an alert is. @default ["team", "service"] */
  readonly owners: readonly string[];
  /** What becomes of something that is not known before the deployment. @default "advisory" */
  readonly unchecked: UncheckedLevel;
}

const DESCRIPTION = "An alert says how serious it is, and whose it is.";
const DEFAULTS: OwnerConfig = {
  severities: ["critical", "warning", "info", "none"],
  owners: ["team", "service"],
  unchecked: "advisory",
};

const CONFIG_SCHEMA: PolicyConfigSchema = {
  properties: {
    severities: textsSchema(DEFAULTS.severities, "Severities that the routes know."),
    owners: textsSchema(DEFAULTS.owners, "Labels that say whose an alert is."),
    unchecked: UNCHECKED_SCHEMA,
  },
};

/** Routes go by these labels: without them an alert reaches the wrong person or nobody. Docs: docs/policies/alert-has-owner-and-severity.md */
export function alertHasOwnerAndSeverity(
  enforcementLevel: EnforcementLevel = "mandatory",
  values: Partial<OwnerConfig> = {},
): ResourceValidationPolicy {
  return {
    name: "alert-has-owner-and-severity",
    description: DESCRIPTION,
    displayName: "Alerts have an owner and a severity",
    enforcementLevel,
    severity: "high",
    tags: ["alerting"],
    remediationSteps: "Give the alert the labels severity, team and service.",
    configSchema: CONFIG_SCHEMA,
    validateResource: (args, report) => {
      const { type, name, props } = args;
      // The engine fills in the schema's defaults, the library does not.
      const config = { ...DEFAULTS, ...values, ...args.getConfig<Partial<OwnerConfig>>() };
      const reporter = reporterOf(DESCRIPTION, config.unchecked, report);
      reportScan(name, RULE_SOURCES.get(type)?.(props), reporter, (alert) => {
        const subject = `Resource [${name}]: ${alert.place}`;
        judge(subject, alert, "severity", reporter, (value) => severityFault(value, config.severities));
        for (const owner of config.owners) {
          judge(subject, alert, owner, reporter, (value) => ownerFault(owner, value));
        }
      });
    },
  };
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
