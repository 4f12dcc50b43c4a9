import { createHash } from "node:crypto";
import { z } from "zod";
import { DIMENSIONS } from "../../plan/names";
import { labelsKey, type Span } from "../../plan/past";
import { durationOf, milliseconds } from "../../slo/duration";
import { ask, loadedRules, externalLabelsIn } from "../prometheus-api";
import type { PastEngine, Series } from "./engine";
import type { Recorded } from "./rewrite";

/** A part of a past, whose results are kept together; times in milliseconds since the epoch. */
export interface Part extends Span {
  /** What the server has of it, so that another server's results, or those of half of it, are not taken for it. */
  readonly seen: string;
}

/** What a server knows of a past. */
export interface History extends Span {
  readonly parts: readonly Part[];
  /** The share of the time that was asked for of which there is anything. */
  readonly known: number;
  /** When the server's samples begin, as far as was looked. */
  readonly begins: number;
}

const DAY = 86_400_000;
/** More points than this no server gives of one series. Source: Prometheus, web/api/v1. */
const MOST_POINTS = 11_000;

/**
 * Looks what there is, by whether targets were up, and cuts it into days, or shorter parts where evaluations are close.
 * @param asked what is to be evaluated
 * @param before how long before that rules look back
 * @returns undefined where there is nothing
 */
export async function historyOf(
  engine: PastEngine,
  asked: Span,
  before: number,
  { shortest, longest }: { readonly shortest: number; readonly longest: number },
): Promise<History | undefined> {
  const first = asked.from - before;
  const step = Math.max(longest, Math.ceil((asked.to - first) / (MOST_POINTS - 1) / longest) * longest);
  const expr = `sum by (${[...DIMENSIONS, "job"].join(", ")}) (up)`;
  const grid = { from: Math.ceil(first / step) * step, to: Math.floor(asked.to / step) * step, step };
  const seen = await engine.range(expr, grid);
  const times = new Set(seen.flatMap(({ values }) => values.map(([time]) => Math.round(time * 1_000))));
  const begins = Math.min(...times);
  const from = Math.max(asked.from, begins);
  if (times.size === 0 || from >= asked.to) {
    return undefined;
  }
  const aligned = {
    from: Math.ceil(from / longest) * longest,
    to: Math.floor(asked.to / longest) * longest,
  };
  const expected = Math.floor((asked.to - asked.from) / step);
  const there = [...times].filter((time) => time >= asked.from && time < asked.to).length;
  return {
    ...aligned,
    begins,
    known: Math.min(1, there / Math.max(1, expected)),
    parts: partsOf(aligned, shortest).map((part) => ({ ...part, seen: printOf(seen, part) })),
  };
}

/** Parts begin at hours of UTC, so that those of yesterday are those of tomorrow. */
export function partsOf({ from, to }: Span, shortest: number): readonly Span[] {
  const [length = DAY / 24] = [1, 2, 3, 4, 6, 8, 12, 24]
    .map((parts) => DAY / parts)
    .filter((size) => size / shortest < MOST_POINTS - 1);
  const parts = [];
  for (let begin = Math.floor(from / length) * length; begin < to; begin += length) {
    parts.push({ from: Math.max(from, begin), to: Math.min(to, begin + length) });
  }
  return parts;
}

function printOf(seen: readonly Series[], { from, to }: Span): string {
  const within = seen.map(({ metric, values }) => [
    metric,
    values.filter(([time]) => time * 1_000 >= from && time * 1_000 < to),
  ]);
  return hashOf(within);
}

/** A short text for a value. */
export function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}

const printed = z.object({ data: z.object({ yaml: z.string() }) });

/** The labels that a server adds to what it gives away; none where it does not say. */
export async function externalLabelsOf(
  remote: string | undefined,
): Promise<Readonly<Record<string, string>>> {
  const found =
    remote === undefined ? undefined : await ask(`${remote}/api/v1/status/config`, printed, undefined);
  return found === undefined ? {} : externalLabelsIn(found.data.yaml);
}

/**
 * Which records a server has of a past: those that it makes by the same rule now, and made already when the past begins.
 * @param remote absent where there are blocks only, of which nobody knows by which rules they were made
 */
export async function recordedBy(
  remote: string | undefined,
  engine: PastEngine,
  { from, to }: Span,
  all: readonly Recorded[],
): Promise<(one: Recorded) => boolean> {
  const rules =
    remote === undefined || all.length === 0 ? undefined : await loadedRules(remote, "?type=record");
  if (rules === undefined) {
    return () => false;
  }
  const there = new Set<string>();
  for (const group of rules) {
    for (const { name, query, labels } of group.rules) {
      there.add(ruleKey(name, labels, await engine.formatted(query), group.interval));
    }
  }
  const isOld = await madeAlready(engine, { from, to }, all);
  const same = new Set<Recorded["rule"]>();
  for (const { rule, group } of all) {
    const expr = await engine.formatted(rule.expr);
    if (
      there.has(ruleKey(rule.record, rule.labels, expr, milliseconds(group.interval) / 1_000)) &&
      isOld(rule)
    ) {
      same.add(rule);
    }
  }
  return ({ rule }) => same.has(rule);
}

function ruleKey(
  name: string,
  labels: Readonly<Record<string, string>>,
  expr: string,
  interval: number,
): string {
  return JSON.stringify([name, labelsKey(labels), expr, interval]);
}

/** How long after its beginning a record that is always there has a value. */
const SOON = "1h";

/** Records that have values at the end of a past and had none when it began were not made yet. */
async function madeAlready(
  engine: PastEngine,
  { from, to }: Span,
  all: readonly Recorded[],
): Promise<(rule: Recorded["rule"]) => boolean> {
  const names = [...new Set(all.map(({ rule }) => rule.record))];
  const labels = [...new Set(all.flatMap(({ rule }) => Object.keys(rule.labels)))].sort();
  const soon = Math.min(milliseconds(SOON), to - from);
  const expr = `count by (${["__name__", ...labels].join(", ")}) (last_over_time({__name__=~"${names.join("|")}"}[${durationOf(soon)}]))`;
  const at = async (time: number): Promise<ReadonlySet<string>> => {
    const found = await engine.range(expr, { from: time, to: time, step: 1_000 });
    return new Set(
      found.map(({ metric }) =>
        JSON.stringify([metric["__name__"], ...labels.map((label) => metric[label] ?? "")]),
      ),
    );
  };
  const [first, last] = [await at(from + soon), await at(to)];
  return (rule) => {
    const key = JSON.stringify([rule.record, ...labels.map((label) => rule.labels[label] ?? "")]);
    return first.has(key) || !last.has(key);
  };
}
