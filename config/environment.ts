import type { z } from "zod";
import type { Environment, StackPlace } from "../plan/environment";
import type { Environments } from "../slo/catalogue";
import type { Problem } from "../slo/problem";
import { crossFieldFindings, environmentUnknown } from "./cross-field-rules";
import { remedyOfKey } from "./fields";
import { configPath, fromJson, PREFIX, TEXT_KEYS } from "./keys";
import { FORMER_RECEIVERS } from "./receivers";
import { stackSchema } from "./schema";
import { misplacedSecrets, plainSecrets } from "./redaction";
import type { Finding } from "./wording";
import { DOCS } from "../slo/command";

export { PREFIX, SECRET_KEYS } from "./keys";

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
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      /** What it would be, where each key may be as it is and only not all of them together. */
      readonly sound?: StackPlace;
    };

/** As `ConfigResult`, of what is none. */
export type ConfigRefusal = Extract<ConfigResult, { readonly ok: false }>;

/**
 * Parses the keys of one stack as the engine gives them: text by full key, `tocsin:cluster`. What both sources must
 * not show or take has been replaced before, by `./redaction`.
 * @param source the stack's file, `Pulumi.prod.yaml`, which stands in the paths of problems
 * @param environments those of the catalogue
 */
export function parseConfig(
  source: string,
  entries: Readonly<Record<string, string>>,
  environments: Environments,
): ConfigResult {
  const values = ownValues(entries);
  if (Object.keys(values).length === 0) {
    return configProblem(
      source,
      `has no keys of [${PREFIX}]`,
      `Copy the keys of another stack: see ${DOCS}/configuration.md.`,
    );
  }
  const misplaced = misplacedSecrets(known(values));
  const masked = misplaced.map(({ path: [key] }) => key);
  const parsed = stackSchema.safeParse(values);
  const unknown = environmentUnknown(without(values, masked), environments);
  const ofKeys = [
    ...misplaced,
    ...(unknown === undefined ? [] : [unknown]),
    ...plainSecrets(stackOf(source), values),
    // Of a mask there is nothing else to say.
    ...(parsed.error?.issues ?? []).flatMap(findingsOf).filter(({ path: [key] }) => !masked.includes(key)),
  ];
  const ofAll = crossFieldFindings(without(values, masked), environments);
  const problems = [...ofKeys, ...ofAll].map((finding) => problem(source, finding));
  if (!parsed.success || ofKeys.length > 0) {
    return { ok: false, problems };
  }
  const whole = split(stackOf(source), parsed.data, environments);
  return problems.length > 0 ? { ok: false, problems, sound: whole } : { ok: true, ...whole };
}

/** One problem with a configuration as a whole. */
export function configProblem(path: string, message: string, remedy: string): ConfigRefusal {
  return { ok: false, problems: [{ code: "configuration-invalid", path, message, remedy }] };
}

function ownValues(entries: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(entries)
      .filter(([key]) => key.startsWith(PREFIX))
      .map(([key, text]) => [key.slice(PREFIX.length), text] as const)
      .map(([key, text]) => [key, TEXT_KEYS.includes(key) ? text : fromJson(text)]),
  );
}

function known(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const keys = Object.keys(stackSchema.shape);
  return without(
    values,
    Object.keys(values).filter((key) => !keys.includes(key)),
  );
}

function without(
  values: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !keys.includes(key)));
}

function stackOf(source: string): string {
  return source.replace(/^Pulumi\./, "").replace(/\.yaml$/, "");
}

function problem(source: string, { path, message, remedy }: Finding): Problem {
  return { code: "configuration-invalid", path: `${source}: ${configPath(path)}`, message, remedy };
}

/** Misspelt keys are reported each at its own path; the message of such an issue says what may be there. */
function findingsOf(issue: z.core.$ZodIssue): readonly Finding[] {
  const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: fromTop([...path, key]),
      message: `[${key}] is not a key of the configuration`,
      remedy: formerly([...path, key]) ?? remedyOfKey(key, issue),
    }));
  }
  const [top] = fromTop(path);
  const isNoList = top === "receivers" && issue.code === "invalid_type" && issue.expected === "array";
  return [
    {
      path: fromTop(path),
      message: issue.message,
      remedy: `See ${PREFIX}${top} in ${DOCS}/configuration.md${isNoList ? `, and ${FORMERLY}` : ""}.`,
    },
  ];
}

const FORMERLY = `"From the keys of older versions" in ${DOCS}/receivers.md`;

/** What has become of a key that older versions had. */
function formerly([top, key, ...more]: readonly (string | number)[]): string | undefined {
  const now = top === "receivers" && more.length === 0 ? FORMER_RECEIVERS.get(String(key)) : undefined;
  return now === undefined ? undefined : `It is now ${now}: see ${FORMERLY}.`;
}

function fromTop([key, ...rest]: readonly (string | number)[]): Finding["path"] {
  return [String(key), ...rest];
}

/** Values by keys that people choose: a service may be called `constructor`, which every other object has. */
function withoutPrototypes<T>(value: T): T {
  if (Array.isArray(value)) {
    return value.map(withoutPrototypes) as T;
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const copy = Object.create(null) as Record<string, unknown>;
  for (const [key, entry] of Object.entries(value)) {
    copy[key] = withoutPrototypes(entry);
  }
  return copy as T;
}

function split(
  stack: string,
  { environment, secrets, grafanaToken, kubeconfig, ...rest }: z.infer<typeof stackSchema>,
  environments: Environments,
): {
  readonly environment: Environment;
  readonly secrets: StackSecrets;
} {
  return {
    environment: { ...withoutPrototypes(rest), stack, name: environment, environments },
    secrets: {
      receivers: withoutPrototypes(secrets),
      ...(grafanaToken === undefined ? {} : { grafanaToken }),
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
    },
  };
}
