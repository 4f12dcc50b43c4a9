import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node } from "yaml";
import { readTextFile } from "../config/read-text";
import { isRecord } from "../config/record";
import { stackFileName } from "../config/stack-file";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import type { Catalogue } from "../slo/catalogue";
import type { Service } from "../slo/service";
import { agreement, isLiteral, literalsIn, type Literal } from "./literals";

/** Where something is declared: a file of the repository, and its line where that is certain. */
export interface Place {
  readonly file: string;
  readonly line?: number;
}

/** The place of what the path of a problem speaks of; undefined where no file of the repository is known for it. */
export type PlaceOf = (path: string) => Place | undefined;

/** `services/shop/index.ts:12` */
export function placeSays({ file, line }: Place): string {
  return line === undefined ? file : `${file}:${line}`;
}

/** Finds places in a repository, whose catalogue has been loaded: nothing is read before something is asked for. */
export function placesOf({ root, services }: Catalogue, stack?: string): PlaceOf {
  const sources = new Sources(root);
  // What a service looks like is checked elsewhere, and said by what this is to place.
  const ofService = (id: string, rest: readonly string[]): Place | undefined => {
    const service = services.find((one) => isRecord(one) && one.id === id);
    return service === undefined ? undefined : sources.placeOf(service, rest);
  };
  return (path) => {
    const written = inFile(root, path);
    if (written !== undefined) {
      return written;
    }
    const [, id = "", rest = ""] = /^services\.([^.]+)(?:\.(.*))?$/.exec(path) ?? [];
    if (id !== "") {
      return ofService(
        id,
        rest.split(".").filter((segment) => segment !== ""),
      );
    }
    const [, name = "", owner = "", slo = ""] = /^alerts\.([^/]+)\/([^/]+)\/([^/.]+)/.exec(path) ?? [];
    if (owner !== "") {
      const declared = services.some(
        (one) =>
          isRecord(one) &&
          one.id === owner &&
          Array.isArray(one.alerts) &&
          one.alerts.some((alert) => isRecord(alert) && alert["name"] === name),
      );
      return ofService(owner, declared ? ["alerts", name] : ["slos", slo]);
    }
    const [, rules = ""] = /^[^/]*: prometheus\/rules\/(.+)\.yml$/.exec(path) ?? [];
    const [, key] = /^configuration\.(.+)$/.exec(path) ?? [];
    return rules !== ""
      ? ofService(rules, [])
      : key === undefined || stack === undefined
        ? undefined
        : inStackFile(root, stackFileName(stack), `tocsin:${key}`);
  };
}

/** A path that begins with a file: `Pulumi.dev.yaml: tocsin:cluster`, `services/shop/runbooks/down.md: line 3`. */
function inFile(root: string, path: string): Place | undefined {
  const [, file = "", rest = ""] = /^([^:\s]+\.(?:yaml|json|md))(?:: (.*))?$/s.exec(path) ?? [];
  if (file === "" || !existsSync(join(root, file))) {
    return undefined;
  }
  const [, line] = /^line (\d+)/.exec(rest) ?? [];
  return line === undefined ? inStackFile(root, file, rest) : { file, line: Number(line) };
}

/** The line of the deepest key of a path that a stack file has. */
function inStackFile(root: string, file: string, path: string): Place | undefined {
  const [, first = "", rest = ""] = /^(tocsin:\w+)(.*)$/s.exec(path) ?? [];
  const read = first === "" ? undefined : stackDocument(join(root, file));
  if (read === undefined) {
    return { file };
  }
  const steps = [...rest.matchAll(/\.([\w-]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/g)];
  const keys = [first, ...steps.flatMap(([, ...step]) => step.filter(Boolean))];
  const at = deepest(read.config, keys);
  return at === undefined ? { file } : { file, line: read.lines.linePos(at).line };
}

/** Nobody writes more; a file of far more keys would be searched for each of its faults. */
const LARGEST = 50_000;

interface StackDocument {
  readonly config: unknown;
  readonly lines: LineCounter;
}

/** What `config` holds in a stack file; nothing where it cannot be read. */
function stackDocument(file: string): StackDocument | undefined {
  const text = readIfText(file, LARGEST);
  if (text === undefined) {
    return undefined;
  }
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
    return { config: document.get("config"), lines };
  } catch {
    // Deeper than can be read: its problem says so.
    return undefined;
  }
}

function deepest(node: unknown, [key, ...rest]: readonly string[]): number | undefined {
  if (key === undefined) {
    return undefined;
  }
  const pair = isMap(node)
    ? node.items.find((one) => isScalar(one.key) && isKey(one.key.value, key))
    : undefined;
  const item = isSeq(node) ? node.items[Number(key)] : undefined;
  const found = (pair?.key ?? item) as Node | undefined;
  return found === undefined ? undefined : (deepest(pair?.value ?? item, rest) ?? found.range?.[0]);
}

/** A key without a prefix belongs to the project. */
function isKey(written: unknown, key: string): boolean {
  return written === key || `tocsin:${String(written)}` === key;
}

/** A pipe is not waited for. */
function readIfText(file: string, largest: number): string | undefined {
  const read = readTextFile(file, largest);
  return "text" in read ? read.text : undefined;
}

/** More than any source that people write. */
const LARGEST_SOURCE = 1_000_000;

/** What a thing of a service is called by. */
const NAMES = ["id", "name", "uid"] as const;

/** The sources of a catalogue, of which each is read once. */
class Sources {
  readonly #texts = new Map<string, string>();
  readonly #literals = new Map<string, readonly Literal[]>();

  constructor(private readonly root: string) {}

  /** Where a service, or what a path leads to in it, is written out. */
  placeOf(service: Service, path: readonly string[]): Place | undefined {
    for (const { value, rest } of [...thingsOn(service, path)].reverse()) {
      const written = this.#writtenOut(value);
      if (written !== undefined) {
        return { file: written.file, line: lineOn(written.literal, value, rest) };
      }
    }
    const file = this.#exporting(service);
    return file === undefined ? undefined : { file };
  }

  /** The only literal of all sources that is this thing; nothing where there are several or none. */
  #writtenOut(value: unknown): { readonly file: string; readonly literal: Literal } | undefined {
    const key = isRecord(value) ? NAMES.find((one) => typeof value[one] === "string") : undefined;
    const name = key === undefined || !isRecord(value) ? undefined : String(value[key]);
    if (key === undefined || name === undefined) {
      return undefined;
    }
    const found = this.#files().flatMap((file) =>
      this.#literalsOf(file, name)
        .filter(({ properties }) => properties.get(key)?.value === name)
        .filter((literal) => agreement(literal, value) > 1)
        .map((literal) => ({ file: relative(this.root, file), literal })),
    );
    return found.length === 1 ? found[0] : undefined;
  }

  /** Files of the repository that the catalogue has loaded. */
  #files(): readonly string[] {
    return Object.keys(require.cache).filter(
      (file) => file.startsWith(`${this.root}/`) && !file.includes("/node_modules/") && file.endsWith(".ts"),
    );
  }

  #literalsOf(file: string, name: string): readonly Literal[] {
    const text = this.#texts.get(file) ?? readIfText(file, LARGEST_SOURCE) ?? "";
    this.#texts.set(file, text);
    if (!text.includes(name)) {
      return [];
    }
    const literals = this.#literals.get(file) ?? literalsIn(text);
    this.#literals.set(file, literals);
    return literals;
  }

  /** The file that hands a service out by a name, or in a list. */
  #exporting(service: Service): string | undefined {
    const modules = this.#files().map((file) => {
      return { file: relative(this.root, file), values: exportsOf(file) };
    });
    const by = (holds: (value: unknown) => boolean): readonly string[] =>
      modules.filter(({ values }) => values.some(holds)).map(({ file }) => file);
    const [file, ...others] = by((value) => value === service);
    const [listing, ...more] = by((value) => Array.isArray(value) && value.includes(service));
    return file !== undefined && others.length === 0 ? file : more.length === 0 ? listing : undefined;
  }
}

function exportsOf(file: string): readonly unknown[] {
  const exported: unknown = require.cache[file]?.exports;
  try {
    return isRecord(exported) ? Object.values(exported) : [];
  } catch {
    // A file of a circle that was never run to its end.
    return [];
  }
}

/** The whole, and the members of lists that a path leads through by name; `rest` leads on from each. */
function* thingsOn(
  value: unknown,
  rest: readonly string[],
  isThing = true,
): Generator<{ readonly value: unknown; readonly rest: readonly string[] }> {
  if (isThing) {
    yield { value, rest };
  }
  const [segment, ...others] = rest;
  if (segment !== undefined && Array.isArray(value)) {
    const member: unknown = value.find((one) => isRecord(one) && NAMES.some((name) => one[name] === segment));
    yield* member === undefined ? [] : thingsOn(member, others);
  } else if (segment !== undefined && isRecord(value)) {
    yield* thingsOn(value[segment], others, false);
  }
}

/** The line of what a path leads to, as far as it is written out within a literal. */
function lineOn(
  { line, properties }: Literal,
  value: unknown,
  [segment, ...rest]: readonly string[],
): number {
  const property = segment === undefined ? undefined : properties.get(segment);
  if (property === undefined || segment === undefined) {
    return line;
  }
  return isLiteral(property.value) && isRecord(value)
    ? lineOn({ ...property.value, line: property.line }, value[segment], rest)
    : property.line;
}

/** The path of what a policy has something against, where a service made it. */
export function violationPath(plan: MonitoringPlan, resource: string, message: string): string | undefined {
  const alert = plan.ruleGroups
    .filter(({ name }) => message.includes(` of group [${name}]`))
    .flatMap(({ rules }) => rules)
    .find((rule) => rule.kind === "alert" && message.includes(`alert [${rule.alert}] of group `));
  if (alert?.kind === "alert") {
    return `alerts.${alert.alert}/${alert.labels["service"] ?? ""}/${alert.labels["slo"] ?? ""}`;
  }
  const bucket = plan.buckets.find(({ service, backup }) =>
    `${resource}-`.startsWith(`${service}-${backup}-`),
  );
  const scaler = plan.autoscalers.find(({ namespace, name }) => resource.endsWith(`-${namespace}-${name}`));
  const service = plan.services.find(({ id }) => resource.endsWith(`-rules-${id}`))?.id ?? scaler?.service;
  return bucket !== undefined
    ? `services.${bucket.service}.backups.${bucket.backup}`
    : service === undefined
      ? undefined
      : `services.${service}${scaler === undefined ? "" : ".autoscaling"}`;
}
