import { createRequire } from "node:module";
import type { PackConfigResult } from "../evaluation/policy-config";
import type * as Configuration from "../evaluation/policy-config";
import type * as Evaluation from "../evaluation/stack";
import type { JudgedStack } from "../evaluation/stack";
import { isBlocking } from "../review/policy-diff";
import type { Catalogue } from "../slo/catalogue";
import type { Problem } from "../slo/problem";
import { placeSays, type Place } from "./places";
import { refused, requireStack, type LoadedStack } from "./stack";
import { UserError } from "./user-error";

const load = createRequire(__filename);

/** A stack, what it would be made of, and what the policies have against it. */
export interface JudgedPlan extends LoadedStack {
  readonly judged: JudgedStack;
  /** What the policies were told. */
  readonly policyConfig: Extract<PackConfigResult, { readonly ok: true }>["config"];
}

/** What is wrong with what the policies of a stack are told. */
export function policyProblems({ catalogue, stack, plan }: LoadedStack): readonly Problem[] {
  const pack = packOf(catalogue.root, stack, plan);
  return pack.ok ? [] : pack.problems;
}

function requirePack({
  catalogue,
  stack,
  plan,
}: LoadedStack): Extract<PackConfigResult, { readonly ok: true }> {
  const pack = packOf(catalogue.root, stack, plan);
  if (!pack.ok) {
    throw refused(catalogue, stack, pack.problems);
  }
  return pack;
}

function packOf(...args: Parameters<typeof Configuration.packConfig>): PackConfigResult {
  return (load("../evaluation/policy-config") as typeof Configuration).packConfig(...args);
}

/**
 * Evaluates a loaded stack. The engine's SDKs are loaded here only: other commands start without them.
 * @throws UserError with every problem of what the policies are told
 */
export async function judge(loaded: LoadedStack): Promise<JudgedPlan> {
  const { catalogue, stack, entries } = loaded;
  // import() would leave the hook that runs TypeScript.
  const { judgeStack } = load("../evaluation/stack") as typeof Evaluation;
  const pack = requirePack(loaded);
  const judged = await judgeStack(catalogue, stack, entries, pack.policies);
  return { ...loaded, judged, policyConfig: pack.config };
}

/**
 * What the policies of a stack have against resources, wherever these come from.
 * @throws UserError with every problem of what the policies are told
 */
export async function judgeResources(
  loaded: LoadedStack,
  resources: Parameters<typeof Evaluation.judgeResources>[0],
): Promise<JudgedStack["violations"]> {
  const { judgeResources: judgeThem } = load("../evaluation/stack") as typeof Evaluation;
  return judgeThem(resources, requirePack(loaded).policies);
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
export function blockingViolations({
  violations,
}: Pick<JudgedStack, "violations">): JudgedStack["violations"] {
  return violations.filter(isBlocking);
}

type ShownViolation = JudgedStack["violations"][number];

/** What a violation is about: the name of a resource, or the stack. */
export function shownName(urn: string | undefined): string {
  return urn === undefined ? "the stack" : (urn.split("::").at(-1) ?? urn);
}

/** One paragraph per violation, with the place of its declaration where that is known. */
export function formatViolations(
  violations: readonly (ShownViolation & { readonly place?: Place | undefined })[],
): string {
  return violations
    .map(({ policy, level, urn, message, place }) => {
      const said = `${policy} (${level}): ${shownName(urn)}\n${message}`;
      return (place === undefined ? said : `${said}\nsee ${placeSays(place)}`).replaceAll("\n", "\n    ");
    })
    .join("\n");
}
