import { ratioOf, type Duration } from "../../slo/duration";
import { countedWindows, type SloContext } from "../../generators/slo-context";

/** Twice the hour that is counted. */
export const TWO_HOURS: Duration = "2h";

/** More than any window needs to reach back to 0, before which nothing is taken for granted. */
const BEFORE = 1_000_000;

/** How fast each older part of the time grows, beside the newest. */
const SPEEDS = [1, 2, 4, 7, 11, 16] as const;

/** A part of the time, between ages in scrapes. */
interface Part {
  readonly from: number;
  readonly until: number;
  readonly speed: number;
}

/** The newest first: half of each window, the whole of it and twice it have other growths. */
function partsOf(context: SloContext): readonly Part[] {
  const { interval } = context;
  const [base, counted] = countedWindows(context).map((window) => ratioOf(window, interval));
  const ends = [0.5, 1, 2].flatMap((part) =>
    [base, counted].map((scrapes = 0) => Math.floor(part * scrapes)),
  );
  const ages = [...new Set(ends)].sort((a, b) => a - b).slice(0, SPEEDS.length - 1);
  return [...ages, ratioOf(TWO_HOURS, interval)].map((from, index) => ({
    from,
    until: ages[index - 1] ?? 0,
    speed: SPEEDS[index] ?? 0,
  }));
}

/** Scrapes since the last sample of a counter that is gone since one. */
const GONE = 2;

/** Samples of two hours of a counter that counts so many events in each of the newest scrapes. */
export function counter(context: SloContext, events: number, isGone = false): string {
  let value = BEFORE;
  const texts = [...partsOf(context)].reverse().flatMap(({ from, until, speed }) => {
    const by = events * speed;
    const first = value + by;
    const count = from - (isGone ? Math.max(until, GONE) : until);
    value += by * count;
    return count > 0 ? [`${first}+${by}x${count - 1}`] : [];
  });
  return [`${BEFORE}`, ...texts, ...(isGone ? ["stale _"] : [])].join(" ");
}

/**
 * Growth of such a counter over a window. The sample before the window is not seen, and taken for as far away as the
 * others; after the last there is half as much, where it is not the newest. Source: Prometheus docs, `rate`.
 */
export function growth(context: SloContext, events: number, window: Duration, isGone = false): number {
  const newest = isGone ? GONE : 0;
  const oldest = ratioOf(window, context.interval) - 1;
  const seen = partsOf(context).reduce(
    (sum, { from, until, speed }) =>
      sum + speed * Math.max(0, Math.min(from, oldest) - Math.max(until, newest)),
    0,
  );
  const scrapes = oldest - newest;
  return (events * seen * (scrapes + 1 + (isGone ? 0.5 : 0))) / scrapes;
}
