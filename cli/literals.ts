import { createRequire } from "node:module";
import type { ParserOptions } from "prettier";
import type * as Babel from "prettier/plugins/babel";
import { isRecord } from "../config/record";

const load = createRequire(__filename);

/** An object that is written out in a source: its properties as far as they are written out, too, and where it begins. */
export interface Literal {
  readonly line: number;
  readonly properties: ReadonlyMap<string, Property>;
}

interface Property {
  readonly line: number;
  readonly value: Written;
}

/** What is written out; `undefined` is what only running tells. */
type Written = string | number | boolean | Literal | readonly Written[] | undefined;

type Node = Readonly<Record<string, unknown>> & { readonly type: string };

/** Every object that a source of TypeScript writes out; none of one that cannot be read. */
export function literalsIn(source: string): readonly Literal[] {
  const found: Literal[] = [];
  try {
    // Most commands name no place, and it takes a while to load.
    const { parsers } = load("prettier/plugins/babel") as typeof Babel;
    // A plugin's parser is made for Prettier's own options, of which this one needs none.
    const tree: unknown = parsers["babel-ts"].parse(source, {} as ParserOptions);
    collect(tree, found);
  } catch {
    return [];
  }
  return found;
}

function collect(tree: unknown, found: Literal[]): void {
  if (Array.isArray(tree)) {
    tree.forEach((one) => {
      collect(one, found);
    });
  } else if (isRecord(tree)) {
    const written = isNode(tree) && tree.type === "ObjectExpression" ? writtenIn(tree) : undefined;
    if (isLiteral(written)) {
      found.push(written);
    }
    for (const value of Object.values(tree)) {
      collect(value, found);
    }
  }
}

function isNode(value: unknown): value is Node {
  return isRecord(value) && typeof value["type"] === "string";
}

/** Whether something that is written out is an object. */
export function isLiteral(value: Written): value is Literal {
  return typeof value === "object" && "properties" in value;
}

/** Kinds of nodes that stand for what is inside them. */
const AROUND = ["TSAsExpression", "TSSatisfiesExpression", "TSNonNullExpression", "ParenthesizedExpression"];

function writtenIn(node: unknown): Written {
  if (!isNode(node)) {
    return undefined;
  }
  const { type, value, elements, properties, expression } = node;
  if (type === "StringLiteral" || type === "NumericLiteral" || type === "BooleanLiteral") {
    return value as string | number | boolean;
  }
  if (type === "ArrayExpression" && Array.isArray(elements)) {
    return elements.map(writtenIn);
  }
  if (type === "ObjectExpression" && Array.isArray(properties)) {
    return { line: lineOf(node), properties: new Map(properties.flatMap(propertyOf)) };
  }
  return AROUND.includes(type) ? writtenIn(expression) : undefined;
}

function propertyOf(node: unknown): readonly (readonly [string, Property])[] {
  if (!isNode(node) || node.type !== "ObjectProperty" || node["computed"] === true || !isNode(node["key"])) {
    return [];
  }
  const { name, value: quoted } = node["key"];
  return [[String(name ?? quoted), { line: lineOf(node), value: writtenIn(node["value"]) }]];
}

function lineOf({ loc }: Node): number {
  const start = isRecord(loc) ? loc["start"] : undefined;
  return isRecord(start) ? Number(start["line"]) : 1;
}

/** How many texts and numbers of a literal are those of a value; none where one of them is another. */
export function agreement(literal: Literal, value: unknown): number {
  if (!isRecord(value)) {
    return 0;
  }
  let count = 0;
  for (const [key, { value: written }] of literal.properties) {
    const real = value[key];
    if (isLiteral(written) && isRecord(real)) {
      const within = agreement(written, real);
      if (within === 0 && [...written.properties.values()].some((one) => isScalar(one.value))) {
        return 0;
      }
      count += within;
    } else if (isScalar(written) && Object.hasOwn(value, key)) {
      if (written !== real) {
        return 0;
      }
      count += 1;
    } else if (isList(written) && Object.hasOwn(value, key) && !isSameList(written, real)) {
      return 0;
    }
  }
  return count;
}

function isSameList(written: Written, real: unknown): boolean {
  const own = Array.isArray(written) ? (written as readonly Written[]) : [];
  return Array.isArray(real) && real.length === own.length && own.every((one, index) => one === real[index]);
}

/** Whether it is a list of texts and numbers alone. */
function isList(value: Written): boolean {
  return Array.isArray(value) && (value as readonly Written[]).every(isScalar);
}

function isScalar(value: Written): value is string | number | boolean {
  return value !== undefined && typeof value !== "object";
}
