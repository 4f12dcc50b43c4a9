import Big from "big.js";
import { queryRatio, WINDOW, type ExampleSeries, type QueryRatioSli } from "./sli";
import { labelSets, matchesValue, type Histogram, type LabelMatch } from "./telemetry";

/** What is read of a native histogram. */
interface NativeRequests {
  readonly histogram: Histogram;
  /** Restricts the population. */
  readonly of?: readonly LabelMatch[];
}

/**
 * Failed requests among all requests that a native histogram counts.
 * Source: Prometheus docs, "Native histograms", `histogram_count`.
 */
export function nativeRequestRatio({
  histogram,
  of = [],
  errors,
}: NativeRequests & { readonly errors: readonly LabelMatch[] }): QueryRatioSli {
  const failed = [...of, ...errors];
  const good = picked(histogram, of, errors);
  return queryRatio({
    errors: `sum(${counted(histogram, failed)})`,
    total: `sum(${counted(histogram, of)})`,
    reads: [histogram],
    examples: [
      { growing: observed(histogram, good, 10), errors: 0, total: 10 },
      {
        growing: { ...observed(histogram, good, 9), ...observed(histogram, picked(histogram, failed), 1) },
        errors: 1,
        total: 10,
      },
    ],
    fault: {
      errors: { job: histogram.job.name, counter: histogram.name, as: picked(histogram, failed), share: 1 },
    },
  });
}

/**
 * Requests slower than a threshold among all requests of a native histogram. Exact where the threshold is a bound of its
 * buckets; between two bounds Prometheus interpolates, at most by what the bucket holds.
 * Source: Prometheus docs, "Query functions", `histogram_fraction`.
 */
export function nativeLatencyRatio({
  histogram,
  of = [],
  threshold,
}: NativeRequests & { readonly threshold: string }): QueryRatioSli {
  const set = picked(histogram, of);
  const slow = `histogram_fraction(${threshold}, +Inf, ${increase(histogram, of)})`;
  return queryRatio({
    // Of no request there is no share: without the comparison it would be no number, and the sum of all would be none.
    errors: `sum(${counted(histogram, of)} * (${slow} >= 0))`,
    total: `sum(${counted(histogram, of)})`,
    reads: [histogram],
    examples: [
      { growing: observed(histogram, set, 10, threshold), errors: 0, total: 10 },
      {
        growing: { ...observed(histogram, set, 7, threshold), ...observed(histogram, set, 3) },
        errors: 3,
        total: 10,
      },
    ],
    fault: {
      slow: {
        job: histogram.job.name,
        histogram: histogram.name,
        share: 1,
        median: new Big(threshold).times(4).toNumber(),
      },
    },
  });
}

function increase({ name, job }: Histogram, of: readonly LabelMatch[]): string {
  const conditions = [{ label: "job", op: "=", value: job.name }, ...of].map(
    ({ label, op, value }) => `${label}${op}${JSON.stringify(value)}`,
  );
  return `increase(${name}{${conditions.join(",")}}[${WINDOW}])`;
}

function counted(histogram: Histogram, of: readonly LabelMatch[]): string {
  return `histogram_count(${increase(histogram, of)})`;
}

type LabelSet = Readonly<Record<string, string>>;

/** A series that conditions pick, with a value for each label by which they pick. */
function picked(
  histogram: Histogram,
  where: readonly LabelMatch[],
  but: readonly LabelMatch[] = [],
): LabelSet {
  const labels = [...where, ...but].map(({ label }) => label);
  const sets = labelSets(Object.fromEntries(labels.map((label) => [label, histogram.labels[label] ?? []])));
  const all = (set: LabelSet, matches: readonly LabelMatch[]): boolean =>
    matches.every((match) => matchesValue(match, set[match.label] ?? ""));
  return sets.find((set) => all(set, where) && (but.length === 0 || !all(set, but))) ?? {};
}

/** So many observations a minute within a bound, as an example says it. */
function observed({ name, job }: Histogram, set: LabelSet, perMinute: number, le = "+Inf"): ExampleSeries {
  const labels = Object.entries({ job: job.name, ...set, le }).map(
    ([label, value]) => `${label}=${JSON.stringify(value)}`,
  );
  return { [`${name}{${labels.join(",")}}`]: perMinute };
}
