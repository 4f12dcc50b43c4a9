import { parser } from "@prometheus-io/lezer-promql";
import { edited, within, type Edit } from "../../generators/own-queries";
import { selection } from "../../generators/promql";
import { readPromQl, type Selector, type SyntaxNode } from "../../generators/promql-reading";
import type { Level } from "../../slo/measure";
import { WINDOW } from "../../slo/sli";
import { matchesValue } from "../../slo/telemetry";

/** A window that nobody writes, while a query is read. */
const STAND_IN = "7777d";

/** Functions of a counter, which count events of the window in place of those of a second. */
const RATES: readonly string[] = ["rate", "irate"];

/** The window of Sloth's queries. */
const OF_SLOTH = /\{\{\s*\.window\s*\}\}/g;

/**
 * A query of another program in the words of ours: events within the window in place of events per second, and nothing
 * where nothing was counted. A ratio of two such queries is the same.
 * @param counters says whether a selector without a range is a counter that the other program takes the increase of
 */
export function eventsQuery(text: string, { counters = false } = {}): string {
  const query = text.replaceAll(OF_SLOTH, STAND_IN).replaceAll(/\s+/g, " ").trim();
  const slice = ({ from, to }: { readonly from: number; readonly to: number }): string =>
    query.slice(from, to);
  // What cannot be read stays as it is, for the message that says so.
  if (readPromQl(query).errors.length > 0) {
    return query.replaceAll(STAND_IN, WINDOW);
  }
  const edits: Edit[] = [];
  parser.parse(query).iterate({
    enter: ({ node }) => {
      if (node.name === "FunctionIdentifier" && RATES.includes(slice(node))) {
        edits.push([node.from, "increase", node.to]);
      }
      // Within a larger sum it is what keeps the others: there it stays, and is refused.
      if (node.name === "BinaryExpr" && node.parent?.name === "PromQL" && isVectorOfNothing(node, query)) {
        edits.push([node.firstChild?.to ?? node.to, "", node.to]);
      }
      if (counters && node.name === "DurationExpr" && node.parent?.name === "MatrixSelector") {
        edits.push([node.from, STAND_IN, node.to]);
      }
      if (node.name === "VectorSelector") {
        const grown = counters && node.parent?.name !== "MatrixSelector";
        const [before, after] = grown ? ["increase(", `[${STAND_IN}])`] : ["", ""];
        const isSum = node.parent?.name === "PromQL" && grown;
        edits.push([
          node.from,
          `${isSum ? "sum(" : ""}${before}${counted(slice(node))}${after}${isSum ? ")" : ""}`,
          node.to,
        ]);
      }
    },
  });
  return edited(query, edits).replaceAll(STAND_IN, WINDOW);
}

/** The bucket without a bound counts all, as `_count` does. */
function counted(selector: string): string {
  const [own] = readPromQl(selector).selectors;
  const isAll = own?.matches.some(({ label, op, value }) => label === "le" && op === "=" && value === "+Inf");
  return own !== undefined && own.name.endsWith("_bucket") && isAll === true
    ? selection(
        `${own.name.slice(0, -"_bucket".length)}_count`,
        own.matches.filter(({ label }) => label !== "le"),
      )
    : selector;
}

/** A gauge, and how its series become one value. */
export interface SpecifiedLevel {
  readonly selector: Selector;
  readonly of?: Level["of"];
}

/** What a query says of a gauge; undefined where it is more than that. */
export function levelOf(query: string): SpecifiedLevel | undefined {
  const [, of, inner = ""] = /^(sum|max|min)\s*\((.*)\)$/.exec(query.trim()) ?? [, undefined, query];
  const { errors, selectors, nodes } = readPromQl(inner);
  const [selector, ...others] = selectors;
  const isMore = ["AggregateExpr", "At", "BinaryExpr", "FunctionCall", "MatrixSelector", "Offset"].some(
    (name) => nodes.has(name),
  );
  return errors.length > 0 || selector === undefined || others.length > 0 || isMore
    ? undefined
    : { selector, ...(of === undefined ? {} : { of: of as Level["of"] }) };
}

/** `... or vector(0)`, which keeps a query from being empty. */
function isVectorOfNothing(node: SyntaxNode, query: string): boolean {
  const right = node.lastChild;
  return (
    node.getChild("Or") !== null &&
    right !== null &&
    /^vector\(\s*0\s*\)$/.test(query.slice(right.from, right.to))
  );
}

/** The selectors of a query. */
export function selectorsOf(query: string): readonly Selector[] {
  return readPromQl(within(query, STAND_IN)).selectors;
}

/** A series that grows by so many a minute. */
export interface Growing {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly perMinute: number;
}

/**
 * Events a minute that a query counts where series grow like this; undefined where it is more than sums, differences and
 * multiples of increases.
 */
export function eventsPerMinute(query: string, series: readonly Growing[]): number | undefined {
  const text = within(query, STAND_IN);
  const { nodes } = readPromQl(text);
  if (["At", "Offset", "LineComment"].some((name) => nodes.has(name))) {
    return undefined;
  }
  return valueOf(parser.parse(text).topNode.firstChild, text, series);
}

function valueOf(node: SyntaxNode | null, text: string, series: readonly Growing[]): number | undefined {
  const inner = (child: SyntaxNode | null): number | undefined => valueOf(child, text, series);
  switch (node?.name) {
    case "ParenExpr":
    case "FunctionCallBody":
      return inner(node.firstChild);
    case "AggregateExpr":
      return node.getChild("AggregateOp")?.getChild("Sum") === null
        ? undefined
        : inner(node.getChild("FunctionCallBody"));
    case "FunctionCall":
      return node.getChild("FunctionIdentifier")?.getChild("Increase") === null
        ? undefined
        : grown(text.slice(node.from, node.to), series);
    case "BinaryExpr": {
      // A multiple; a number that is added is no event, and a product of events is none either.
      const factor = node.getChild("Mul") === null ? undefined : factorOf(node, text);
      if (factor !== undefined) {
        const events = inner(node.firstChild?.name === LITERAL ? node.lastChild : node.firstChild);
        return events === undefined ? undefined : factor * events;
      }
      const [left, right] = [inner(node.firstChild), inner(node.lastChild)];
      // A series of each selector is in an example, so that what stands instead of one is not asked.
      if (node.getChild("Or") !== null) {
        return right === undefined ? undefined : left;
      }
      return left === undefined || right === undefined ? undefined : combined(node, left, right);
    }
    default:
      return undefined;
  }
}

const LITERAL = "NumberDurationLiteral";

function factorOf(node: SyntaxNode, text: string): number | undefined {
  const literal = [node.firstChild, node.lastChild].find((side) => side?.name === LITERAL);
  return literal === undefined || literal === null ? undefined : Number(text.slice(literal.from, literal.to));
}

function combined(node: SyntaxNode, left: number, right: number): number | undefined {
  if (node.getChild("Add") !== null) {
    return left + right;
  }
  return node.getChild("Sub") === null ? undefined : left - right;
}

function grown(call: string, series: readonly Growing[]): number {
  const [selector] = readPromQl(call).selectors;
  return series
    .filter(
      ({ name, labels }) =>
        name === selector?.name &&
        selector.matches.every((match) => matchesValue(match, labels[match.label] ?? "")),
    )
    .reduce((sum, { perMinute }) => sum + perMinute, 0);
}
