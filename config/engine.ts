import * as pulumi from "@pulumi/pulumi";
import type { Environments } from "../slo/catalogue";
import { formatProblems, type Problem } from "../slo/problem";
import { parseConfig, type ConfigResult } from "./environment";
import { SECRET_KEYS } from "./keys";
import { MASK, withoutPlainSecrets } from "./redaction";

/** Internal to the SDK, whose version is pinned; the tests of both sources would notice if it went. */
interface SecretAware {
  readonly isConfigSecret: (key: string) => boolean;
}

/**
 * The configuration that the engine hands to the program, secrets decrypted. All keys are read at once, because
 * a key by its name would never show a misspelt one.
 */
export function readEngineConfig(environments: Environments): ConfigResult {
  const { isConfigSecret } = pulumi.runtime as typeof pulumi.runtime & SecretAware;
  const shown = (key: string, text: string): string =>
    !isConfigSecret(key) ? withoutPlainSecrets(key, text) : SECRET_KEYS.includes(key) ? text : MASK;
  const entries = Object.entries(pulumi.runtime.allConfig()).map(
    ([key, text]) => [key, shown(key, text)] as const,
  );
  return parseConfig(`Pulumi.${pulumi.getStack()}.yaml`, Object.fromEntries(entries), environments);
}

type Refusable = { readonly ok: true } | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * A result that is good.
 * @throws pulumi.RunError with every problem of one that is not, and with those that were found besides
 */
export function accept<T extends Refusable>(
  result: T,
  besides: readonly Problem[] = [],
): Extract<T, { readonly ok: true }> {
  const problems = [...besides, ...(result.ok ? [] : result.problems)];
  if (problems.length > 0) {
    throw refusal(problems);
  }
  return result as Extract<T, { readonly ok: true }>;
}

/** The engine prints such an error as its message alone, without a stack trace. */
function refusal(problems: readonly Problem[]): pulumi.RunError {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return new pulumi.RunError(`${count} in stack [${pulumi.getStack()}]\n${formatProblems(problems)}`);
}
