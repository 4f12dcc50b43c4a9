import * as pulumi from "@pulumi/pulumi";
import { formatProblems, type Problem } from "../slo/problem";
import { parseConfig, type ConfigResult } from "./environment";

/**
 * The configuration that the engine hands to the program, secrets decrypted. All keys are read at once, because
 * a key by its name would never show a misspelt one.
 */
export function readEngineConfig(): ConfigResult {
  return parseConfig(`Pulumi.${pulumi.getStack()}.yaml`, pulumi.runtime.allConfig());
}

type Refusable = { readonly ok: true } | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * A result that is good.
 * @throws pulumi.RunError with every problem of one that is not
 */
export function accept<T extends Refusable>(result: T): Extract<T, { readonly ok: true }> {
  if (!result.ok) {
    throw refusal(result.problems);
  }
  return result as Extract<T, { readonly ok: true }>;
}

/** @throws pulumi.RunError with every problem, unless there is none */
export function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) {
    throw refusal(problems);
  }
}

/** The engine prints such an error as its message alone, without a stack trace. */
function refusal(problems: readonly Problem[]): pulumi.RunError {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return new pulumi.RunError(`${count} in stack [${pulumi.getStack()}]\n${formatProblems(problems)}`);
}
