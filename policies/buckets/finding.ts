import type { PolicyResource } from "@pulumi/policy";
import { compareText } from "../order";
import type { Reporter } from "../reporter";

/** A resource as the bucket checks read it. */
export type StackResource = Pick<PolicyResource, "type" | "name" | "urn" | "props">;

/** What is wrong with a bucket, or with something beside it. */
export interface Finding {
  readonly resource: StackResource;
  /** What is wrong, and what to do; the resource is named by whoever reports it. */
  readonly message: string;
  /** Whether it may turn out well, because a value is not known before the deployment. */
  readonly certain: boolean;
}

/** What the checks were told. */
export interface BucketRules {
  /** Whether encryption needs a key of one's own. */
  readonly customerKeys: boolean;
}

/** Something that is wrong for sure. */
export function wrong(resource: StackResource, message: string): Finding {
  return { resource, message, certain: true };
}

/** Something that cannot be judged yet. */
export function undecided(resource: StackResource, message: string): Finding {
  return { resource, message, certain: false };
}

/** By resource, and then by what is wrong with it. */
export function compareFindings(left: Finding, right: Finding): number {
  return compareText(left.resource.urn, right.resource.urn) || compareText(left.message, right.message);
}

/** Says a finding of its resource. */
export function reportFinding({ certain, resource, message }: Finding, reporter: Reporter): void {
  const say = certain ? reporter.wrong : reporter.unchecked;
  say(`Resource [${resource.name}]: ${message}`, resource.urn);
}
