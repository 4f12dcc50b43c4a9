const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

type DurationUnit = keyof typeof UNITS;

/**
 * A span of time as Prometheus writes it, with one unit: `30s`, `5m`, `28d`.
 * Weeks and years are left out on purpose: 28 days are written `28d` everywhere.
 * Source: Prometheus docs, "Querying basics", time durations.
 */
export type Duration = `${number}${DurationUnit}`;

/** Prometheus counts time in nanoseconds of 63 bits; what is longer stops it. */
const LONGEST_MS = 9_223_372_036_854;

const PATTERN = /^(0|[1-9]\d*)(ms|s|m|h|d)$/;

/** Whether a text is a duration of one unit and a whole number, of at most 106751 days. */
export function isDuration(text: string): text is Duration {
  return PATTERN.test(text) && milliseconds(text) <= LONGEST_MS;
}

/**
 * Milliseconds of a duration.
 * @throws RangeError when the text is not a duration; data from people is checked by `isDuration` before.
 */
export function milliseconds(duration: string): number {
  const known = KNOWN.get(duration);
  if (known !== undefined) {
    return known;
  }
  const ms = parsed(duration);
  KNOWN.set(duration, ms);
  return ms;
}

/** Models of rules ask for the same few durations a hundred million times. */
const KNOWN = new Map<string, number>();

function parsed(duration: string): number {
  const match = PATTERN.exec(duration);
  if (match === null) {
    throw new RangeError(`[${duration}] is not a duration such as 30s, 5m or 28d`);
  }
  return Number(match[1]) * UNITS[match[2] as DurationUnit];
}

/** The duration of so many milliseconds in the largest unit that divides it: 90000 -> `90s`, 3600000 -> `1h`. */
export function durationOf(ms: number): Duration {
  if (!Number.isInteger(ms) || ms < 0) {
    throw new RangeError(`[${String(ms)}] is not a whole number of milliseconds`);
  }
  const units = Object.entries(UNITS) as [DurationUnit, number][];
  const [unit, size] = [...units].reverse().find(([, candidate]) => ms % candidate === 0 && ms > 0) ?? [
    "s",
    1_000,
  ];
  return `${ms / size}${unit}`;
}

/** `factor` times a duration; the factor is a whole number, so nothing is rounded. */
export function times(duration: Duration, factor: number): Duration {
  return durationOf(milliseconds(duration) * factor);
}

/** The sum of two durations. */
export function plus(a: Duration, b: Duration): Duration {
  return durationOf(milliseconds(a) + milliseconds(b));
}

/** How many times `part` fits into `whole`; both in the same scale, so the lab's clock leaves it alone. */
export function ratioOf(whole: Duration, part: Duration): number {
  return milliseconds(whole) / milliseconds(part);
}

/** The longer of two durations. */
export function longest(a: Duration, b: Duration): Duration {
  return milliseconds(a) >= milliseconds(b) ? a : b;
}
