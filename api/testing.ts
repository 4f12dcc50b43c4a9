/* `tocsin/testing`: what a stack would get, for tests of a repository; no engine, no cluster, no credentials. */
import { judge } from "../cli/compliance";
import { requireStack } from "../cli/stack";
import type { JudgedStack } from "../evaluation/stack";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import type { Catalogue } from "../slo/catalogue";

export type { Catalogue, JudgedStack, MonitoringPlan };

/** The plan of a stack. @throws UserError with every problem of its file, services and runbooks */
export function planOf(catalogue: Catalogue, stack: string): MonitoringPlan {
  return requireStack(catalogue, stack).plan;
}

/**
 * The resources of a stack, with placeholders for secrets, and what the policies have against them. One at a time.
 * @throws UserError as `planOf`
 */
export async function evaluate(catalogue: Catalogue, stack: string): Promise<JudgedStack> {
  return (await judge(requireStack(catalogue, stack))).judged;
}
