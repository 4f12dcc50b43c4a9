import { addendsOf, READ_WINDOW, within } from "../../generators/own-queries";
import { selection } from "../../generators/promql";
import { conditionsOf } from "../../backends/rule-tests/cells";
import { seriesNames } from "../../generators/runbook-queries";
import type { Query } from "../../slo/measure";
import { queryRatio, type MeasuredSli } from "../../slo/sli";
import { labelSets, matchesValue, type Counter, type Histogram } from "../../slo/telemetry";
import { ownMatches } from "./imported-metrics";
import { eventsPerMinute, selectorsOf, type Growing } from "./imported-query";
import type { SpecifiedEvents, SpecifiedSli } from "./specified";

/** Events in which bad ones are named. */
export interface Queries {
  readonly errors: string;
  readonly total: string;
}

export type Counted = Counter | Histogram;

/** Bad events, where good ones are counted: none were good where nothing was counted. */
export function badOf(events: SpecifiedEvents): Queries {
  return "good" in events
    ? { errors: `${events.total} - (${events.good} or 0 * ${events.total})`, total: events.total }
    : events;
}

/** A difference or sum whose sides may have nothing: nothing is then 0 of what is always there. */
export function always(errors: string, total: string): string {
  const kept = errors.replaceAll(/\bor\s+(?:on\s*\(\s*\)\s*)?vector\(\s*0\s*\)/gi, () => `or 0 * ${total}`);
  const sides = addendsOf(within(kept, READ_WINDOW));
  return sides
    .filter((side) => sides.length === 2 && !/\bor\b/.test(side))
    .map((side) => side.replaceAll(READ_WINDOW, "$window"))
    .filter((side) => side !== total)
    .reduce((text, side) => text.replace(side, () => `(${side} or 0 * ${total})`), kept);
}

/** What a minute counts is too little for a rate: the windows of a slice are of five. */
const SLICE = "5m";

export function slicesOf(
  { badAbove, ...events }: Extract<SpecifiedSli, { kind: "slices" }>,
  metrics: readonly Counted[],
): MeasuredSli | undefined {
  const { errors, total } = badOf(events);
  const [first, ...others] = readsOf([errors, total], metrics);
  const bad = "good" in events ? errors : `(${errors} or 0 * ${total})`;
  const query = within(`(${bad}) / ${total}`, SLICE);
  const usual = exampleOf({ errors, total }, metrics);
  // The same series, of which the first grows most in one example and least in the other.
  const examples = [usual, usual.map((one, index) => ({ ...one, perMinute: index === 0 ? 1 : 900 }))].flatMap(
    (series): readonly Query["examples"][number][] => {
      const [some, all] = [eventsPerMinute(bad, series), eventsPerMinute(total, series)];
      return some === undefined || all === undefined || all <= 0 || some < 0 || some > all
        ? []
        : [{ growing: growingOf(series), value: some / all }];
    },
  );
  const [one, ...more] = examples;
  return first === undefined || one === undefined
    ? undefined
    : {
        kind: "time",
        measure: {
          kind: "query",
          query,
          says: "share of events that are bad",
          reads: [first, ...others],
          examples: [one, ...more],
        },
        bad: { above: badAbove },
        minimum: "5m",
      };
}

function readsOf(queries: readonly string[], metrics: readonly Counted[]): readonly Counted[] {
  const names = queries.flatMap(selectorsOf).map(({ name }) => name);
  return metrics.filter((metric) => seriesNames(metric).some((name) => names.includes(name)));
}

export function queriedOf({ errors, total }: Queries, metrics: readonly Counted[]): MeasuredSli | undefined {
  const [first, ...others] = readsOf([total, errors], metrics);
  const series = exampleOf({ errors, total }, metrics);
  const [bad, all] = [eventsPerMinute(errors, series), eventsPerMinute(total, series)];
  if (first === undefined || bad === undefined || all === undefined || bad <= 0 || bad >= all) {
    return undefined;
  }
  return queryRatio({
    errors,
    total,
    reads: [first, ...others],
    examples: [{ growing: growingOf(series), errors: bad, total: all }],
  });
}

function growingOf(series: readonly Growing[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    series.map(({ name, labels, perMinute }) => [selection(name, conditionsOf(labels)), perMinute]),
  );
}

/** A series for each selector: what all is counted by is much, what bad events are counted by is little. */
export function exampleOf({ errors, total }: Queries, metrics: readonly Counted[]): readonly Growing[] {
  const known = new Map<string, Growing>();
  [total, errors].flatMap(selectorsOf).forEach((selector, index) => {
    const metric = metrics.find((one) => seriesNames(one).includes(selector.name));
    const le = selector.matches.find(({ label }) => label === "le");
    const sets = labelSets(metric?.labels ?? {}).filter((set) =>
      ownMatches(selector).every((match) => matchesValue(match, set[match.label] ?? "")),
    );
    // The last is the one that fewest other conditions were made for.
    const set = sets.at(index === 0 ? -1 : 0) ?? {};
    const labels = { job: metric?.job.name ?? "", ...set, ...(le === undefined ? {} : { le: le.value }) };
    const key = selection(selector.name, conditionsOf(labels));
    if (!known.has(key)) {
      known.set(key, {
        name: selector.name,
        labels,
        perMinute: known.size === 0 ? 900 : 10 * (known.size + 1),
      });
    }
  });
  return [...known.values()];
}
