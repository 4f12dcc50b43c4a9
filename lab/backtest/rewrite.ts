import { parser } from "@prometheus-io/lezer-promql";
import { readPromQl, type Selector } from "../../generators/promql-reading";
import type { AlertingRule, RecordingRule, RuleGroup } from "../../plan/monitoring-plan";
import type { Duration } from "../../slo/duration";
import { groupedBy, own } from "../../slo/order";
import { millisecondsIn } from "../rule-file";

/** A recording rule and the group that it stands in. */
export interface Recorded {
  readonly rule: RecordingRule;
  readonly group: RuleGroup;
}

/** An expression for the past: what it needs that no server has recorded goes by another name. */
export interface PastAlert {
  readonly rule: AlertingRule;
  readonly interval: Duration;
  readonly expr: string;
}

/** A record that has to be computed. */
export interface PastRecord {
  readonly rule: RecordingRule;
  readonly interval: Duration;
  readonly expr: string;
  readonly name: string;
  /** How long before a time its values must be there, for what is asked of that time. */
  readonly needed: number;
}

/** What is to be evaluated over a past. */
export interface PastRules {
  readonly alerts: readonly PastAlert[];
  /** Records of each layer read none but those of layers before. */
  readonly layers: readonly (readonly PastRecord[])[];
  /** Records that are read as a server has recorded them. */
  readonly read: number;
}

/** How expressions are written for a past. */
export interface Naming {
  /** What names of computed records begin with. */
  readonly mark: string;
  /**
   * Labels that both the series and the server itself have. A server that is asked for one by `=` looks for series
   * without it. Source: Prometheus, storage/remote/read_handler.go, `filterExtLabelsFromMatchers`.
   */
  readonly veiled: readonly string[];
}

/** The rules that a selector reads. */
export function sourcesOf(
  { name, matches }: Selector,
  all: ReadonlyMap<string, readonly Recorded[]>,
): readonly Recorded[] {
  return (all.get(name) ?? []).filter(({ rule }) =>
    matches.every(({ label, op, value }) => op !== "=" || (own(rule.labels, label) ?? value) === value),
  );
}

/**
 * Shares records out: those that a server has recorded by the same rule are read there. The others are computed, with all
 * of their group, whose rules look at each other within one evaluation, and with what reads them.
 */
export function pastRules(
  groups: readonly RuleGroup[],
  isRecorded: (one: Recorded) => boolean,
  { mark, veiled }: Naming,
): PastRules {
  const all = recordsOf(groups);
  const byName = groupedBy(all, ({ rule }) => rule.record);
  const selected = (expr: string): readonly (readonly Recorded[])[] =>
    readPromQl(expr).selectors.map((selector) => sourcesOf(selector, byName));
  const computed = computedOf(groups, all, selected, isRecorded);
  const nameOf = (record: string): string => `${mark}:${record}`;
  const rewrite = (expr: string): string =>
    rewritten(unveiled(expr, veiled), nameOf, (selector) => {
      const [source] = sourcesOf(selector, byName);
      return source !== undefined && computed.has(source) ? source.group.interval : undefined;
    });
  const needs = needsOf([...computed], groups, selected);
  const layerOf = layersOf(selected, computed);
  const layers: PastRecord[][] = [];
  for (const one of computed) {
    const { rule, group } = one;
    const past = { rule, interval: group.interval, expr: rewrite(rule.expr), name: nameOf(rule.record) };
    (layers[layerOf(one)] ??= []).push({ ...past, needed: needs.get(one) ?? 0 });
  }
  return {
    alerts: groups.flatMap((group) =>
      group.rules.flatMap((rule) =>
        rule.kind === "alert" ? [{ rule, interval: group.interval, expr: rewrite(rule.expr) }] : [],
      ),
    ),
    layers,
    read: all.length - computed.size,
  };
}

/** Every recording rule with its group. */
export function recordsOf(groups: readonly RuleGroup[]): readonly Recorded[] {
  return groups.flatMap((group) =>
    group.rules.flatMap((rule) => (rule.kind === "record" ? [{ rule, group }] : [])),
  );
}

type Selected = (expr: string) => readonly (readonly Recorded[])[];

function computedOf(
  groups: readonly RuleGroup[],
  all: readonly Recorded[],
  selected: Selected,
  isRecorded: (one: Recorded) => boolean,
): ReadonlySet<Recorded> {
  const computed = new Set(all.filter((one) => !isRecorded(one)));
  const exprs = groups.flatMap(({ rules }) => rules.map(({ expr }) => selected(expr)));
  for (let before = -1; before !== computed.size;) {
    before = computed.size;
    const busy = new Set([...computed].map(({ group }) => group));
    for (const one of all) {
      if (
        busy.has(one.group) ||
        selected(one.rule.expr)
          .flat()
          .some((source) => computed.has(source))
      )
        computed.add(one);
    }
    // One selector has one name.
    for (const sources of exprs.flat()) {
      if (sources.some((source) => computed.has(source))) sources.forEach((source) => computed.add(source));
    }
  }
  return computed;
}

/** How many records must be there before each. */
function layersOf(selected: Selected, computed: ReadonlySet<Recorded>): (one: Recorded) => number {
  const known = new Map<Recorded, number>();
  const layer = (one: Recorded): number => {
    const sources = selected(one.rule.expr)
      .flat()
      .filter((source) => source !== one && computed.has(source));
    const found = known.get(one) ?? Math.max(-1, ...sources.map(layer)) + 1;
    known.set(one, found);
    return found;
  };
  return layer;
}

/** How far what reads a record looks back, at most: every duration of an expression counts, once. */
function needsOf(
  computed: readonly Recorded[],
  groups: readonly RuleGroup[],
  selected: Selected,
): ReadonlyMap<Recorded, number> {
  const needs = new Map(computed.map((one) => [one, 0]));
  const readers = groups.flatMap((group) =>
    group.rules.map((rule) => ({ rule, sources: selected(rule.expr).flat(), reach: reachOf(rule.expr) })),
  );
  const ofRule = new Map(computed.map((one) => [one.rule, one]));
  for (let isStill = false; !isStill;) {
    isStill = true;
    for (const { rule, sources, reach } of readers) {
      const reader = rule.kind === "record" ? ofRule.get(rule) : undefined;
      const need = reach + (reader === undefined ? 0 : (needs.get(reader) ?? 0));
      for (const source of sources) {
        if (source.rule !== rule && need > (needs.get(source) ?? Infinity)) {
          needs.set(source, need);
          isStill = false;
        }
      }
    }
  }
  return needs;
}

/** How far an expression looks back, at most, in milliseconds. */
export function reachOf(expr: string): number {
  const durations = [
    ...expr.replaceAll(/"[^"]*"/g, "").matchAll(/(?<=[[\s:])(?:\d+(?:ms|[smhdwy]))+\b/g),
  ].map(([duration]) => millisecondsIn(duration));
  return [...new Set(durations)].reduce((sum, duration) => sum + duration, 0);
}

/** What stands behind a selector belongs to it; the grammar gives it to all that stands before. */
const OFFSET = /^\s*offset\s+-?\s*[\dsmhdwy]+/i;

function unveiled(expr: string, veiled: readonly string[]): string {
  const edits: Edit[] = [];
  parser.parse(expr).iterate({
    enter: ({ name, from, to }) => {
      const [, label = "", value = ""] = /^(\w+)\s*=\s*"((?:[^"\\]|\\.)*)"$/.exec(expr.slice(from, to)) ?? [];
      if (name === "UnquotedLabelMatcher" && veiled.includes(label)) {
        const pattern = value.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\\$&`);
        edits.push({ from, to, text: `${label}=~"${pattern}"` });
      }
    },
  });
  return edited(expr, edits);
}

/**
 * An expression with other names. A value that a record had not in its last evaluation is gone at once, as where a server
 * records: nothing says in a past that a series has ended, so an instant is the last interval.
 */
function rewritten(
  expr: string,
  nameOf: (record: string) => string,
  intervalOf: (selector: Selector) => Duration | undefined,
): string {
  const edits: Edit[] = [];
  const { selectors } = readPromQl(expr);
  let index = 0;
  parser.parse(expr).iterate({
    enter: ({ name, node }) => {
      if (name !== "VectorSelector") return;
      const selector = selectors[index++];
      const interval = selector === undefined ? undefined : intervalOf(selector);
      if (selector === undefined || interval === undefined) return;
      const isRange = node.parent?.name === "MatrixSelector";
      const begin = isRange ? "" : "last_over_time(";
      edits.push({
        from: node.from,
        to: node.from + selector.name.length,
        text: `${begin}${nameOf(selector.name)}`,
      });
      if (isRange) return;
      const offset = OFFSET.exec(expr.slice(node.to))?.[0] ?? "";
      edits.push({ from: node.to, to: node.to + offset.length, text: `[${interval}]${offset})` });
    },
  });
  return edited(expr, edits);
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

function edited(expr: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.from - a.from)
    .reduce((text, { from, to, text: put }) => text.slice(0, from) + put + text.slice(to), expr);
}
