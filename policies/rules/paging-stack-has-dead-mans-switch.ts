import type { EnforcementLevel, PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { fieldAt, firstOf, textOf, type Field } from "../field";
import { stackPolicy, type PolicySpec, type PolicyValues } from "../policy";
import { PAGING_KINDS, sendingsOf, type Integration, type Sending } from "../sendings";
import { RULE_SOURCES } from "../rule-sources";
import { shownList } from "../shown";
import { heldTexts } from "../texts";

/** What the policy can be told. */
export interface SwitchConfig {
  /** Alerts that always fire. @default ["Watchdog"] */
  readonly alerts: readonly string[];
  /** Integrations that wake somebody. @default the well-known pagers */
  readonly kinds: readonly string[];
}

const SPEC: PolicySpec<SwitchConfig> = {
  name: "paging-stack-has-dead-mans-switch",
  description: "Where people are woken, somebody outside notices that nobody is.",
  displayName: "Paging stacks have a dead man's switch",
  severity: "critical",
  tags: ["alerting", "receivers"],
  remediationSteps: "Send an alert that always fires to a heartbeat service outside the cluster.",
  defaults: { alerts: ["Watchdog"], kinds: PAGING_KINDS },
  meanings: {
    alerts: "Names of alerts that always fire.",
    kinds: "Integrations that wake somebody, as Alertmanager calls them.",
  },
};

/** A monitoring that is dead is silent, as one is of which all is well. Docs: docs/policies/paging-stack-has-dead-mans-switch.md */
export function pagingStackHasDeadMansSwitch(
  enforcementLevel: EnforcementLevel = "mandatory",
  values: PolicyValues<SwitchConfig> = {},
): StackValidationPolicy {
  return stackPolicy(SPEC, enforcementLevel, values, (resources, { alerts, kinds }, reporter) => {
    const sendings = resources.flatMap((resource) =>
      sendingsOf(resource.type, resource.props).map((sending) => ({ ...sending, resource })),
    );
    const [pager] = sendings.filter(({ integrations }) =>
      integrations.some(({ kind }) => kinds.includes(kind)),
    );
    if (pager === undefined) {
      return;
    }
    const { name, urn } = pager.resource;
    const wrong = (fault: string): void => {
      reporter.wrong(`Resource [${name}]: it wakes people, and ${fault}`, urn);
    };
    const called = `one of ${shownList(alerts)}`;
    if (!rulesHold(resources, alerts)) {
      wrong(`no rule of the stack is called ${called}. Add an alert that always fires.`);
    }
    const where = heartbeatGoes(alerts, sendings, resources);
    if (where === "nowhere") {
      wrong(`no route leads ${called} to a receiver of its own. Send it to a heartbeat service.`);
    } else if (where === "inside") {
      wrong(
        "its heartbeat stays inside the cluster. Send it to a service elsewhere, which does not die with it.",
      );
    } else if (where === "unknown") {
      reporter.unchecked(
        `Resource [${name}]: where its heartbeat goes is not in the stack. See that it is outside the cluster.`,
        urn,
      );
    }
  });
}

function heartbeatGoes(
  alerts: readonly string[],
  sendings: readonly Sending[],
  resources: readonly PolicyResource[],
): "nowhere" | "inside" | "outside" | "unknown" {
  const receivers = sendings
    .flatMap(({ routes }) => routes)
    .filter(({ alertname }) => alertname !== undefined && alerts.includes(alertname))
    .map(({ receiver }) => textOf(receiver));
  const addresses = sendings
    .flatMap(({ integrations }) => integrations)
    .filter(({ receiver }) => receivers.includes(receiver))
    .map((way) => addressOf(way, resources));
  if (addresses.length === 0) {
    return "nowhere";
  }
  if (addresses.some(isOutside)) {
    return "outside";
  }
  return addresses.every(({ state }) => state === "known") ? "inside" : "unknown";
}

function rulesHold(resources: readonly PolicyResource[], alerts: readonly string[]): boolean {
  const scans = resources.map(({ type, props }) => RULE_SOURCES.get(type)?.(props));
  return scans.some((scan) => scan?.alerts.some(({ name }) => alerts.includes(name ?? "")) ?? false);
}

/** The address of an integration; one in a file is looked for in the Secrets of the stack. */
function addressOf({ settings }: Integration, resources: readonly PolicyResource[]): Field {
  const file = textOf(firstOf(fieldAt(settings, "url_file"), fieldAt(settings, "urlFile")));
  if (file === undefined) {
    return fieldAt(settings, "url");
  }
  const key = file.split("/").at(-1);
  const held = resources.flatMap(({ type, props }) => heldTexts(type, props));
  return firstOf(...held.filter((one) => one.secret && one.key === key).map(({ text }) => text));
}

/** Names that only a cluster or a private network knows. Source: RFC 1918, RFC 6762, RFC 8375. */
const INSIDE =
  /^[^.]+$|\.(?:svc|local|internal|localhost|home\.arpa)\.?$|^127\.|^10\.|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\.|^\[/;

function isOutside(address: Field): boolean {
  const text = (textOf(address) ?? "").trim();
  return URL.canParse(text) && !INSIDE.test(new URL(text).hostname);
}
