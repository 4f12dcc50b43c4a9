import { parser } from "@prometheus-io/lezer-promql";
import { remembered } from "../slo/remembered";
import { regexpFault } from "../slo/regexp";
import type { LabelMatch } from "../slo/telemetry";

/** A part of an expression. */
export type SyntaxNode = ReturnType<typeof parser.parse>["topNode"];

/** One selector of an expression: a name and its conditions. */
export interface Selector {
  readonly name: string;
  readonly matches: readonly LabelMatch[];
}

/** What an expression is made of, as Prometheus' own grammar reads it. */
export interface Reading {
  /** Places that are no PromQL; an expression that parses has none. */
  readonly errors: readonly string[];
  readonly selectors: readonly Selector[];
  /** Labels of `by (...)`, `on (...)` and `ignoring (...)`. */
  readonly groupedBy: readonly string[];
  /** Names of functions that are called. */
  readonly functions: readonly string[];
  /** What it is made of, by the names of the grammar. */
  readonly nodes: ReadonlySet<string>;
}

/** Reads an expression with the grammar that Prometheus' user interface uses. */
export const readPromQl = remembered((expr: string) => expr, readExpression);

function readExpression(expr: string): Reading {
  const text = ({ from, to }: { from: number; to: number }): string => expr.slice(from, to);
  const errors: string[] = [];
  const selectors: Selector[] = [];
  const groupedBy: string[] = [];
  const functions: string[] = [];
  const nodes = new Set<string>();
  parser.parse(expr).iterate({
    enter: (node) => {
      nodes.add(node.name);
      if (node.type.isError) {
        const seen = node.from === node.to ? "something is missing" : `[${text(node)}]`;
        errors.push(`at character ${node.from + 1}: ${seen}`);
      }
      if (node.name === "VectorSelector") {
        selectors.push(selectorOf(node.node, text));
      }
      if (node.name === "UnquotedLabelMatcher") {
        errors.push(
          ...matchFaults(matchOf(node.node, text)).map((fault) => `at character ${node.from + 1}: ${fault}`),
        );
      }
      if (node.name === "FunctionIdentifier") {
        functions.push(text(node));
      }
      if (node.name === "GroupingLabels") {
        groupedBy.push(...children(node.node, "LabelName").map(text));
      }
    },
  });
  const depth = errors.length === 0 ? 0 : depthOf(expr);
  const found = depth > DEEPEST ? [`that can be read: it is nested [${depth}] deep`] : errors;
  return { errors: found, selectors, groupedBy, functions, nodes };
}

/** The grammar gives up on what is nested much deeper, and finds faults in it that are none. */
const DEEPEST = 500;

function depthOf(expr: string): number {
  let [depth, deepest] = [0, 0];
  for (const [bracket] of expr.matchAll(/[()[\]{}]/g)) {
    depth += "([{".includes(bracket) ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function children(node: SyntaxNode, name: string): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  node.cursor().iterate((inner) => {
    if (inner.name === name) {
      found.push(inner.node);
    }
  });
  return found;
}

function selectorOf(node: SyntaxNode, text: (node: SyntaxNode) => string): Selector {
  const [name] = children(node, "Identifier");
  const matches = children(node, "UnquotedLabelMatcher").map((matcher) => matchOf(matcher, text));
  return { name: name === undefined ? "" : text(name), matches };
}

function matchOf(matcher: SyntaxNode, text: (node: SyntaxNode) => string): LabelMatch {
  const part = (kind: string): string => children(matcher, kind).map(text).join("");
  return {
    label: part("LabelName"),
    op: part("MatchOp") as LabelMatch["op"],
    value: literalOf(part("StringLiteral")),
  };
}

/** The grammar takes any text for a pattern. */
function matchFaults({ op, value }: LabelMatch): readonly string[] {
  const fault = op === "=~" || op === "!~" ? regexpFault(value) : undefined;
  return fault === undefined ? [] : [`[${value}] is no regular expression: ${fault}`];
}

/** What a text in quotes says; with an escape that nobody uses it stands for itself. */
function literalOf(quoted: string): string {
  const inner = quoted.slice(1, -1);
  if (quoted.startsWith("`")) {
    return inner;
  }
  const json = inner.replaceAll(/\\x([\da-f]{2})|\\'|\\[^]|"/gi, (escape: string, hex: string | undefined) =>
    hex !== undefined ? `\\u00${hex}` : escape === "\\'" ? "'" : escape === '"' ? '\\"' : escape,
  );
  try {
    return JSON.parse(`"${json}"`) as string;
  } catch {
    return inner;
  }
}
