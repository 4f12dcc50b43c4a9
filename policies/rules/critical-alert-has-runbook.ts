import type { EnforcementLevel, ResourceValidationPolicy } from "@pulumi/policy";
import type { Alert } from "../alerts";
import { textOf, type Field } from "../field";
import { resourcePolicy, type PolicySpec, type PolicyValues } from "../policy";
import { reportScan } from "../report-scan";
import type { Reporter } from "../reporter";
import { RULE_SOURCES } from "../rule-sources";
import { shownAddress, shownList } from "../shown";

/** What the policy can be told. */
export interface RunbookConfig {
  /** Severities whose alerts need a runbook. @default ["critical"] */
  readonly severities: readonly string[];
  /** Hosts that may serve runbooks; an empty list allows all. @default [] */
  readonly hosts: readonly string[];
}

const ANNOTATION = "runbook_url";
const UNKNOWN = "is not known before the deployment";
const LITERAL = "Both are checked only where they are literal texts.";
const REMEDY = `Set ${ANNOTATION} to the https address of the page that says what to do.`;

/** Addresses of the machine on which they are opened. Source: RFC 6761, section 6.3; RFC 1122, section 3.2.1.3. */
const LOOPBACK = /^(?:.*\.)?localhost\.?$|^127\.|^0\.0\.0\.0$|^\[::1?\]$|^\[::ffff:7f/;

const TEMPLATE = /\{\{.*?\}\}/gs;

/** Words that stand where somebody still has to write the page's name. */
const PLACEHOLDER =
  /(?:^|[/?#=._-])(?:todo|fixme|tbd|xxx+|changeme|change-me|placeholder|your-[\w-]+)(?:$|[/?#&._-])/i;

const SPEC: PolicySpec<RunbookConfig> = {
  name: "critical-alert-has-runbook",
  description: "A critical alert links to its runbook over https.",
  displayName: "Critical alerts have runbooks",
  severity: "high",
  tags: ["alerting"],
  remediationSteps: REMEDY,
  defaults: { severities: ["critical"], hosts: [] },
  meanings: {
    severities: "Severities whose alerts need a runbook.",
    hosts: "Hosts that may serve runbooks; an empty list allows all.",
  },
};

/** Whoever is woken by an alert finds out what to do by one click. Docs: docs/policies/critical-alert-has-runbook.md */
export function criticalAlertHasRunbook(
  enforcementLevel: EnforcementLevel = "mandatory",
  values: PolicyValues<RunbookConfig> = {},
): ResourceValidationPolicy {
  return resourcePolicy(SPEC, enforcementLevel, values, ({ type, name, props }, config, reporter) =>
    reportScan(name, RULE_SOURCES.get(type)?.(props), reporter, (alert) =>
      judge(`Resource [${name}]: ${alert.place}`, alert, config, reporter),
    ),
  );
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
  const fault = addressFault(address.trim(), hosts);
  return fault === undefined ? undefined : `${ANNOTATION} ${shownAddress(address)}, ${fault}`;
}

function addressFault(address: string, hosts: readonly string[]): string | undefined {
  const url = parsed(address);
  if (url === undefined) {
    return "which is no https address with a host";
  }
  if (LOOPBACK.test(url.hostname)) {
    return "whose host is the reader's own machine";
  }
  if (hosts.length > 0 && !hosts.some((allowed) => allowed.toLowerCase() === url.hostname)) {
    return `whose host is not one of ${shownList(hosts)}`;
  }
  const literal = parsed(address.replace(TEMPLATE, ""));
  if (literal === undefined || !/[^/]/.test(literal.pathname + literal.search + literal.hash)) {
    const why = address.includes("{{")
      ? ": a template renders to nothing where the alert has no such label"
      : "";
    return `which names no page of its host${why}`;
  }
  return PLACEHOLDER.test(literal.pathname + literal.search + literal.hash)
    ? "which is a placeholder and no page"
    : undefined;
}

/** The parser alone would also take `https:wiki` and `https:///wiki` for addresses of the host wiki. */
function parsed(address: string): URL | undefined {
  return /^https:\/\/[^\s/?#]/i.test(address) && URL.canParse(address) ? new URL(address) : undefined;
}
