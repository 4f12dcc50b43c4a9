import { parser } from "@prometheus-io/lezer-promql";
import { durationOf, isDuration, milliseconds } from "../../slo/duration";

/** A small change of an expression: what stood there, and what stands there now. */
export interface Edit {
  readonly what: string;
  readonly expr: string;
}

type Replacements = (text: string) => readonly string[];

const swapped =
  (pairs: Readonly<Record<string, readonly string[]>>): Replacements =>
  (text) =>
    pairs[text] ?? [];

/** A number a little larger, and half of it; a duration twice as long, and half as long. */
function resized(text: string): readonly string[] {
  if (isDuration(text)) {
    return [durationOf(milliseconds(text) * 2), durationOf(milliseconds(text) / 2)];
  }
  const value = Number(text);
  return value === 0 ? ["1"] : [String(Number((value * 1.1).toPrecision(12))), String(value / 2)];
}

const FUNCTIONS = swapped({
  rate: ["increase"],
  increase: ["rate"],
  sum_over_time: ["count_over_time"],
  count_over_time: ["sum_over_time"],
  last_over_time: ["count_over_time"],
  max_over_time: ["min_over_time"],
  avg_over_time: ["max_over_time"],
  stddev_over_time: ["avg_over_time"],
  clamp_min: ["clamp_max"],
  sqrt: ["abs"],
  time: ["hour"],
  changes: ["resets"],
  resets: ["changes"],
});

const AGGREGATIONS = swapped({ sum: ["max"], max: ["min"], min: ["max"], count: ["sum"], avg: ["max"] });

/** What may take the place of each kind of node of Prometheus' grammar. */
const EDITS: Readonly<Record<string, Replacements>> = {
  NumberDurationLiteral: resized,
  NumberDurationLiteralInDurationContext: resized,
  Gtr: () => ["<"],
  Lss: () => [">"],
  Gte: () => ["<"],
  Lte: () => [">"],
  EqlC: () => ["!="],
  Add: () => ["-"],
  Sub: () => ["+"],
  Mul: () => ["/"],
  Div: () => ["*"],
  And: () => ["or", "unless"],
  Or: () => ["and"],
  Unless: () => ["and"],
  MatchOp: swapped({ "=": ["!="], "!=": ["="], "=~": ["!~"], "!~": ["=~"] }),
  UnquotedLabelMatcher: (text) => [`${/^\w+/.exec(text)?.[0] ?? ""}=~".*"`],
  StringLiteral: (text) => [`${text.slice(0, -1)}x"`],
  Identifier: (text) => [`${text}_x`],
  FunctionIdentifier: FUNCTIONS,
  AggregateOp: AGGREGATIONS,
  UnaryOp: swapped({ "-": ["+"] }),
  BoolModifier: () => [""],
};

/** Every small change of an expression: numbers, windows, comparators, operators, functions, names, labels, matchers, joins, offsets. */
export function editsOf(expr: string): readonly Edit[] {
  const edits: Edit[] = [];
  const replace = (from: number, to: number, text: string): void => {
    edits.push({
      what: `[${expr.slice(from, to)}] at ${from} becomes [${text}]`,
      expr: expr.slice(0, from) + text + expr.slice(to),
    });
  };
  parser.parse(expr).iterate({
    enter: ({ name, from, to, node }) => {
      for (const text of EDITS[name]?.(expr.slice(from, to)) ?? []) {
        replace(from, to, text);
      }
      if (name === "LabelName" && node.parent?.name === "GroupingLabels") {
        replace(from, to, "nothing");
      }
      if (name === "OffsetExpr") {
        replace(node.getChild("Offset")?.from ?? to, to, "");
      }
    },
  });
  return edits;
}
