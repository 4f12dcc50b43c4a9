import { DIMENSIONS, type Place } from "../../plan/names";
import type { InputSeries } from "../../plan/rule-test";
import type { Service } from "../../slo/service";
import { matchesValue, type LabelMatch } from "../../slo/telemetry";
import type { Selector } from "../../generators/promql-reading";
import type { LabelSet } from "./cells";
import { samples } from "./given";
import { seriesNamed } from "./labels";
import type { Timeline } from "./world";

/** More than any limit, in both directions: whatever is compared, one of them decides it. */
const LEVELS = [1e6, -2e6] as const;
const GROWTH = 1e6;

/** A series by its name and labels. */
interface Named {
  readonly name: string;
  readonly labels: LabelSet;
}

/**
 * Series that miss what rules read by one condition, each once, and a target that lacks the bucket of a histogram: nothing
 * may come of them. Their values are such that something does where the condition is lost.
 * @param own what the rules read, which these are like
 */
export function foreignSeries(
  service: Service,
  place: Place,
  line: Timeline,
  reads: readonly Selector[],
  own: readonly InputSeries[],
): readonly InputSeries[] {
  const likes = own.map(namedIn);
  const unlike = reads.flatMap((selector) => {
    const alike = likes.filter((one) => isOf(selector, one));
    // Of what every target has to count, one that counts more is none.
    return (alike.length > 0 ? alike : recordOf(selector, place)).flatMap((like) => missing(selector, like));
  });
  const found = [
    ...unlike.filter((one) => !isRead(reads, one)).flatMap((one) => valued(service, one, line)),
    ...withoutBucket(reads, likes).map((one) => ({ series: nameOf(one), values: growing(line) })),
    ...undated(service, own, line),
  ];
  return [...new Map(found.map((one) => [one.series, one])).values()];
}

/** The same but for one condition, each of them once. */
function missing({ matches }: Selector, { name, labels }: Named): readonly Named[] {
  return matches
    .filter(({ label }) => !(DIMENSIONS as readonly string[]).includes(label))
    .map((match) => ({ name, labels: { ...labels, [match.label]: valueUnlike(match) } }));
}

/** What is recorded has the labels that are asked for, and no series before the rules are evaluated. */
function recordOf({ name, matches }: Selector, place: Place): readonly Named[] {
  const labels = Object.fromEntries(matches.map(({ label, value }) => [label, value]));
  return name.includes(":") ? [{ name, labels: { ...place, ...labels } }] : [];
}

function valued({ telemetry }: Service, one: Named, line: Timeline): readonly InputSeries[] {
  const isLevel =
    one.name.includes(":") ||
    telemetry.metrics.some(({ name, type }) => name === one.name && type === "gauge");
  const level = (named: Named, value: number): InputSeries => ({
    series: nameOf(named),
    values: samples([value, line.steps + 1]),
  });
  if (one.name === "up") {
    return [level(one, GROWTH)];
  }
  if (!isLevel) {
    return [{ series: nameOf(one), values: growing(line) }];
  }
  const beside = { ...one, labels: { ...one.labels, instance: `${one.labels["instance"] ?? ""}-b` } };
  return one.labels["instance"] === undefined
    ? [level(one, LEVELS[1])]
    : [level(one, LEVELS[0]), level(beside, LEVELS[1])];
}

/** What an SLO records counts such a target among all, as its own tests say; an alert does not. */
function withoutBucket(reads: readonly Selector[], likes: readonly Named[]): readonly Named[] {
  const isOfSlo = reads.some(({ name }) => name.startsWith("slo:"));
  const buckets = likes.filter((one) => one.name.endsWith("_bucket") && isRead(reads, one));
  return (isOfSlo ? [] : buckets).flatMap(({ name, labels }) => {
    const { le: _, ...others }: LabelSet = { ...labels, instance: "without-the-bucket" };
    return [
      { name: name.replace(/_bucket$/, "_count"), labels: others },
      { name, labels: { ...others, le: "unlike" } },
    ];
  });
}

/** Beside each time to come one that has no date yet, of which nothing may come; where none is there, none is not missing. */
function undated(
  { telemetry }: Service,
  own: readonly InputSeries[],
  line: Timeline,
): readonly InputSeries[] {
  const ahead = telemetry.metrics.flatMap((metric) =>
    metric.type === "gauge" && metric.timestamp === true && metric.normal < 0 ? [metric.name] : [],
  );
  return own
    .filter(({ values }) => !/_|stale/.test(values))
    .map(namedIn)
    .filter(({ name }) => ahead.includes(name))
    .map(({ name, labels }) => ({
      series: nameOf({ name, labels: { ...labels, instance: "undated" } }),
      values: samples([0, line.steps + 1]),
    }));
}

function isRead(reads: readonly Selector[], one: Named): boolean {
  return reads.some((selector) => isOf(selector, one));
}

function isOf({ name, matches }: Selector, one: Named): boolean {
  return one.name === name && matches.every((match) => matchesValue(match, one.labels[match.label] ?? ""));
}

/** A value that does not satisfy a condition. */
function valueUnlike({ op, value }: LabelMatch): string {
  switch (op) {
    case "=":
    case "=~":
      return "unlike";
    case "!=":
      return value;
    case "!~":
      return value.split("|")[0]?.replaceAll(".", "0") ?? "";
  }
}

function growing({ steps }: Timeline): string {
  return `0+${GROWTH}x${steps}`;
}

function nameOf({ name, labels }: Named): string {
  return seriesNamed(name, labels);
}

function namedIn({ series }: InputSeries): Named {
  const pairs = [...series.matchAll(/(\w+)="([^"]*)"/g)];
  return {
    name: series.slice(0, series.indexOf("{")),
    labels: Object.fromEntries(pairs.map(([, label = "", value = ""]) => [label, value])),
  };
}
