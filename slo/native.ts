import { badEvents } from "./raising-fault";
import {
  latencyRatio,
  queryRatio,
  requestRatio,
  WINDOW,
  type ExampleSeries,
  type QueryRatioSli,
} from "./sli";
import { firstPicked, labelSets, matchesValue, type Histogram, type LabelMatch } from "./telemetry";

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
  const good = firstBeside(histogram, of, errors);
  return queryRatio({
    errors: `sum(${counted(histogram, failed)})`,
    total: `sum(${counted(histogram, of)})`,
    reads: [histogram],
    examples: [
      { growing: observed(histogram, good, 10), errors: 0, total: 10 },
      {
        growing: {
          ...observed(histogram, good, 9),
          ...observed(histogram, firstPicked(histogram, failed), 1),
        },
        errors: 1,
        total: 10,
      },
    ],
    fault: badEvents(requestRatio({ total: histogram, of, errors }), 1),
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
  const set = firstPicked(histogram, of);
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
    fault: badEvents(latencyRatio({ histogram, of, threshold }), 1),
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

/** Labels of the first series of a population that other conditions do not pick. */
function firstBeside(
  histogram: Histogram,
  of: readonly LabelMatch[],
  others: readonly LabelMatch[],
): LabelSet {
  const named = new Set([...of, ...others].map(({ label }) => label));
  const labels = Object.fromEntries(Object.entries(histogram.labels).filter(([label]) => named.has(label)));
  const all = (set: LabelSet, matches: readonly LabelMatch[]): boolean =>
    matches.every((match) => matchesValue(match, set[match.label] ?? ""));
  return labelSets(labels).find((set) => all(set, of) && !all(set, others)) ?? {};
}

/** So many observations a minute within a bound, as an example says it. */
function observed({ name, job }: Histogram, set: LabelSet, perMinute: number, le = "+Inf"): ExampleSeries {
  const labels = Object.entries({ job: job.name, ...set, le }).map(
    ([label, value]) => `${label}=${JSON.stringify(value)}`,
  );
  return { [`${name}{${labels.join(",")}}`]: perMinute };
}
