import { createRequire } from "node:module";
import type { PackConfigResult } from "../evaluation/policy-config";
import type * as Configuration from "../evaluation/policy-config";
import type * as Evaluation from "../evaluation/stack";
import type { JudgedStack } from "../evaluation/stack";
import type { Catalogue } from "../slo/catalogue";
import { refusal, requireStack, type LoadedStack } from "./stack";
import { UserError } from "./user-error";

const load = createRequire(__filename);

/** A stack, what it would be made of, and what the policies have against it. */
export interface JudgedPlan extends LoadedStack {
  readonly judged: JudgedStack;
  /** What the policies were told. */
  readonly policyConfig: Extract<PackConfigResult, { readonly ok: true }>["config"];
}

/**
 * Evaluates a loaded stack. The engine's SDKs are loaded here only: other commands start without them.
 * @throws UserError with every problem of what the policies are told
 */
export async function judge(loaded: LoadedStack): Promise<JudgedPlan> {
  const { catalogue, stack, entries, plan } = loaded;
  // import() would leave the hook that runs TypeScript.
  const { judgeStack } = load("../evaluation/stack") as typeof Evaluation;
  const { packConfig } = load("../evaluation/policy-config") as typeof Configuration;
  const pack = packConfig(catalogue.root, stack, plan);
  if (!pack.ok) {
    throw new UserError(refusal(stack, pack.problems));
  }
  const judged = await judgeStack(catalogue, stack, entries, pack.policies);
  return { ...loaded, judged, policyConfig: pack.config };
}

/** A stack that a deployment would accept. @throws UserError with every problem, or every mandatory violation */
export async function requireCompliant(catalogue: Catalogue, stack: string): Promise<JudgedPlan> {
  const plan = await judge(requireStack(catalogue, stack));
  const blocking = blockingViolations(plan.judged);
  if (blocking.length > 0) {
    throw new UserError(`the policies block [${stack}]\n${formatViolations(blocking)}`);
  }
  return plan;
}

/** Violations that stop a deployment. */
export function blockingViolations({ violations }: JudgedStack): JudgedStack["violations"] {
  return violations.filter(({ level }) => level === "mandatory" || level === "remediate");
}

/** One paragraph per violation. */
export function formatViolations(violations: JudgedStack["violations"]): string {
  return violations
    .map(({ policy, level, urn, message }) => {
      const where = urn === undefined ? "the stack" : (urn.split("::").at(-1) ?? urn);
      return `${policy} (${level}): ${where}\n    ${message.replaceAll("\n", "\n    ")}`;
    })
    .join("\n");
}
