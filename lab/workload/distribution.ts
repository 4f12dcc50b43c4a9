import { labelSets, type Counter, type Histogram } from "../../slo/telemetry";
import type { ErrorFault } from "../../slo/incident";
import { hasLabels } from "./labels";
import { own } from "../../slo/order";

/** Spread of a log-normal latency in normal operation: the 95th percentile is about twice the median. */
const SPREAD = 0.45;
const SLOW = { median: 1.6, spread: 0.15 } as const;

/** Share of requests at or below a bound (seconds), with a share of slow ones mixed in. */
export function shareWithin(
  bound: number,
  median: number,
  slowShare: number,
  slowMedian: number = SLOW.median,
): number {
  return (
    (1 - slowShare) * logNormal(bound, median, SPREAD) + slowShare * logNormal(bound, slowMedian, SLOW.spread)
  );
}

function logNormal(value: number, median: number, spread: number): number {
  return normal(Math.log(value / median) / spread);
}

/** The normal distribution function, by the approximation 26.2.17 of Abramowitz and Stegun (error below 1e-7). */
function normal(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return z >= 0 ? 1 - tail : tail;
}

/** How the statuses of normal operation are spread; what is left over goes to the first 2xx. */
const STATUS_SHARES: Readonly<Record<string, number>> = {
  "404": 0.02,
  "429": 0.005,
  "499": 0.002,
  "500": 0.0002,
  failed: 0.001,
};

type LabelSet = Readonly<Record<string, string>>;

type Spread = readonly { readonly labels: LabelSet; readonly share: number }[];

/**
 * How the events of a counter spread over its label sets, in the order of `labelSets`; each fault moves a share of what
 * the ones before it left.
 */
export function eventShares(counter: Counter | Histogram, faults: readonly ErrorFault[]): Spread {
  const usual: Spread = labelSets(counter.labels).map((labels) => ({
    labels,
    share: Object.entries(counter.labels)
      .map(([label, values]) => valueShare(counter, label, values, own(labels, label) ?? ""))
      .reduce((product, share) => product * share, 1),
  }));
  return faults.reduce(moved, usual);
}

function moved(before: Spread, fault: ErrorFault): Spread {
  const inScope = ({ labels }: Spread[number]): boolean => hasLabels(labels, fault.among ?? {});
  const fails = ({ labels }: Spread[number]): boolean =>
    fault.as === undefined ? isFailure(labels["status"] ?? "") : hasLabels(labels, fault.as);
  const sum = (sets: Spread): number => sets.reduce((all, { share }) => all + share, 0);
  const scope = before.filter(inScope);
  const failing = scope.filter(fails);
  const whole = sum(scope);
  const healthy = sum(scope.filter((set) => !fails(set)));
  return before.map((set) => {
    if (!inScope(set) || failing.length === 0) {
      return set;
    }
    const share = fails(set)
      ? (whole * fault.share) / failing.length
      : (set.share / healthy) * whole * (1 - fault.share);
    return { labels: set.labels, share: healthy === 0 && !fails(set) ? 0 : share };
  });
}

/** Whether a fault of errors is about a counter: the one that it names, or one with such events. */
export function failsIn(counter: Counter | Histogram, { job, counter: name, as }: ErrorFault): boolean {
  if (counter.job.name !== job || (name !== undefined && name !== counter.name)) {
    return false;
  }
  return as === undefined
    ? (counter.labels["status"] ?? []).some(isFailure)
    : Object.entries(as).every(([label, value]) => (own(counter.labels, label) ?? []).includes(value));
}

function isFailure(status: string): boolean {
  return status.startsWith("5") || status === "failed";
}

function isSuccess(status: string): boolean {
  return status.startsWith("2") || status === "succeeded";
}

/** What nobody says goes to the first value of which nothing is said, of statuses to the first success. */
function valueShare(
  counter: Counter | Histogram,
  label: string,
  values: readonly string[],
  value: string,
): number {
  const declared = own(counter.usual ?? {}, label) ?? (label === "status" ? STATUS_SHARES : undefined);
  if (declared === undefined) {
    return 1 / values.length;
  }
  const rest = 1 - values.reduce((sum, one) => sum + (own(declared, one) ?? 0), 0);
  const main =
    label === "status" ? values.find(isSuccess) : values.find((one) => own(declared, one) === undefined);
  return (own(declared, value) ?? 0) + (value === main ? rest : 0);
}
