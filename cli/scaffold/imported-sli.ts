import type { Selector } from "../../generators/promql-reading";
import { selection } from "../../generators/promql";
import type { CounterPart, Level } from "../../slo/measure";
import { counterRatio, latencyRatio, requestRatio, type MeasuredSli } from "../../slo/sli";
import { countName, isCounted, type LabelMatch } from "../../slo/telemetry";
import { always, badOf, queriedOf, slicesOf, type Counted, type Queries } from "./imported-queries";
import { levelOf, selectorsOf } from "./imported-query";
import { ownMatches, type Imported } from "./imported-metrics";
import type { SpecifiedEvents, SpecifiedSli } from "./specified";

/** An SLI that says the same, the most exact one that there is; why there is none, otherwise. */
export function sliOf(specified: SpecifiedSli, metrics: readonly Imported[]): MeasuredSli | string {
  const counted = metrics.filter(isCounted);
  switch (specified.kind) {
    case "none":
      return specified.why;
    case "level":
      return (
        gaugeOf(specified, metrics) ??
        "is more than one gauge, its sum, greatest or least: say it with a measure of kind query and examples"
      );
    case "slices":
      return slicesOf(specified, counted) ?? NO_SUMS;
    case "events":
      return eventsOf(specified, counted) ?? NO_SUMS;
  }
}

const NO_SUMS = "is more than sums of counters: say it with counterRatio, or with queryRatio and an example";

function eventsOf(events: SpecifiedEvents, metrics: readonly Counted[]): MeasuredSli | undefined {
  if ("good" in events) {
    const { good, total } = events;
    const complement = complementOf(good, total);
    return (
      (complement === undefined ? undefined : ratioOf({ errors: complement, total }, metrics)) ??
      latencyOf({ errors: `${total} - ${good}`, total }, metrics) ??
      goodOf(good, total, metrics) ??
      queriedOf(badOf(events), metrics)
    );
  }
  return (
    ratioOf(events, metrics) ??
    latencyOf(events, metrics) ??
    countersOf(events, metrics) ??
    queriedOf({ errors: always(events.errors, events.total), total: events.total }, metrics)
  );
}

const NEGATED = { "=": "!=", "!=": "=", "=~": "!~", "!~": "=~" } as const satisfies Record<
  LabelMatch["op"],
  LabelMatch["op"]
>;

/** All but the good ones, where one condition picks those among all of one counter. */
function complementOf(good: string, total: string): string | undefined {
  const [some, all] = [summed(good), summed(total)];
  if (some === undefined || some.name !== all?.name) {
    return undefined;
  }
  const [own, ...others] = among(all.matches, some.matches) ?? [];
  return own === undefined || own.label === "le" || others.length > 0
    ? undefined
    : `sum(increase(${selection(all.name, [...all.matches, { ...own, op: NEGATED[own.op] }])}[$window]))`;
}

function goodOf(good: string, total: string, metrics: readonly Counted[]): MeasuredSli | undefined {
  const [some, all] = [partOf(good, metrics), partOf(total, metrics)];
  return some === undefined || all === undefined || some.counter === all.counter
    ? undefined
    : counterRatio({ total: [all], good: [some] });
}

function gaugeOf(
  { query, bad }: Extract<SpecifiedSli, { kind: "level" }>,
  metrics: readonly Imported[],
): MeasuredSli | undefined {
  const level = levelOf(query);
  const gauge = metrics.find(({ name, type }) => type === "gauge" && name === level?.selector.name);
  if (level === undefined || gauge?.type !== "gauge") {
    return undefined;
  }
  const where = ownMatches(level.selector);
  const measure: Level = {
    kind: "level",
    gauge,
    ...(where.length === 0 ? {} : { where }),
    of: level.of ?? ("above" in bad ? "max" : "min"),
  };
  return { kind: "time", measure, bad, minimum: "5m" };
}

const SUM = /^sum(?: by \([^)]*\))? ?\(increase\(([^[]*)\[\$window\]\)\)(?: by \([^)]*\))?$/;

/** The selector of a query that is one sum. */
function summed(query: string): Selector | undefined {
  return SUM.test(query.trim()) ? selectorsOf(query)[0] : undefined;
}

function ratioOf({ errors, total }: Queries, metrics: readonly Counted[]): MeasuredSli | undefined {
  const [bad, all] = [summed(errors), summed(total)];
  const counter = metrics.find((metric) => countName(metric) === all?.name);
  if (bad === undefined || all === undefined || counter === undefined || bad.name !== all.name) {
    return undefined;
  }
  const of = ownMatches(all);
  const own = among(of, ownMatches(bad)) ?? [];
  return own.length > 0 ? requestRatio({ total: counter, of, errors: own }) : undefined;
}

function latencyOf({ errors, total }: Queries, metrics: readonly Counted[]): MeasuredSli | undefined {
  const [first = "", second = "", ...others] = withoutParens(errors).split(/ - (?=sum)/);
  const [all, fast, whole] = [summed(first), summed(second), summed(total)];
  const histogram = metrics.find(({ name, type }) => type === "histogram" && `${name}_bucket` === fast?.name);
  const threshold = fast?.matches.find(({ label }) => label === "le")?.value;
  if (
    others.length > 0 ||
    histogram?.type !== "histogram" ||
    threshold === undefined ||
    all?.name !== `${histogram.name}_count` ||
    !isSame(all, whole) ||
    !isSame(ownMatches(all), fast && ownMatches(fast))
  ) {
    return undefined;
  }
  return latencyRatio({ histogram, of: ownMatches(all), threshold });
}

/** Sums of counters, of which none is read twice: bad ones among good and bad ones, or among others that count all. */
function countersOf({ errors, total }: Queries, metrics: readonly Counted[]): MeasuredSli | undefined {
  const [bad, all] = [errors, total].map((query) =>
    query.split(/ \+ (?=sum)/).map((sum) => partOf(sum, metrics)),
  );
  const good = all?.filter((part) => !bad?.some((other) => isSame(part, other)));
  const parts = [...(bad ?? []), ...(good ?? [])];
  const names = new Set(parts.map((part) => part?.counter.name));
  const [firstBad, firstGood] = [bad?.[0], good?.[0]];
  if (
    firstBad === undefined ||
    firstGood === undefined ||
    parts.includes(undefined) ||
    names.size !== parts.length
  ) {
    return undefined;
  }
  const rest = (list: readonly (CounterPart | undefined)[] = []): readonly CounterPart[] =>
    list.slice(1).flatMap((part) => part ?? []);
  const [badOnes, others] = [
    [firstBad, ...rest(bad)],
    [firstGood, ...rest(good)],
  ] as const;
  if (good?.length === all?.length) {
    return counterRatio({ total: others, bad: badOnes });
  }
  return parts.length === all?.length ? counterRatio({ good: others, bad: badOnes }) : undefined;
}

function partOf(sum: string, metrics: readonly Counted[]): CounterPart | undefined {
  const selector = summed(sum);
  const counter = metrics.find(({ name }) => name === selector?.name);
  if (selector === undefined || counter?.type !== "counter") {
    return undefined;
  }
  const where = ownMatches(selector);
  return { counter, ...(where.length === 0 ? {} : { where }) };
}

function withoutParens(query: string): string {
  return /^\(\s*(sum.*)\s*\)$/.exec(query)?.[1] ?? query;
}

/** The conditions by which some are picked among all; undefined where they are no part of them. */
function among(all: readonly LabelMatch[], some: readonly LabelMatch[]): readonly LabelMatch[] | undefined {
  const isIn = (list: readonly LabelMatch[], one: LabelMatch): boolean =>
    list.some((other) => isSame(one, other));
  return all.every((match) => isIn(some, match)) ? some.filter((match) => !isIn(all, match)) : undefined;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
