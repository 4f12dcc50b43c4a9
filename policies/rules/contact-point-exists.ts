import type { EnforcementLevel, PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { type Field, fieldAt, knownMembers, textOf } from "../field";
import { stackPolicy, type PolicySpec, type PolicyValues } from "../policy";
import { sendingsOf } from "../sendings";
import { shownText } from "../shown";

/** What the policy can be told. */
export interface ContactConfig {
  /** Contact points that others keep. @default ["grafana-default-email"] */
  readonly known: readonly string[];
}

const SPEC: PolicySpec<ContactConfig> = {
  name: "contact-point-exists",
  description: "What alerts are sent to exists.",
  displayName: "Contact points exist",
  severity: "high",
  tags: ["alerting", "receivers"],
  remediationSteps: "Declare the contact point, or mend its name.",
  defaults: { known: ["grafana-default-email"] },
  meanings: { known: "Contact points of Grafana that others keep." },
};

const GROUPS = /^grafana:(?:alerting|index)\/ruleGroup:RuleGroup$/;

/** A name that is mistyped fails in the middle of a deployment, or sends to nobody. Docs: docs/policies/contact-point-exists.md */
export function contactPointExists(
  enforcementLevel: EnforcementLevel = "mandatory",
  values: PolicyValues<ContactConfig> = {},
): StackValidationPolicy {
  return stackPolicy(SPEC, enforcementLevel, values, (resources, { known }, reporter) => {
    const sendings = resources.flatMap(({ type, props }) => sendingsOf(type, props));
    const points = sendings.flatMap(({ spread, receivers }) => (spread ? receivers : []));
    for (const resource of resources) {
      for (const { what, named, there } of mentionsIn(resource, [...known, ...points])) {
        const name = textOf(named);
        if (named.state === "unknown") {
          reporter.unchecked(
            `Resource [${resource.name}]: ${what} is not known before the deployment. Write its name as a literal text.`,
            resource.urn,
          );
        } else if (name !== undefined && !there.includes(name)) {
          reporter.wrong(
            `Resource [${resource.name}]: ${what} ${shownText(name)} is not there. Declare it, or mend the name.`,
            resource.urn,
          );
        }
      }
    }
  });
}

/** A name of a receiver, and what it may be. */
interface Mention {
  readonly what: string;
  readonly named: Field;
  readonly there: readonly string[];
}

function mentionsIn({ type, props }: PolicyResource, points: readonly string[]): readonly Mention[] {
  const ofRules = GROUPS.test(type)
    ? knownMembers(fieldAt(props, "rules")).map((rule) =>
        fieldAt(rule, "notificationSettings", "contactPoint"),
      )
    : [];
  const inFiles = sendingsOf(type, props).flatMap(({ place, spread, receivers, routes }) =>
    distinct(routes.map(({ receiver }) => receiver)).map((named) => ({
      what: spread ? "the contact point" : `in ${place}, the receiver`,
      named,
      there: spread ? points : receivers,
    })),
  );
  return [
    ...distinct(ofRules).map((named) => ({ what: "the contact point", named, there: points })),
    ...inFiles,
  ];
}

/** Each name once. */
function distinct(fields: readonly Field[]): readonly Field[] {
  return [...new Map(fields.map((field) => [`${field.state} ${textOf(field) ?? ""}`, field])).values()];
}
