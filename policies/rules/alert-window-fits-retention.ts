import type { EnforcementLevel, PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { askedBy, millisecondsOf } from "../expression";
import { fieldAt, knownMembers, textOf } from "../field";
import { containersOf } from "../pods";
import { stackPolicy, type PolicySpec, type PolicyValues } from "../policy";
import { RULE_SOURCES } from "../rule-sources";

/** What the policy can be told. */
export interface RetentionConfig {
  /** How long samples are kept, such as `35d`. @default what the Prometheus of the stack is started with */
  readonly retention: string;
}

const SPEC: PolicySpec<RetentionConfig> = {
  name: "alert-window-fits-retention",
  description: "No rule looks further back than samples are kept.",
  displayName: "Windows fit retention",
  severity: "high",
  tags: ["alerting"],
  remediationSteps: "Keep samples longer, or look back less far.",
  defaults: { retention: "" },
  meanings: {
    retention: "How long samples are kept, such as 35d; where left out, as the stack's Prometheus says.",
  },
};

/** Rules that the stack's own Prometheus evaluates; others keep samples elsewhere. */
const OWN =
  /^kubernetes:(?:core\/v1:ConfigMap|monitoring\.coreos\.com\/v1:PrometheusRule|operator\.victoriametrics\.com\/v1beta1:VMRule)(?:Patch)?$/;

const SERVER = /^kubernetes:monitoring\.coreos\.com\/v1:Prometheus(?:Patch)?$/;
const FLAG = /^--storage\.tsdb\.retention\.time=(.+)$/;

/** A window that is not full is an average of something else. Docs: docs/policies/alert-window-fits-retention.md */
export function alertWindowFitsRetention(
  enforcementLevel: EnforcementLevel = "mandatory",
  values: PolicyValues<RetentionConfig> = {},
): StackValidationPolicy {
  return stackPolicy(SPEC, enforcementLevel, values, (resources, { retention }, reporter) => {
    const stated = retention === "" ? resources.flatMap(retentionsOf) : [retention];
    // Rules may be evaluated by each of the servers; the shortest memory counts.
    const [kept] = stated.toSorted(
      (left, right) => (millisecondsOf(left) ?? 0) - (millisecondsOf(right) ?? 0),
    );
    const limit = millisecondsOf(kept ?? "");
    if (kept === undefined || limit === undefined) {
      return;
    }
    for (const { type, name, urn, props } of resources.filter((resource) => OWN.test(resource.type))) {
      const scan = RULE_SOURCES.get(type)?.(props);
      for (const { place, expressions } of [...(scan?.alerts ?? []), ...(scan?.records ?? [])]) {
        const subject = `Resource [${name}]: ${place}`;
        const windows = expressions.flatMap((expression) => askedBy(textOf(expression) ?? "").windows);
        const longer = windows.filter((window) => (millisecondsOf(window) ?? 0) > limit);
        [...new Set(longer)].forEach((window) => {
          reporter.wrong(
            `${subject} looks back [${window}], and samples are kept for [${kept}]. Change one of them.`,
            urn,
          );
        });
        if (expressions.some(({ state }) => state === "unknown")) {
          reporter.unchecked(
            `${subject} has an expression that is not known before the deployment. Write it as a literal text.`,
            urn,
          );
        }
      }
    }
  });
}

function retentionsOf({ type, props }: PolicyResource): readonly string[] {
  const stated = SERVER.test(type) ? textOf(fieldAt(props, "spec", "retention")) : undefined;
  const flags = containersOf(type, props).flatMap(({ spec }) =>
    ["command", "args"].flatMap((list) => knownMembers(fieldAt(spec, list))),
  );
  return [stated, ...flags.map((flag) => FLAG.exec(String(flag))?.[1])].flatMap((found) => found ?? []);
}
