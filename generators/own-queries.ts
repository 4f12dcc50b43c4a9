import { parser } from "@prometheus-io/lezer-promql";
import { DIMENSIONS } from "../plan/names";
import type { Duration } from "../slo/duration";
import type { CounterPart } from "../slo/measure";
import { WINDOW, type Counters, type PlainSli } from "../slo/sli";
import type { LabelMatch } from "../slo/telemetry";
import { seriesOf } from "./measures/measure-kind";
import { aggregate, over, selector, type PromQl } from "./promql";
import type { SyntaxNode } from "./promql-reading";

/** Events within a window: those that are bad, and all of them. */
export interface Events {
  readonly bad: PromQl;
  readonly total: PromQl;
}

interface Apart {
  /** Conditions besides those of the SLI. */
  readonly here: readonly LabelMatch[];
  /** Labels whose values are told apart; those of the place by default. */
  readonly by: readonly string[];
}

/** Events of an SLI that is read as it is, within a window. */
export function plainEvents(
  sli: PlainSli,
  window: Duration,
  { here = [], by = DIMENSIONS }: Partial<Apart> = {},
): Events {
  if (sli.kind === "query-ratio") {
    const of = (query: string): PromQl => aggregate("sum", by, inEachPlace(within(query, window), here));
    return { bad: of(sli.errors), total: of(sli.total) };
  }
  const sum = (counters: Counters): PromQl => added(counters, window, { here, by });
  const { events } = sli;
  if (!("total" in events)) {
    return { bad: sum(events.bad), total: added([...events.good, ...events.bad], window, { here, by }) };
  }
  const total = sum(events.total);
  // Where nothing good was ever counted, all is bad.
  const good = (counters: Counters): PromQl => `(${sum(counters)} or 0 * ${total})`;
  return { total, bad: "bad" in events ? sum(events.bad) : `clamp_min(${total} - ${good(events.good)}, 0)` };
}

/**
 * Counters that have nothing yet add nothing. A label tells equal series of two of them apart, since they lose their
 * names in an increase.
 */
function added(counters: readonly CounterPart[], window: Duration, { here, by }: Apart): PromQl {
  const grown = counters.map(({ counter, where }) =>
    aggregate("sum", by, over("increase", seriesOf(counter, { here, place: [] }, where), window)),
  );
  return grown.length === 1
    ? grown.join()
    : aggregate(
        "sum",
        by,
        `\n  ${grown.map((sum, index) => `label_replace(${sum}, "part", "${index + 1}", "", "")`).join("\n  or ")}\n`,
      );
}

/** A query with a window in place of its name. */
export function within(query: string, window: string): PromQl {
  return query.replaceAll(WINDOW, window);
}

/** A window as long as the word that stands for one, so that places in a query stay as they are. */
export const READ_WINDOW = "1h0m00s";

/** A text that is put in at a place, or takes the place of what stands from there on. */
export type Edit = readonly [at: number, text: string, to?: number];

/** A query with edits in whatever order, none of which overlap. */
export function edited(query: PromQl, edits: readonly Edit[]): PromQl {
  return [...edits]
    .sort(([one], [other]) => other - one)
    .reduce((text, [at, now, to = at]) => text.slice(0, at) + now + text.slice(to), query);
}

/**
 * A query with one value for each place: what it sums up, or compares label by label, is told apart by the labels of the
 * place as well.
 * @param here conditions on every series besides its own
 */
export function inEachPlace(query: PromQl, here: readonly LabelMatch[] = []): PromQl {
  const edits: Edit[] = [];
  parser.parse(query).iterate({
    enter: ({ node }) => {
      edits.push(...placesIn(node, query), ...conditionsIn(node, query, here));
    },
  });
  return edited(query, edits);
}

function placesIn(node: SyntaxNode, query: PromQl): readonly Edit[] {
  switch (node.name) {
    case "AggregateExpr": {
      const [operator, modifier] = [node.getChild("AggregateOp"), node.getChild("AggregateModifier")];
      return operator === null || modifier !== null ? [] : [[operator.to, ` by (${DIMENSIONS.join(", ")}) `]];
    }
    case "AggregateModifier":
      return node.getChild("By") === null ? [] : listed(node.getChild("GroupingLabels"), query);
    case "MatchingModifierClause":
      return node.getChild("On") === null ? [] : listed(node.getChild("GroupingLabels"), query);
    default:
      return [];
  }
}

/** The labels of the place in front of those that are there. */
function listed(labels: SyntaxNode | null, query: PromQl): readonly Edit[] {
  if (labels === null) {
    return [];
  }
  const known = labels.getChildren("LabelName").map(({ from, to }) => query.slice(from, to));
  const missing = DIMENSIONS.filter((label) => !known.includes(label));
  return missing.length === 0
    ? []
    : [[labels.from + 1, `${missing.join(", ")}${known.length === 0 ? "" : ", "}`]];
}

function conditionsIn(node: SyntaxNode, query: PromQl, here: readonly LabelMatch[]): readonly Edit[] {
  if (node.name !== "VectorSelector" || here.length === 0) {
    return [];
  }
  const matchers = node.getChild("LabelMatchers");
  const text = selector("", here).slice(1, -1);
  if (matchers === null) {
    return [[node.to, `{${text}}`]];
  }
  const isEmpty = query.slice(matchers.from + 1, matchers.to - 1).trim() === "";
  return [[matchers.from + 1, isEmpty ? text : `${text},`]];
}

/** What is added up or subtracted in a query, each side of it as a text. */
export function addendsOf(query: PromQl): readonly PromQl[] {
  const sides: PromQl[] = [];
  parser.parse(query).iterate({
    enter: ({ node }) => {
      if (node.name === "BinaryExpr" && (node.getChild("Add") ?? node.getChild("Sub")) !== null) {
        const both = [node.firstChild, node.lastChild];
        sides.push(...both.flatMap((side) => (side === null ? [] : query.slice(side.from, side.to))));
      }
    },
  });
  return sides;
}
