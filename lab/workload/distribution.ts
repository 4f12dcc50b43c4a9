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

/** Share of requests per status, with a share of 5xx forced by a fault. */
export function statusShares(
  statuses: readonly string[],
  errorShare: number | undefined,
): ReadonlyMap<string, number> {
  const failing = statuses.filter((status) => status.startsWith("5") || status === "failed");
  const success = statuses.find((status) => status.startsWith("2") || status === "succeeded");
  const usual = (status: string): number => STATUS_SHARES[status] ?? 0;
  const rest = 1 - statuses.reduce((sum, status) => sum + usual(status), 0);
  const base = new Map(statuses.map((status) => [status, usual(status) + (status === success ? rest : 0)]));
  if (errorShare === undefined) {
    return base;
  }
  const healthy = [...base]
    .filter(([status]) => !failing.includes(status))
    .reduce((sum, [, share]) => sum + share, 0);
  return new Map(
    [...base].map(([status, share]) => [
      status,
      failing.includes(status) ? errorShare / failing.length : (share / healthy) * (1 - errorShare),
    ]),
  );
}
