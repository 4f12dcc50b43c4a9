import { parser } from "@prometheus-io/lezer-promql";
import type { LabelMatch } from "../slo/telemetry";

type SyntaxNode = ReturnType<typeof parser.parse>["topNode"];

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
}

/** Reads an expression with the grammar that Prometheus' user interface uses. */
export function readPromQl(expr: string): Reading {
  const text = ({ from, to }: { from: number; to: number }): string => expr.slice(from, to);
  const errors: string[] = [];
  const selectors: Selector[] = [];
  const groupedBy: string[] = [];
  parser.parse(expr).iterate({
    enter: (node) => {
      if (node.type.isError) {
        errors.push(`at ${node.from}: [${text(node)}]`);
      }
      if (node.name === "VectorSelector") {
        selectors.push(selectorOf(node.node, text));
      }
      if (node.name === "GroupingLabels") {
        groupedBy.push(...children(node.node, "LabelName").map(text));
      }
    },
  });
  return { errors, selectors, groupedBy };
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
  const matches = children(node, "UnquotedLabelMatcher").map((matcher) => {
    const part = (kind: string): string => children(matcher, kind).map(text).join("");
    return {
      label: part("LabelName"),
      op: part("MatchOp") as LabelMatch["op"],
      value: JSON.parse(part("StringLiteral")) as string,
    };
  });
  return { name: name === undefined ? "" : text(name), matches };
}
