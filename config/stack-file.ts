import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isNode, isScalar, LineCounter, parseDocument, visit, type Document } from "yaml";
import type { StackPlace } from "../plan/environment";
import type { Problem } from "../slo/problem";
import { configProblem, parseConfig, type ConfigRefusal, type ConfigResult } from "./environment";
import { PREFIX, toText } from "./keys";
import { readTextFile, type TextFile } from "./read-text";
import { MASK, withoutPlainSecrets } from "./secrecy";

/** Bytes of a file that nobody has written by hand; those of the stacks here have 3,000. */
const LARGEST = 250_000;

/** Each alias is looked for in the whole file. */
const MOST_ALIASES = 100;

/** The keys of a stack file as the engine would pass them on, or why it cannot be read. */
export type StackFileEntries =
  { readonly ok: true; readonly entries: Readonly<Record<string, string>> } | ConfigRefusal;

/** Reads `Pulumi.<stack>.yaml` without an engine; ciphertexts become a mask, and no secret in plain text gets out. */
export function readStackFile(root: string, stack: string): ConfigResult {
  const read = readStackEntries(root, stack);
  return read.ok ? parseConfig(stackFileName(stack), read.entries) : read;
}

/** The other stacks of a folder; of one whose file is at fault, its own check speaks. */
export function readNeighbours(root: string, stack: string): readonly StackPlace[] {
  return stacksIn(root)
    .filter((name) => name !== stack)
    .map((name) => readStackFile(root, name))
    .filter((result) => result.ok);
}

/** The name of a stack's file. */
export function stackFileName(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

/** Every key of a stack file, those of providers too, as text by full key. */
export function readStackEntries(root: string, stack: string): StackFileEntries {
  const name = stackFileName(stack);
  const read = readTextFile(join(root, name), LARGEST);
  return "text" in read ? stackEntries(name, read.text) : unreadable(root, name, read);
}

function unreadable(
  root: string,
  name: string,
  { fault, code }: Extract<TextFile, { readonly fault: string }>,
): ConfigRefusal {
  return code === "ENOENT"
    ? configProblem(
        name,
        "there is no such file",
        `Name one of [${stacksIn(root).join(", ")}], or write the file: see docs/configuration.md.`,
      )
    : configProblem(name, fault, "Make it a text that you may read.");
}

/** The stacks that have a file in a folder, sorted. */
export function stacksIn(root: string): readonly string[] {
  return readdirSync(root)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort();
}

/** Parses the text of a stack file; `name` stands in the paths of its problems. */
export function stackEntries(name: string, text: string): StackFileEntries {
  const lines = new LineCounter();
  const document = documentOf(text, lines);
  if (document === undefined) {
    return configProblem(name, `is not YAML: ${TOO_DEEP}`, "Correct the file.");
  }
  const faults = [
    ...document.errors.slice(0, MOST_FAULTS).map(({ code, message, pos: [at] }) => {
      const place = lines.linePos(at);
      return { code, message, linePos: [place, place] } satisfies SyntaxFault;
    }),
    ...costlyFaults(document, lines),
  ];
  if (faults.length > 0) {
    return { ok: false, problems: faults.map((fault) => syntaxProblem(name, fault)) };
  }
  const content = contentOf(document);
  if (!content.ok) {
    return configProblem(name, `is not YAML: ${content.message}`, "Correct the file.");
  }
  const config = configOf(name, content.value);
  if (!config.ok) {
    return config;
  }
  return {
    ok: true,
    entries: Object.fromEntries(
      Object.entries(config.keys)
        .map(([key, value]) => [fullKey(key), toText(masked(value))] as const)
        .map(([key, text]) => [key, withoutPlainSecrets(key, text)]),
    ),
  };
}

/** Source: Pulumi's documentation, "Stack settings file". */
const ENGINES_KEYS = ["config", "encryptedkey", "encryptionsalt", "environment", "secretsprovider"];

type Config = { readonly ok: true; readonly keys: Readonly<Record<string, unknown>> } | ConfigRefusal;

function configOf(name: string, file: unknown): Config {
  const [unknown] = Object.keys(isRecord(file) ? file : {}).filter((key) => !ENGINES_KEYS.includes(key));
  if (unknown !== undefined) {
    const said = `[${unknown}] is not a key of a stack file`;
    return configProblem(name, said, "Write it below `config`, or delete it.");
  }
  const keys = isRecord(file) ? file["config"] : undefined;
  return isRecord(keys)
    ? { ok: true, keys }
    : configProblem(name, `has no [config] with keys of [${PREFIX}]`, "Copy the keys of Pulumi.dev.yaml.");
}

const TOO_DEEP = "a value holds itself, or is nested deeper than can be read";

/**
 * The engine's parser merges `<<` as well. The library compares each key with all others, which `costlyFaults` does not,
 * and takes long to show the line of each of many faults. Undefined where the text is nested deeper than it can go.
 */
function documentOf(text: string, lineCounter: LineCounter): Document.Parsed | undefined {
  try {
    return parseDocument(text, { merge: true, uniqueKeys: false, prettyErrors: false, lineCounter });
  } catch (error) {
    if (error instanceof Error && error.name === "RangeError") {
      return undefined;
    }
    throw error;
  }
}

/** Parses the text of a stack file as `readStackFile` does. */
export function parseStack(name: string, text: string): ConfigResult {
  const read = stackEntries(name, text);
  return read.ok ? parseConfig(name, read.entries) : read;
}

type SyntaxFault = Pick<Document.Parsed["errors"][number], "code" | "message" | "linePos">;

/** The line itself is not shown, since a secret may stand on it. */
function syntaxProblem(name: string, { code, message, linePos }: SyntaxFault): Problem {
  const { line, col } = linePos?.[0] ?? { line: 1, col: 1 };
  const what = code === "MULTIPLE_DOCS" ? "it holds several documents" : message;
  return {
    code: "configuration-invalid",
    path: `${name}: line ${line}, column ${col}`,
    message: `is not YAML: ${what}`,
    remedy: "Correct the file at that place.",
  };
}

/** A broken file goes on being broken; more faults than these tell nobody more. */
const MOST_FAULTS = 20;

/** What the library would take long to find or to follow, or would pass over. */
function costlyFaults(document: Document.Parsed, lines: LineCounter): readonly SyntaxFault[] {
  const faults: SyntaxFault[] = [];
  let aliases = 0;
  visit(document, {
    Alias: (_key, { range }) => {
      aliases += 1;
      if (aliases === MOST_ALIASES + 1) {
        const at = lines.linePos(range?.[0] ?? 0);
        faults.push({
          code: "BAD_ALIAS",
          message: `it holds more than ${MOST_ALIASES} aliases`,
          linePos: [at, at],
        });
      }
    },
    Map: (_key, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key) || key.value === "__proto__") {
          const at = lines.linePos(isNode(key) ? (key.range?.[0] ?? 0) : 0);
          faults.push({
            code: "BAD_SCALAR_START",
            message: "this is not a name that a key can have",
            linePos: [at, at],
          });
          continue;
        }
        if (seen.has(key.value) && key.value !== "<<" && faults.length < MOST_FAULTS) {
          const at = lines.linePos(key.range?.[0] ?? 0);
          faults.push({ code: "DUPLICATE_KEY", message: "Map keys must be unique", linePos: [at, at] });
        }
        seen.add(key.value);
      }
    },
  });
  return faults;
}

type Content =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

/** An alias of nothing, and one of what it stands in, show only here. */
function contentOf(document: Document.Parsed): Content {
  try {
    const value = document.toJS() as unknown;
    // A value that holds itself, or is deeper than anybody writes, has no text.
    JSON.stringify(value);
    return { ok: true, value };
  } catch (error) {
    return {
      ok: false,
      message: isRecord(error) && error["name"] === "ReferenceError" ? String(error["message"]) : TOO_DEEP,
    };
  }
}

/** A key without a prefix belongs to the project, whose name ours is. */
function fullKey(key: string): string {
  return key.includes(":") ? key : `${PREFIX}${key}`;
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
