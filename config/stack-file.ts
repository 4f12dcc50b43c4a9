import { readdirSync } from "node:fs";
import { join } from "node:path";
import {
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type ErrorCode,
  type YAMLError,
} from "yaml";
import type { StackPlace } from "../plan/environment";
import type { Catalogue, Environments } from "../slo/catalogue";
import { suggestion } from "../slo/nearest";
import { sortedBy } from "../slo/order";
import type { Problem } from "../slo/problem";
import { configProblem, parseConfig, type ConfigRefusal, type ConfigResult } from "./environment";
import { PREFIX, toText } from "./keys";
import { isRecord } from "./record";
import { readTextFile, type TextFile } from "./read-text";
import { MASK, withoutPlainSecrets } from "./redaction";
import { DOCS } from "../slo/command";

/** Bytes of a file that nobody has written by hand; those of the stacks here have 3,000. */
const LARGEST = 250_000;

/** Each alias is looked for in the whole file. */
const MOST_ALIASES = 100;

/** The keys of a stack file as the engine would pass them on, or why it cannot be read. */
export type StackFileEntries =
  { readonly ok: true; readonly entries: Readonly<Record<string, string>> } | ConfigRefusal;

/** Where stack files are, and what environments they may name. */
type Place = Omit<Catalogue, "services">;

/** Reads `Pulumi.<stack>.yaml` without an engine; ciphertexts become a mask, and no secret in plain text gets out. */
export function readStackFile({ root, environments }: Place, stack: string): ConfigResult {
  const read = readStackEntries(root, stack);
  return read.ok ? parseConfig(stackFileName(stack), read.entries, environments) : read;
}

/** The other stacks of a folder; of one whose file is at fault, its own check speaks. */
export function readNeighbours(catalogue: Place, stack: string): readonly StackPlace[] {
  return stacksIn(catalogue.root)
    .filter((name) => name !== stack)
    .map((name) => readStackFile(catalogue, name))
    .map((result) => (result.ok ? result : result.sound))
    .filter((place) => place !== undefined);
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
        `${suggestion(name.slice("Pulumi.".length, -".yaml".length), stacksIn(root))} Or write the file: see ${DOCS}/configuration.md.`,
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
  const faults = [...causes(document.errors), ...costlyFaults(document)];
  if (faults.length > 0) {
    return { ok: false, problems: faults.map((fault) => syntaxProblem(name, lines, fault)) };
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
    : configProblem(
        name,
        `has no [config] with keys of [${PREFIX}]`,
        `Copy the keys of another stack: see ${DOCS}/configuration.md.`,
      );
}

const TOO_DEEP = "a value holds itself, or is nested deeper than can be read";

/**
 * The engine's parser merges `<<` as well. The library compares each key with all others, which `costlyFaults` does not,
 * and takes long to show the line of each of many faults. Undefined where the text is nested deeper than it can go.
 */
function documentOf(text: string, lineCounter: LineCounter): Document.Parsed | undefined {
  try {
    const document = parseDocument(text, {
      merge: true,
      uniqueKeys: false,
      prettyErrors: false,
      lineCounter,
    });
    return document.errors.some(({ message }) => message.includes("call stack")) ? undefined : document;
  } catch (error) {
    if (error instanceof Error && error.name === "RangeError") {
      return undefined;
    }
    throw error;
  }
}

/** Parses the text of a stack file as `readStackFile` does. */
export function parseStack(name: string, text: string, environments: Environments): ConfigResult {
  const read = stackEntries(name, text);
  return read.ok ? parseConfig(name, read.entries, environments) : read;
}

/** What is wrong, and how many characters stand before it. */
interface SyntaxFault {
  readonly message: string;
  readonly at: number;
}

/** What the library says of one character, whatever stands around it; anything else makes it misread what follows. */
const APART: readonly ErrorCode[] = ["BAD_DQ_ESCAPE", "DUPLICATE_KEY", "MULTIPLE_DOCS", "TAG_RESOLVE_FAILED"];

/** Faults as far as they are no consequence of another one: of those that go on, a tab that indents, or the first. */
function causes(errors: readonly YAMLError[]): readonly SyntaxFault[] {
  const sorted = sortedBy(errors, ({ pos: [at] }) => String(at).padStart(9, "0"));
  const cause =
    sorted.find(({ code }) => code === "TAB_AS_INDENT") ?? sorted.find(({ code }) => !APART.includes(code));
  return sorted
    .filter((error) => cause === undefined || error === cause)
    .slice(0, MOST_FAULTS)
    .map(({ code, message, pos: [at] }) => ({
      message: code === "MULTIPLE_DOCS" ? "it holds several documents" : message,
      at,
    }));
}

/** The line itself is not shown, since a secret may stand on it. */
function syntaxProblem(name: string, lines: LineCounter, { message, at }: SyntaxFault): Problem {
  const { line, col } = lines.linePos(at);
  return {
    code: "configuration-invalid",
    path: `${name}: line ${line}, column ${col}`,
    message: `is not YAML: ${message}`,
    remedy: "Correct the file at that place.",
  };
}

/** A broken file goes on being broken; more faults than these tell nobody more. */
const MOST_FAULTS = 20;

/** What the library would take long to find or to follow, or would pass over. */
function costlyFaults(document: Document.Parsed): readonly SyntaxFault[] {
  const faults: SyntaxFault[] = [];
  const found = (message: string, node: unknown): void => {
    if (faults.length < MOST_FAULTS) {
      faults.push({ message, at: isNode(node) ? (node.range?.[0] ?? 0) : 0 });
    }
  };
  let aliases = 0;
  visit(document, {
    Alias: (_key, alias) => {
      aliases += 1;
      if (aliases === MOST_ALIASES + 1) {
        found(`it holds more than ${MOST_ALIASES} aliases`, alias);
      }
    },
    Scalar: (key, scalar) => {
      const { type, value, source = "" } = scalar;
      const fault = key === "key" || type !== "PLAIN" ? undefined : numberFault(value, source);
      if (fault !== undefined) {
        found(fault, scalar);
      }
    },
    Map: (_key, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key) || key.value === "__proto__") {
          found("this is not a name that a key can have", key);
        } else if (seen.has(key.value) && key.value !== "<<") {
          found("Map keys must be unique", key);
        } else {
          seen.add(key.value);
        }
      }
    },
  });
  return faults;
}

/** Numbers that JSON does not have, and texts that this parser and the engine's, of an older YAML, read as two things. */
function numberFault(value: unknown, source: string): string | undefined {
  if (typeof value === "number" && !Number.isFinite(value)) {
    return "this is no number that can be kept: it is infinite, too large, or not a number";
  }
  return /^[-+]?0\d+$|^[-+]?\d[\d.]*_[\d_.]*$|^[-+]?0[box][\da-f_]*$/i.test(source)
    ? "this number is read in several ways; write decimal digits without a leading 0, or put a text in quotes"
    : undefined;
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
