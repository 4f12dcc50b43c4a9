import { parser } from "@prometheus-io/lezer-promql";
import { READ_WINDOW, within } from "../../generators/own-queries";
import { readPromQl, type SyntaxNode } from "../../generators/promql-reading";
import { compareText } from "../../slo/order";
import { isOfTarget } from "../../slo/telemetry";
import { queriesOf, type SpecifiedSli } from "./specified";

/** Why a query cannot be read, or would be read as another one. */
export function unreadable(sli: SpecifiedSli): string | undefined {
  return queriesOf(sli)
    .map((query) => {
      const { errors, nodes, selectors } = readPromQl(within(query, READ_WINDOW));
      const [fault] = errors;
      if (fault !== undefined) {
        return `has a query that is not PromQL ${fault} of [${query}]: correct it; promtool tells more`;
      }
      const isQuoted = nodes.has("QuotedLabelName") || nodes.has("QuotedLabelMatcher");
      return isQuoted || selectors.some(({ name }) => name === "")
        ? `reads what has no name of letters, digits and _ in [${query}]: a contract needs one, and the name of the metric in front of its conditions`
        : undefined;
    })
    .find((why) => why !== undefined);
}

/** What a specification measures without the labels that it tells apart, and these. */
export interface Split<Sli> {
  readonly sli: Sli;
  readonly by: readonly string[];
  /** What is not told apart any more, a sentence each. */
  readonly lost: readonly string[];
}

/** Labels of the metrics that all sums of both queries have in `by (...)`; what of them is lost, otherwise. */
export function splitOf(sli: SpecifiedSli): Split<SpecifiedSli> {
  if (sli.kind !== "events" && sli.kind !== "slices") {
    return { sli, by: [], lost: [] };
  }
  const sums = queriesOf(sli).map(sumsOf);
  const all = sums.flat();
  const kept = (lost: readonly string[]): Split<SpecifiedSli> => ({ sli, by: [], lost });
  if (sums.some((one) => one.length === 0)) {
    return kept(["its queries have no sum, so that each series was judged by itself; here all are one"]);
  }
  // Validation refuses it, and says what to write.
  if (all.some(({ isWithout }) => isWithout)) {
    return kept([]);
  }
  const [first, ...others] = new Set(all.map(({ labels }) => ownOf(labels).join(", ")));
  if (first === undefined || others.length > 0) {
    const told = [...new Set(all.flatMap(({ text }) => text))].filter((text) => text !== "");
    return kept([notApart(told)]);
  }
  const instances = all.some(({ labels }) => labels.includes("instance"));
  return {
    sli: {
      ...sli,
      total: plain(sli.total),
      ...("errors" in sli ? { errors: plain(sli.errors) } : { good: plain(sli.good) }),
    },
    by: first === "" ? [] : first.split(", "),
    lost: instances ? [notApart(["by (instance)"])] : [],
  };
}

/** A query whose sums are of everything. */
function plain(query: string): string {
  return sumsOf(query).reduceRight((text, { from, to }) => {
    const [before, after] = [text.slice(0, from).trimEnd(), text.slice(to)];
    return from === to ? text : before + (/^\s*\(/.test(after) ? after.trimStart() : after);
  }, query);
}

/** What is said where values become one. */
export function notApart(told: readonly string[]): string {
  return `[${told.join("; ")}] is not kept: all are judged as one, in which a bad one of little traffic is not seen`;
}

function ownOf(labels: readonly string[]): readonly string[] {
  return labels.filter((label) => label !== "le" && !isOfTarget(label));
}

/** What an aggregation that no other one is around tells apart, and where it says so. */
interface Sum {
  readonly labels: readonly string[];
  readonly isWithout: boolean;
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

function sumsOf(query: string): readonly Sum[] {
  const text = within(query, READ_WINDOW);
  const sums: Sum[] = [];
  parser.parse(text).iterate({
    enter: ({ node }) => {
      if (node.name !== "AggregateExpr") {
        return true;
      }
      const modifier = node.getChild("AggregateModifier");
      sums.push({
        labels: modifier === null ? [] : labelsOf(modifier, text),
        isWithout: modifier !== null && modifier.getChild("Without") !== null,
        text: modifier === null ? "" : query.slice(modifier.from, modifier.to),
        from: modifier?.from ?? 0,
        to: modifier?.to ?? 0,
      });
      return false;
    },
  });
  return sums;
}

function labelsOf(modifier: SyntaxNode, text: string): readonly string[] {
  const names = modifier.getChild("GroupingLabels")?.getChildren("LabelName") ?? [];
  return [...new Set(names.map(({ from, to }) => text.slice(from, to)))].sort(compareText);
}
