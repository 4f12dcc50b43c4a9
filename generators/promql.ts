import { DIMENSIONS, type Place } from "../plan/names";
import type { Duration } from "../slo/duration";
import type { LabelMatch } from "../slo/telemetry";

/** A PromQL expression as text. */
export type PromQl = string;

/** `name{job="api",status=~"5.."}`; the conditions stand in the order given. */
export function selector(name: string, matches: readonly LabelMatch[]): PromQl {
  const conditions = matches.map((match) => `${match.label}${match.op}${quoted(match.value)}`);
  return `${name}{${conditions.join(",")}}`;
}

/** A metric by its name alone, or as a selector where there are conditions. */
export function selection(name: string, matches: readonly LabelMatch[]): string {
  return matches.length === 0 ? name : selector(name, matches);
}

/**
 * Holds unless this server knows no target at all: then it is blind itself, which ends its heartbeat, and says nothing
 * of others.
 */
export const NOT_BLIND: PromQl = "count(up)";

/** A PromQL string literal. */
function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}

/** An equality condition. */
export function equals(label: string, value: string): LabelMatch {
  return { label, op: "=", value };
}

/** The conditions that select what runs in one place. */
export function inPlace(place: Place): readonly LabelMatch[] {
  return DIMENSIONS.map((label) => equals(label, place[label]));
}

/**
 * The condition on `le` for a bucket bound. Clients print a whole bound as `1` or `1.0` (kubernetes-mixin #1005),
 * so both are accepted.
 */
export function bucketBound(bound: string): LabelMatch {
  const value = bound.includes(".") ? bound.replaceAll(".", "\\.") : `${bound}(\\.0)?`;
  return { label: "le", op: "=~", value };
}

/**
 * What is measured, but for series whose histogram has no such bucket now. Where a target lost it, or a new version
 * never had it, all of its requests would count as slow. A target that is gone is none of these: what it counted stays.
 */
export function withBucket(measured: PromQl, count: PromQl, bucket: PromQl): PromQl {
  return `${measured}\n    unless ignoring (le) (${count}\n      unless ignoring (le) ${bucket})`;
}

/** `sum by (dims) (expr)`, or another aggregation. */
export function aggregate(
  operator: "avg" | "sum" | "count" | "max" | "min",
  by: readonly string[],
  expr: PromQl,
): PromQl {
  return `${operator} by (${by.join(", ")}) (${expr})`;
}

/** `fn(series[window])`. */
export function over(fn: string, series: PromQl, window: Duration): PromQl {
  return `${fn}(${series}[${window}])`;
}

/** 0 where a series is absent and something is known. `absent` keeps the labels of its equality conditions. */
export function missing(series: PromQl, known: PromQl = NOT_BLIND): PromQl {
  return `0 * ${aggregate("sum", DIMENSIONS, `absent(${series}) and on () ${known}`)}`;
}

/** A part of a whole; nothing where the whole is nothing, because 0 of 0 is neither good nor bad. */
export function share(part: PromQl, whole: PromQl): PromQl {
  return `${part} / (${whole} > 0)`;
}

/** Conditions joined by `and`, one a line. */
export function allOf(conditions: readonly PromQl[]): PromQl {
  return conditions.join("\nand ");
}

/** Alternatives joined by `or`, one a line. */
export function anyOf(alternatives: readonly PromQl[]): PromQl {
  return alternatives.join("\nor ");
}

/** Indents the lines of an expression inside parentheses of its own. */
export function block(expr: PromQl): PromQl {
  return `(\n${expr
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n")}\n)`;
}
