import type { EnforcementLevel, PolicyConfigSchema, ResourceValidationPolicy } from "@pulumi/policy";
import type { Alert } from "../alerts";
import { textsSchema, UNCHECKED_SCHEMA, type UncheckedLevel } from "../config-schema";
import { textOf, type Field } from "../field";
import { reporterOf, type Reporter } from "../reporter";
import { reportScan } from "../report-scan";
import { RULE_SOURCES } from "../rule-sources";
import { shownAddress, shownList } from "../shown";

/** What the policy can be told. */
export interface RunbookConfig {
  /** Severities whose alerts need a runbook. @default ["critical"] */
  readonly severities: readonly string[];
  /** Hosts that may serve runbooks; an empty list allows all. @default [] */
  readonly hosts: readonly string[];
  /** What becomes of something that is not known before the deployment. @default "advisory" */
  readonly unchecked: UncheckedLevel;
}

const NAME = "critical-alert-has-runbook";
const DESCRIPTION = "A critical alert links to its runbook over https.";
const ANNOTATION = "runbook_url";
const DEFAULTS: RunbookConfig = { severities: ["critical"], hosts: [], unchecked: "advisory" };
const UNKNOWN = "is not known before the deployment";
const LITERAL = "Both are checked only where they are literal texts.";
const REMEDY = `Set ${ANNOTATION} to the https address of the page that says what to do.`;

const CONFIG_SCHEMA: PolicyConfigSchema = {
  properties: {
    severities: textsSchema(DEFAULTS.severities, "Severities whose alerts need a runbook."),
    hosts: textsSchema(DEFAULTS.hosts, "Hosts that may serve runbooks; an empty list allows all."),
    unchecked: UNCHECKED_SCHEMA,
  },
};

/** Whoever is woken by an alert finds out what to do by one click. Docs: docs/policies/critical-alert-has-runbook.md */
export function criticalAlertHasRunbook(
  enforcementLevel: EnforcementLevel = "mandatory",
  values: Partial<RunbookConfig> = {},
): ResourceValidationPolicy {
  return {
    name: NAME,
    description: DESCRIPTION,
    displayName: "Critical alerts have runbooks",
    enforcementLevel,
    severity: "high",
    tags: ["alerting"],
    remediationSteps: REMEDY,
    configSchema: CONFIG_SCHEMA,
    validateResource: (args, report) => {
      const { type, name, props } = args;
      // The engine fills in the schema's defaults, the library does not.
      const config = { ...DEFAULTS, ...values, ...args.getConfig<Partial<RunbookConfig>>() };
      const reporter = reporterOf(DESCRIPTION, config.unchecked, report);
      reportScan(name, RULE_SOURCES.get(type)?.(props), reporter, (alert) =>
        judge(`Resource [${name}]: ${alert.place}`, alert, config, reporter),
      );
    },
  };
}

function judge(subject: string, alert: Alert, config: RunbookConfig, reporter: Reporter): void {
  const severity = alert.label("severity");
  const runbook = alert.annotation(ANNOTATION);
  const level = textOf(severity);
  const concerned =
    severity.state === "unknown" || (level !== undefined && config.severities.includes(level));
  const fault = faultOf(runbook, config.hosts);
  if (!concerned || fault === undefined) {
    return;
  }
  const seen = severity.state === "unknown" ? `a severity that ${UNKNOWN}` : `severity [${level ?? ""}]`;
  const message = `${subject} has ${seen} and ${fault}. ${REMEDY}`;
  if (severity.state === "unknown" || runbook.state === "unknown") {
    reporter.unchecked(`${message} ${LITERAL}`);
  } else {
    reporter.wrong(message);
  }
}

/** A template such as {{ $labels.service }} may stand in the path, never in the host. */
function faultOf(runbook: Field, hosts: readonly string[]): string | undefined {
  if (runbook.state === "unknown") {
    return `a ${ANNOTATION} that ${UNKNOWN}`;
  }
  const address = textOf(runbook) ?? "";
  if (address.trim() === "") {
    return `no ${ANNOTATION}`;
  }
  const host = hostOf(address);
  if (host === undefined) {
    return `${ANNOTATION} ${shownAddress(address)}, which is no https address with a host`;
  }
  return hosts.length === 0 || hosts.some((allowed) => allowed.toLowerCase() === host)
    ? undefined
    : `${ANNOTATION} ${shownAddress(address)}, whose host is not one of ${shownList(hosts)}`;
}

/** The parser alone would also take `https:wiki` and `https:///wiki` for addresses of the host wiki. */
function hostOf(address: string): string | undefined {
  return /^https:\/\/[^\s/?#]/i.test(address) && URL.canParse(address)
    ? new URL(address).hostname
    : undefined;
}
