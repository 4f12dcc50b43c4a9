import Big from "big.js";
import { parseAllDocuments } from "yaml";
import type { Period } from "../../slo/burn-rate";
import { groupedBy } from "../../slo/order";
import { yamlFault } from "../../slo/yaml-fault";

/** Events within `$window`, in PromQL: all of them, and those that are bad or those that are good. */
export type SpecifiedEvents = { readonly total: string } & (
  { readonly errors: string } | { readonly good: string }
);

/** What another program's specification measures, in the words of ours. */
export type SpecifiedSli =
  | ({ readonly kind: "events" } & SpecifiedEvents)
  /** Minutes in which more than a share of the events are bad, an exact ratio. */
  | ({ readonly kind: "slices"; readonly badAbove: string } & SpecifiedEvents)
  /** Time in which a gauge is on the wrong side. */
  | {
      readonly kind: "level";
      readonly query: string;
      readonly bad: { readonly above: string } | { readonly below: string };
    }
  /** Nothing that could be said, and what to do. */
  | { readonly kind: "none"; readonly why: string };

/** Queries that something is measured by. */
export function queriesOf(sli: SpecifiedSli): readonly string[] {
  switch (sli.kind) {
    case "none":
      return [];
    case "level":
      return [sli.query];
    case "events":
    case "slices":
      return [sli.total, "errors" in sli ? sli.errors : sli.good];
  }
}

/** An objective of another program. */
export interface SpecifiedSlo {
  readonly name: string;
  /** What it is called here. */
  readonly id: string;
  /** A percentage, as it was written; validation says whether it is one. */
  readonly objective: string;
  readonly description: string;
  readonly sli: SpecifiedSli;
  readonly pages: boolean;
  readonly window?: Period;
  /** What it says that has no place in an objective of ours, or becomes something else; a sentence each. */
  readonly lost: readonly string[];
}

export interface SpecifiedService {
  readonly id: string;
  readonly title?: string;
  readonly slos: readonly SpecifiedSlo[];
}

/** What a file specifies, and what of it could not be read. */
export interface Specification {
  readonly services: readonly SpecifiedService[];
  readonly left: readonly string[];
}

/** Services of one name are one. */
function united(services: readonly SpecifiedService[]): readonly SpecifiedService[] {
  return [...groupedBy(services, ({ id }) => id).values()].map(([first, ...others]) => ({
    ...first,
    slos: [first, ...others].flatMap(({ slos }) => slos),
  }));
}

export type Fields = Readonly<Record<string, unknown>>;

/** Documents of one program. */
interface Dialect {
  /** What is read of a document; undefined where it is none. */
  readonly read: (document: Fields) => Fields | undefined;
  /** What each document should be. */
  readonly what: string;
  /** What is said where none is. */
  readonly missing: string;
  readonly specified: (known: readonly Fields[]) => Specification;
}

/** What the documents of a file specify, and those that are none. @returns what is wrong with it, where all are none */
export function specificationIn(
  text: string,
  { read, what, missing, specified }: Dialect,
): Specification | string {
  const documents = documentsOf(text);
  if (typeof documents === "string") {
    return documents;
  }
  const all = documents.map(read);
  const known = all.filter((one) => one !== undefined);
  if (known.length === 0) {
    return missing;
  }
  const { services, left } = specified(known);
  const others = all.flatMap((one, index) => (one ? [] : [`document ${index + 1} is no ${what}`]));
  return { services: united(services), left: [...others, ...left] };
}

/** The documents of a file of YAML, those of a list one by one. @returns what is wrong with it, where it is none */
function documentsOf(text: string): readonly Fields[] | string {
  const documents = parseAllDocuments(text, { uniqueKeys: true });
  const fault = documents.flatMap(({ errors }) => errors)[0];
  if (
    documents.length === 0 ||
    (fault === undefined && documents.every(({ contents }) => contents === null))
  ) {
    return "it is empty";
  }
  if (fault !== undefined) {
    return `it is no YAML: ${yamlFault(fault)}`;
  }
  try {
    return documents
      .filter(({ contents }) => contents !== null)
      .flatMap((document) => document.toJS() as unknown)
      .map(fields);
  } catch (error) {
    return `it is no YAML: ${yamlFault(error)}`;
  }
}

export function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function listIn(of: Fields, key: string): readonly Fields[] {
  const value = of[key];
  return Array.isArray(value) ? value.map(fields) : [];
}

export function textIn(of: Fields, ...keys: readonly string[]): string | undefined {
  return keys
    .map((key) => of[key])
    .find((value): value is string => typeof value === "string" && value.trim() !== "");
}

/** A number, a truth or a text, as it was written. */
export function shownIn(of: Fields, key: string): string | undefined {
  const value = of[key];
  return typeof value === "number" || typeof value === "boolean" || typeof value === "string"
    ? String(value)
    : undefined;
}

/** A number, exact. */
export function numberIn(of: Fields, key: string): Big | undefined {
  const text = shownIn(of, key) ?? "";
  return /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text) ? new Big(text) : undefined;
}
