import type { EnforcementLevel, PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { type Field, fieldAt, firstOf, knownMembers, textOf } from "../field";
import { containersOf } from "../pods";
import { stackPolicy, type PolicySpec, type PolicyValues } from "../policy";
import { PAGING_KINDS, sendingsOf } from "../sendings";

/** What the policy can be told. */
export interface RoomConfig {
  /** The least that `minReplicas` may be where the stack wakes people. @default 2 */
  readonly leastWherePaged: number;
}

const SPEC: PolicySpec<RoomConfig> = {
  name: "autoscaler-has-room",
  description: "An autoscaler has room to act, something to measure by, and no rival.",
  displayName: "Autoscalers have room",
  severity: "medium",
  tags: ["scaling"],
  remediationSteps: "Set minReplicas below maxReplicas, requests on the target, and no replicas there.",
  defaults: { leastWherePaged: 2 },
  meanings: { leastWherePaged: "The least that minReplicas may be where the stack wakes people." },
};

const AUTOSCALER = /^kubernetes:autoscaling\/v\w+:HorizontalPodAutoscaler(?:Patch)?$/;
const LATER = "is not known before the deployment. Write it as a literal value.";

type Say = (message: string) => void;

/** An autoscaler that cannot act looks like one that need not. Docs: docs/policies/autoscaler-has-room.md */
export function autoscalerHasRoom(
  enforcementLevel: EnforcementLevel = "mandatory",
  values: PolicyValues<RoomConfig> = {},
): StackValidationPolicy {
  return stackPolicy(SPEC, enforcementLevel, values, (resources, config, reporter) => {
    const least = resources.some(wakesPeople) ? config.leastWherePaged : 1;
    for (const scaler of resources.filter(({ type }) => AUTOSCALER.test(type))) {
      const subject = `Resource [${scaler.name}]:`;
      const wrong: Say = (message) => reporter.wrong(`${subject} ${message}`, scaler.urn);
      const unchecked: Say = (message) => reporter.unchecked(`${subject} ${message}`, scaler.urn);
      judgeRange(scaler.props, least, wrong, unchecked);
      resources
        .filter((resource) => isTarget(scaler.props, resource))
        .forEach((target) => judgeTarget(scaler.props, target, wrong, unchecked));
    }
  });
}

function wakesPeople({ type, props }: PolicyResource): boolean {
  return sendingsOf(type, props).some(({ integrations }) =>
    integrations.some(({ kind }) => PAGING_KINDS.includes(kind)),
  );
}

/** Kubernetes takes 1 for a `minReplicas` that is left out. */
function judgeRange(props: unknown, least: number, wrong: Say, unchecked: Say): void {
  const fields: readonly (readonly [string, Field])[] = [
    ["minReplicas", firstOf(fieldAt(props, "spec", "minReplicas"), { state: "known", value: 1 })],
    ["maxReplicas", fieldAt(props, "spec", "maxReplicas")],
  ];
  fields
    .filter(([, { state }]) => state === "unknown")
    .forEach(([name]) => {
      unchecked(`${name} ${LATER}`);
    });
  const [min, max] = fields.map(([, field]) => Number(textOf(field)));
  if (min !== undefined && max !== undefined && min >= max) {
    wrong(`minReplicas [${min}] is not below maxReplicas [${max}], so that it never acts. Set it lower.`);
  }
  if (min !== undefined && min < least) {
    wrong(
      `minReplicas is [${min}] where people are woken. Set it to ${least} at least, or one lost node is a page.`,
    );
  }
}

function isTarget({ spec }: Record<string, unknown>, { type, props }: PolicyResource): boolean {
  const kind = textOf(fieldAt(spec, "scaleTargetRef", "kind"));
  const name = textOf(fieldAt(spec, "scaleTargetRef", "name"));
  return (
    name !== undefined &&
    type.endsWith(`:${kind ?? ""}`) &&
    name === textOf(fieldAt(props, "metadata", "name"))
  );
}

function judgeTarget(scaler: unknown, target: PolicyResource, wrong: Say, unchecked: Say): void {
  const replicas = fieldAt(target.props, "spec", "replicas");
  if (replicas.state !== "absent") {
    wrong(
      `its target [${target.name}] states replicas, which a deployment would set back each time. Leave them out there.`,
    );
  }
  const measured = knownMembers(fieldAt(scaler, "spec", "metrics")).flatMap(
    (metric) => textOf(fieldAt(metric, "resource", "name")) ?? [],
  );
  for (const { place, spec } of containersOf(target.type, target.props)) {
    for (const resource of measured) {
      const request = fieldAt(spec, "resources", "requests", resource);
      if (request.state === "absent") {
        wrong(
          `${place} of its target [${target.name}] requests no ${resource}, which it measures by. Request some.`,
        );
      } else if (request.state === "unknown") {
        unchecked(`what ${place} of its target [${target.name}] requests of ${resource} ${LATER}`);
      }
    }
  }
}
