import type { Selector } from "../../generators/promql-reading";
import { selectorsOf } from "./imported-query";
import { queriesOf, type SpecifiedSli } from "./specified";
import { regexpFault } from "../../slo/regexp";
import {
  isOfTarget,
  matchesValue,
  type Counter,
  type Gauge,
  type Histogram,
  type Job,
  type LabelMatch,
} from "../../slo/telemetry";

/** Values that labels of requests usually have; what a query names itself comes first. */
const USUAL: readonly string[] = [
  ...["200", "201", "204", "301", "400", "401", "403", "404", "429", "499", "500", "502", "503", "504"],
  ...["OK", "Internal", "Unavailable", "Unknown", "DeadlineExceeded", "success", "error", "failed"],
];

/** A metric under the name that a contract gives it. */
export type Imported = Counter | Gauge | Histogram;

/** Conditions on the labels that a program exposes itself. */
export function ownMatches({ matches }: Selector): readonly LabelMatch[] {
  return matches.filter(({ label }) => label !== "le" && !isOfTarget(label));
}

/** Conditions of everything that something is measured by. */
export function conditionsIn(sli: SpecifiedSli): readonly LabelMatch[] {
  return queriesOf(sli)
    .flatMap(selectorsOf)
    .flatMap(({ matches }) => matches);
}

/** A selector, and the labels whose values its query tells apart. */
export interface ReadSelector extends Selector {
  readonly by: readonly string[];
}

/**
 * The metrics that queries read, each with the labels by which they pick series. A value that satisfies each condition is
 * among those of its label, and one that satisfies none.
 */
export function metricsOf(
  selectors: readonly ReadSelector[],
  levels: readonly Extract<SpecifiedSli, { kind: "level" }>[],
  job: Job,
): readonly Imported[] {
  const gauges = new Map(
    levels.flatMap(({ query, bad }) => selectorsOf(query).map(({ name }) => [name, normalOf(bad)])),
  );
  const names = [...new Set(selectors.map(({ name }) => baseOf(name, selectors)))].sort();
  return names.map((name): Imported => {
    const own = selectors.filter((selector) => baseOf(selector.name, selectors) === name);
    const base = {
      name,
      help: "Read by an imported objective.",
      job,
      labels: labelsOf(own),
    };
    const normal = gauges.get(name);
    if (normal !== undefined) {
      return { type: "gauge", ...base, normal };
    }
    const bounds = own.flatMap(({ matches }) =>
      matches.filter(({ label }) => label === "le").map(({ value }) => value),
    );
    return own.some((selector) => selector.name === `${name}_bucket`)
      ? {
          type: "histogram",
          ...base,
          initialisedToZero: false,
          bounds: sortedBounds(bounds),
          median: Number(sortedBounds(bounds)[0] ?? 1) / 2,
        }
      : { type: "counter", ...base, initialisedToZero: false };
  });
}

/** A value on the good side of a limit. */
function normalOf(bad: { readonly above: string } | { readonly below: string }): number {
  return "above" in bad ? Number(bad.above) / 2 : Number(bad.below) * 2;
}

/** A histogram is one metric, whatever of it is read. */
function baseOf(name: string, all: readonly Selector[]): string {
  const base = name.replace(/_(?:bucket|count|sum)$/, "");
  return all.some((other) => other.name === `${base}_bucket`) ? base : name;
}

function sortedBounds(bounds: readonly string[]): readonly string[] {
  return [...new Set(bounds.filter((bound) => bound !== "+Inf"))].sort((a, b) => Number(a) - Number(b));
}

function labelsOf(selectors: readonly ReadSelector[]): Readonly<Record<string, readonly string[]>> {
  const matches = selectors.flatMap(ownMatches);
  const apart = selectors.flatMap(({ by }) => by);
  const labels = [...new Set([...matches.map(({ label }) => label), ...apart])].sort();
  return Object.fromEntries(
    labels.map((label) => {
      const own = matches.filter((match) => match.label === label);
      // What is judged apart is never empty, and has all values that are known.
      const values = apart.includes(label)
        ? [...new Set([...own.flatMap(candidatesOf), "other"])].filter(Boolean)
        : valuesFor(own);
      return [label, values];
    }),
  );
}

/** Values that tell the conditions apart: one for each combination of answers that any candidate gives. */
function valuesFor(matches: readonly LabelMatch[]): readonly string[] {
  const candidates = [...matches.flatMap(candidatesOf), ...USUAL, "other"];
  const answers = new Map<string, string>();
  for (const value of candidates) {
    const answer = matches.map((match) => matchesValue(match, value)).join();
    if (!answers.has(answer)) {
      answers.set(answer, value);
    }
  }
  return [...answers.values()];
}

/** What a pattern spells out, with a character for each that it leaves open. */
function candidatesOf({ op, value }: LabelMatch): readonly string[] {
  if (op === "=" || op === "!=") {
    return [value];
  }
  return regexpFault(value) === undefined
    ? value
        .replaceAll(/[()^$]/g, "")
        .split("|")
        .map((one) =>
          one
            .replaceAll(/\.[*+]/g, "x")
            .replaceAll(/\[[^\]]*\]|\\d|\./g, "0")
            .replaceAll(/[\\?*+]/g, ""),
        )
    : [];
}
