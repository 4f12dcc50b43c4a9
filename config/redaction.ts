import { fromJson, PREFIX, SECRET_KEYS, setSecretCommand, TEXT_KEYS, toText } from "./keys";
import type { Finding } from "./wording";

/** Stands for a value that only the engine can decrypt, or that nobody but the engine should see. */
export const MASK = "[secret]";

/** Stands for a secret that came in plain text. */
const EXPOSED = "[secret in plain text]";

/**
 * An entry of which some values came encrypted and stand as a mask. A secret that did not is replaced, so that its
 * text goes no further and both sources of configuration say the same of it.
 */
export function withoutPlainSecrets(key: string, text: string): string {
  if (!SECRET_KEYS.includes(key)) {
    return text;
  }
  return toText(expose(TEXT_KEYS.includes(key.slice(PREFIX.length)) ? text : fromJson(text)));
}

function expose(value: unknown): unknown {
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, entry]) => [key, expose(entry)] as const);
    return Array.isArray(value) ? entries.map(([, entry]) => entry) : Object.fromEntries(entries);
  }
  return value === MASK || value === "" || value === null ? value : EXPOSED;
}

/** Secrets in plain text, with the command that encrypts each. What is no mapping of secrets is the schema's business. */
export function plainSecrets(stack: string, values: Readonly<Record<string, unknown>>): readonly Finding[] {
  return Object.entries(values)
    .filter(([key]) => isSecretKey(key))
    .flatMap(([key, value]) => leaves([key], value))
    .filter(
      ({ path: [key, ...below], value }) => value === EXPOSED && (key !== "secrets" || below.length > 0),
    )
    .map(({ path }) => ({
      path,
      message: "this secret is in plain text",
      remedy: `Encrypt it, and replace it where it comes from if others may have read it: ${setSecretCommand(stack, path)}`,
    }));
}

/** Keys that hold a ciphertext although what they say is shown to everybody. */
export function misplacedSecrets(values: Readonly<Record<string, unknown>>): readonly Finding[] {
  return Object.entries(values)
    .filter(([key, value]) => !isSecretKey(key) && leaves([key], value).some((leaf) => leaf.value === MASK))
    .map(([key]) => ({
      path: [key],
      message: "holds a secret, and its value appears in rules, links and logs",
      remedy: `Write it in plain text; secrets go into one of [${SECRET_KEYS.join(", ")}].`,
    }));
}

function isSecretKey(key: string): boolean {
  return SECRET_KEYS.includes(`${PREFIX}${key}`);
}

interface Leaf extends Pick<Finding, "path"> {
  readonly value: unknown;
}

/** Every value that is not a mapping or a list, with its path. */
function leaves(path: Leaf["path"], value: unknown): readonly Leaf[] {
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, entry]) => leaves([...path, key], entry))
    : [{ path, value }];
}
