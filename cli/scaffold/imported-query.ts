import { parser } from "@prometheus-io/lezer-promql";
import { within } from "../../generators/own-queries";
import { readPromQl, type Selector } from "../../generators/promql-reading";
import { WINDOW } from "../../slo/sli";
import { matchesValue } from "../../slo/telemetry";

type SyntaxNode = ReturnType<typeof parser.parse>["topNode"];

/** A window that nobody writes, while a query is read. */
const STAND_IN = "7777d";

/** Functions of a counter, which count events of the window in place of those of a second. */
const RATES: readonly string[] = ["rate", "irate"];

/**
 * A query of Sloth in the words of ours: events within the window in place of events per second, and nothing where nothing
 * was counted. A ratio of two such queries is the same.
 */
export function eventsQuery(text: string): string {
  const query = text
    .replaceAll(/\{\{\s*\.window\s*\}\}/g, STAND_IN)
    .replaceAll(/\s+/g, " ")
    .trim();
  const edits: (readonly [from: number, to: number, text: string])[] = [];
  parser.parse(query).iterate({
    enter: ({ node }) => {
      if (node.name === "FunctionIdentifier" && RATES.includes(query.slice(node.from, node.to))) {
        edits.push([node.from, node.to, "increase"]);
      }
      // Within a larger sum it is what keeps the others: there it stays, and is refused.
      if (node.name === "BinaryExpr" && node.parent?.name === "PromQL" && isVectorOfNothing(node, query)) {
        edits.push([node.firstChild?.to ?? node.to, node.to, ""]);
      }
    },
  });
  return edits
    .sort(([one], [other]) => other - one)
    .reduce((all, [from, to, now]) => all.slice(0, from) + now + all.slice(to), query)
    .replaceAll(STAND_IN, WINDOW);
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
  if (["At", "Offset", "LineComment", "Or"].some((name) => nodes.has(name))) {
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
