/** The prefix of this program's keys; the keys of providers are the engine's business. */
export const PREFIX = "tocsin:";

/** Keys of which every value is a secret. */
export const SECRET_KEYS: readonly string[] = ["grafanaToken", "kubeconfig", "secrets"].map(
  (key) => `${PREFIX}${key}`,
);

/** Keys that hold plain text; the others hold JSON, as the engine passes them on. */
export const TEXT_KEYS: readonly string[] = [
  "environment",
  "cluster",
  "backend",
  "grafanaToken",
  "kubeconfig",
];

/** A value as the engine passes it on: scalars as text, nothing as an empty text, everything else as JSON. */
export function toText(value: unknown): string {
  return typeof value === "string" ? value : value === null ? "" : JSON.stringify(value);
}

/** The value of a text that may be JSON. */
export function fromJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** A path as the engine's command takes it: `tocsin:secrets["slack-alerts"]`, `tocsin:kubernetes.clientNamespaces[0]`. */
export function configPath([key, ...rest]: readonly [string, ...(string | number)[]]): string {
  const parts = rest.map((part) =>
    typeof part === "string" && /^\w+$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`,
  );
  return `${PREFIX}${key}${parts.join("")}`;
}

/** The command that sets a secret; it asks for the value, so that none is left in the shell's history. */
export function setSecretCommand(stack: string, path: readonly [string, ...(string | number)[]]): string {
  const flag = path.length > 1 ? "--path " : "";
  return `pulumi config set --stack ${stack} --secret ${flag}'${configPath(path)}'`;
}
