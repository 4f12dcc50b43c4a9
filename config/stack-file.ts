import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { configProblem, MASK, parseConfig, type ConfigResult } from "./environment";

/** The keys of a stack file as the engine would pass them on, or why it cannot be read. */
export type StackFileEntries =
  | { readonly ok: true; readonly entries: Readonly<Record<string, string>> }
  | Extract<ConfigResult, { readonly ok: false }>;

/** Reads `Pulumi.<stack>.yaml` without an engine; ciphertexts become a mask. */
export function readStackFile(root: string, stack: string): ConfigResult {
  const read = readStackEntries(root, stack);
  return read.ok ? parseConfig(stackFileName(stack), read.entries) : read;
}

/** The name of a stack's file. */
export function stackFileName(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

/** Every key of a stack file, those of providers too, as text by full key. */
export function readStackEntries(root: string, stack: string): StackFileEntries {
  const name = stackFileName(stack);
  let text: string;
  try {
    text = readFileSync(join(root, name), "utf8");
  } catch (error) {
    return failed(
      configProblem(
        name,
        `cannot be read (${errorCode(error)})`,
        `Stacks here: [${stacksIn(root).join(", ")}].`,
      ),
    );
  }
  return stackEntries(name, text);
}

/** The stacks that have a file in a folder, sorted. */
export function stacksIn(root: string): readonly string[] {
  return readdirSync(root)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort();
}

/** Parses the text of a stack file; `name` stands in the paths of its problems. */
export function stackEntries(name: string, text: string): StackFileEntries {
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken !== undefined) {
    const [first] = broken.message.split("\n", 1);
    return failed(
      configProblem(name, `is not YAML: ${first ?? "unreadable"}`, "Correct the file at that line."),
    );
  }
  const content = document.toJS() as unknown;
  const config = isRecord(content) ? content["config"] : undefined;
  if (!isRecord(config)) {
    return failed(
      configProblem(name, "has no [config] with keys of [tocsin:]", "Copy the keys of Pulumi.dev.yaml."),
    );
  }
  return {
    ok: true,
    entries: Object.fromEntries(Object.entries(config).map(([key, value]) => [key, asEngine(masked(value))])),
  };
}

/** Parses the text of a stack file as `readStackFile` does. */
export function parseStack(name: string, text: string): ConfigResult {
  const read = stackEntries(name, text);
  return read.ok ? parseConfig(name, read.entries) : read;
}

function failed(result: ConfigResult): Extract<ConfigResult, { readonly ok: false }> {
  return { ok: false, problems: result.ok ? [] : result.problems };
}

/** The engine passes scalars as text and everything else as JSON. */
function asEngine(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}

/** `{ secure: <ciphertext> }`, wherever it stands, is a secret. */
function masked(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(masked);
  }
  if (!isRecord(value)) {
    return value;
  }
  const keys = Object.keys(value);
  return keys.length === 1 && typeof value["secure"] === "string"
    ? MASK
    : Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, masked(entry)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
