import type { ReportPeriod } from "../plan/report-period";
import { monthBefore, monthIn, weekBefore, type Span } from "../slo/calendar";

const DAY_SECONDS = 86_400;

/** The last time of a kind that is over at an instant: 24 hours, a week that begins on Monday, a calendar month. */
const SPANS = {
  day: (instant) => {
    const to = Math.floor(instant.getTime() / 1_000);
    return { from: to - DAY_SECONDS, to };
  },
  week: weekBefore,
  month: (instant, zone) => monthIn(monthBefore(instant, zone), zone),
} as const satisfies Readonly<Record<ReportPeriod, (instant: Date, zone: string) => Span>>;

/** What a report is about that is made at an instant; seconds since the epoch. */
export function spanOf(period: ReportPeriod, instant: Date, zone: string): Span {
  return SPANS[period](instant, zone);
}
