import { z } from "zod";
import type { Environment } from "../plan/environment";
import type { Problem } from "../slo/problem";
import { stackSchema } from "./schema";

/** The prefix of this program's keys; the keys of providers are the engine's business. */
export const PREFIX = "tocsin:";

/** Stands for a value that only the engine can decrypt. */
export const MASK = "[secret]";

/** Keys of which every value is a secret. */
export const SECRET_KEYS: readonly string[] = ["grafanaToken", "kubeconfig", "secrets"].map(
  (key) => `${PREFIX}${key}`,
);

/** Secrets of a stack in plain text, or a mask where they were read without the engine. Never printed. */
export interface StackSecrets {
  /** What receivers need, by key. */
  readonly receivers: Readonly<Record<string, string>>;
  readonly grafanaToken?: string;
  readonly kubeconfig?: string;
}

/** An environment, or every reason why a configuration is none. */
export type ConfigResult =
  | { readonly ok: true; readonly environment: Environment; readonly secrets: StackSecrets }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Keys that hold plain text; the others hold JSON, as the engine passes them on. */
const TEXT_KEYS: readonly string[] = ["environment", "cluster", "grafanaToken", "kubeconfig"];

/**
 * Parses the keys of one stack as the engine gives them: text by full key, `tocsin:cluster`.
 * @param source stands in the paths of problems, e.g. `Pulumi.prod.yaml`
 */
export function parseConfig(source: string, entries: Readonly<Record<string, string>>): ConfigResult {
  const own = Object.entries(entries)
    .filter(([key]) => key.startsWith(PREFIX))
    .map(([key, value]) => [key.slice(PREFIX.length), value] as const);
  if (own.length === 0) {
    return configProblem(source, "has no keys of [tocsin:]", "Copy the keys of Pulumi.dev.yaml.");
  }
  const parsed = stackSchema.safeParse(
    Object.fromEntries(own.map(([key, value]) => [key, TEXT_KEYS.includes(key) ? value : fromJson(value)])),
    // A message with the value in it is composed by the field; zod leaves the input out unless asked.
    { reportInput: true },
  );
  if (parsed.success) {
    return { ok: true, ...split(parsed.data) };
  }
  return { ok: false, problems: parsed.error.issues.flatMap((issue) => problems(source, issue)) };
}

/** One problem with a configuration as a whole. */
export function configProblem(path: string, message: string, remedy: string): ConfigResult {
  return { ok: false, problems: [{ code: "configuration-invalid", path, message, remedy }] };
}

function fromJson(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** A misspelt key is reported at its own path, one problem per key; a secret's value is never repeated. */
function problems(source: string, issue: z.core.$ZodIssue): readonly Problem[] {
  const remedy = "See docs/configuration.md for the key and its form.";
  const at = (path: readonly PropertyKey[]): string =>
    `${source}: ${PREFIX}${path.map((part) => String(part)).join(".")}`;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      code: "configuration-invalid",
      path: at([...issue.path, key]),
      message: `[${key}] is not a key of the configuration`,
      remedy,
    }));
  }
  return [{ code: "configuration-invalid", path: at(issue.path), message: worded(issue), remedy }];
}

/** Zod's own words, with the value that it leaves out. */
function worded(issue: z.core.$ZodIssue): string {
  const { input, message } = issue;
  if (message.startsWith("[") || issue.code === "custom") {
    return message;
  }
  if (input === undefined) {
    return `is not set (${message})`;
  }
  return typeof input === "object" ? message : `[${JSON.stringify(input)}]: ${message}`;
}

function split(stack: z.infer<typeof stackSchema>): {
  readonly environment: Environment;
  readonly secrets: StackSecrets;
} {
  const { environment, secrets, grafanaToken, kubeconfig, ...rest } = stack;
  return {
    environment: withoutUndefined({ ...rest, name: environment }) as Environment,
    secrets: withoutUndefined({ receivers: secrets, grafanaToken, kubeconfig }) as StackSecrets,
  };
}

/** An optional key that is absent is absent in the result as well, at every level. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutUndefined);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, entry]) => entry !== undefined)
          .map(([key, entry]) => [key, withoutUndefined(entry)]),
      )
    : value;
}
