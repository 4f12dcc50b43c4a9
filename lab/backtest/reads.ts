import { readPromQl, type Selector } from "../../generators/promql-reading";
import type { RecordingRule, RuleGroup } from "../../plan/monitoring-plan";
import { groupedBy } from "../../slo/order";
import { reachOf, recordsOf, sourcesOf } from "./rewrite";

/** What an expression reads in the end. */
export interface Reads {
  /** What no record of these groups makes. */
  readonly series: readonly Selector[];
  /** How far it looks back through what is computed, at most, in milliseconds. */
  readonly back: number;
}

/** Follows expressions through the records of groups. @param computed whose own reach counts; others are there already */
export function readsOf(
  groups: readonly RuleGroup[],
  computed: ReadonlySet<RecordingRule>,
): (expr: string) => Reads {
  const byName = groupedBy(recordsOf(groups), ({ rule }) => rule.record);
  const known = new Map<string, Reads>();
  const reads = (expr: string): Reads => {
    const before = known.get(expr);
    if (before !== undefined) return before;
    // A record may read itself.
    known.set(expr, { series: [], back: 0 });
    const series: Selector[] = [];
    let back = 0;
    for (const selector of readPromQl(expr).selectors) {
      const sources = sourcesOf(selector, byName);
      if (sources.length === 0) series.push(selector);
      for (const { rule } of sources) {
        const inner = reads(rule.expr);
        series.push(...inner.series);
        if (computed.has(rule)) back = Math.max(back, inner.back);
      }
    }
    const found = { series, back: back + reachOf(expr) };
    known.set(expr, found);
    return found;
  };
  return reads;
}
