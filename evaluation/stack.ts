import { SECRET_KEYS } from "../config/environment";
import { monitoring } from "../program/monitoring";
import type { Policies } from "@pulumi/policy";
import { evaluatePolicies, type Violation } from "../policies/evaluate";
import type { Catalogue } from "../slo/catalogue";
import { evaluateProgram, type Evaluation } from "./evaluate";

/** What a stack would be made of, and what the policies have against it. */
export interface JudgedStack extends Evaluation {
  readonly violations: readonly Violation[];
}

/** The name in Pulumi.yaml, which is part of every URN. */
export const PROJECT = "tocsin";

/**
 * Runs the program of a stack and the policies over what it registers.
 * @param entries configuration as the engine passes it on, with every secret set
 * @param policies default: those of the registry
 */
export async function judgeStack(
  catalogue: Catalogue,
  stack: string,
  entries: Readonly<Record<string, string>>,
  policies?: Policies,
): Promise<JudgedStack> {
  const evaluation = await evaluateProgram(() => monitoring(catalogue)(null), {
    project: PROJECT,
    stack,
    entries,
    secretKeys: SECRET_KEYS,
  });
  return { ...evaluation, violations: await evaluatePolicies(evaluation.resources, policies) };
}

/** What policies have against resources of any origin, such as those of an exported state. */
export const judgeResources = evaluatePolicies;
