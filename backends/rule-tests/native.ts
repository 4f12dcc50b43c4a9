import { groupedBy } from "../../slo/order";
import type { Histogram, Metric } from "../../slo/telemetry";
import { isNative } from "../../slo/telemetry";
import type { GivenSeries } from "./given";

/**
 * Series of examples as they are stored: those that say how many observations lie up to a bound (`le`), and above the one
 * before it, are one series of a native histogram with these bounds.
 */
export function asStored(given: readonly GivenSeries[], reads: readonly Metric[]): readonly GivenSeries[] {
  const natives = new Map(reads.filter(isNative).map((metric) => [metric.name, metric]));
  const others = given.filter(({ name }) => !natives.has(name));
  const parts = given.filter(({ name }) => natives.has(name));
  const whole = groupedBy(parts, ({ name, labels: { le: _le, ...labels } }) =>
    JSON.stringify([name, labels]),
  );
  return [...others, ...[...whole.values()].map((one) => histogramOf(one, natives.get(one[0].name)))];
}

function histogramOf(
  parts: readonly [GivenSeries, ...GivenSeries[]],
  metric: Histogram | undefined,
): GivenSeries {
  const [{ name, labels: first, values }] = parts;
  const { le: _le, ...labels } = first;
  const bounds = metric?.bounds ?? [];
  const cells = values.split(" ");
  const at = (bound: string, index: number): string => {
    const part = parts.find((one) => (one.labels["le"] ?? "+Inf") === bound);
    return part?.values.split(" ")[index] ?? "0";
  };
  const buckets = cells.map((_cell, index) => [...bounds, "+Inf"].map((bound) => cellOf(at(bound, index))));
  return { name, labels, values: buckets.map((row) => written(row, bounds)).join(" ") };
}

/** `first+byxcount`, or a single value. */
interface Cell {
  readonly first: number;
  readonly by: number;
  readonly more: string;
}

function cellOf(text: string): Cell {
  const [, first = text, by = "0", more = ""] = /^([\d.]+)(?:\+([\d.]+)(x\d+))?$/.exec(text) ?? [];
  return { first: Number(first), by: Number(by), more };
}

/** Source: Prometheus docs, "Unit testing for rules", native histograms with custom buckets. */
function written(row: readonly Cell[], bounds: readonly string[]): string {
  const of = (counts: readonly number[]): string =>
    `{{schema:-53 sum:0 count:${counts.reduce((sum, one) => sum + one, 0)} custom_values:[${bounds.join(" ")}] buckets:[${counts.join(" ")}]}}`;
  const more = row.map((cell) => cell.more).find((text) => text !== "");
  const first = of(row.map((cell) => cell.first));
  return more === undefined ? first : `${first}+${of(row.map(({ by }) => by))}${more}`;
}
