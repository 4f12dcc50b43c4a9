import { SECRET_KEYS } from "../config/environment";
import { monitoring } from "../program/monitoring";
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
 */
export async function judgeStack(
  catalogue: Catalogue,
  stack: string,
  entries: Readonly<Record<string, string>>,
): Promise<JudgedStack> {
  const evaluation = await evaluateProgram(() => monitoring(catalogue)(null), {
    project: PROJECT,
    stack,
    entries,
    secretKeys: SECRET_KEYS,
  });
  return { ...evaluation, violations: await evaluatePolicies(evaluation.resources) };
}
