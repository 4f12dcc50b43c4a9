import { parser } from "@prometheus-io/lezer-promql";

/** What an expression asks for, as Prometheus' own grammar reads it; of what is no PromQL, what can be made out. */
export interface Asked {
  /** Metrics, sorted; `{__name__...}` for those that it picks by a matcher. */
  readonly metrics: readonly string[];
  /** How far ranges and offsets look back, as it is written. */
  readonly windows: readonly string[];
  /** Functions that it calls. */
  readonly functions: readonly string[];
}

type SyntaxNode = ReturnType<typeof parser.parse>["topNode"];

export function askedBy(expression: string): Asked {
  const text = ({ from, to }: { from: number; to: number }): string => expression.slice(from, to);
  const metrics = new Set<string>();
  const windows: string[] = [];
  const functions: string[] = [];
  parser.parse(expression).iterate({
    enter: ({ node }) => {
      switch (node.name) {
        case "VectorSelector":
          namesOf(node, text).forEach((name) => metrics.add(name));
          break;
        case "DurationExpr":
        case "OffsetDurationExpr":
          windows.push(...(isWindow(node) ? [text(node)] : []));
          break;
        case "FunctionIdentifier":
          functions.push(text(node));
      }
    },
  });
  return { metrics: [...metrics].sort(), windows, functions };
}

/** Names may stand in quotes among the conditions. */
function namesOf(selector: SyntaxNode, text: (node: SyntaxNode) => string): readonly string[] {
  const conditions = selector.getChild("LabelMatchers");
  const labels =
    conditions?.getChildren("UnquotedLabelMatcher").map((one) => one.getChild("LabelName")) ?? [];
  const isMatched = labels.some((label) => label !== null && text(label) === "__name__");
  return [
    ...selector.getChildren("Identifier").map(text),
    ...(conditions?.getChildren("QuotedLabelName") ?? []).map((name) => text(name).slice(1, -1)),
    ...(isMatched ? ["{__name__...}"] : []),
  ];
}

/** Whether a duration is a range or an offset, and no resolution, and nothing that is calculated, such as what looks ahead. */
function isWindow({ name, parent, prevSibling, firstChild }: SyntaxNode): boolean {
  return (
    firstChild?.name === "NumberDurationLiteralInDurationContext" &&
    parent?.name !== name &&
    prevSibling?.name !== name
  );
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** A duration as Prometheus writes it, in milliseconds; `undefined` for what is none. */
export function millisecondsOf(duration: string): number | undefined {
  const parts = [...duration.matchAll(/(\d+)(ms|[smhdwy])/g)];
  return parts.length > 0 && parts.map(([part]) => part).join("") === duration
    ? parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (UNITS[unit] ?? 0), 0)
    : undefined;
}
