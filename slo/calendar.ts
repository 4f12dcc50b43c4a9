/** Whether a text is a day of the calendar, `2026-12-31`: the 31st of June is none. */
export function isDay(text: string): boolean {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** A stretch of time, in seconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * A calendar month as people of a time zone have it: with a change of clocks it has an hour more or less.
 * @param month such as `2026-11`
 * @param zone a name of the IANA database such as `Europe/Berlin`
 */
export function monthIn(month: string, zone: string): Span {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return { from: midnight(year, number, zone), to: midnight(year, number + 1, zone) };
}

/** The month before the one in which an instant lies. */
export function monthBefore(instant: Date, zone: string): string {
  const [year = 0, month = 1] = localTime(instant.getTime(), zone);
  const before = new Date(Date.UTC(year, month - 2, 1));
  return before.toISOString().slice(0, 7);
}

/** The last week that is over at an instant, from Monday to Monday, as people of a time zone have it. */
export function weekBefore(instant: Date, zone: string): Span {
  const [year = 0, month = 1, day = 1] = localTime(instant.getTime(), zone);
  const sinceMonday = (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;
  const monday = day - sinceMonday;
  return { from: midnight(year, month, zone, monday - 7), to: midnight(year, month, zone, monday) };
}

/** When a day begins. The second look is right where the clocks change between the two. */
function midnight(year: number, month: number, zone: string, day = 1): number {
  const wanted = Date.UTC(year, month - 1, day);
  const ahead = (instant: number): number => {
    const [y = 0, m = 1, d = 1, hours = 0, minutes = 0] = localTime(instant, zone);
    return Date.UTC(y, m - 1, d, hours, minutes) - instant;
  };
  const first = wanted - ahead(wanted);
  return (wanted - ahead(first)) / 1_000;
}

/** Year, month, day, hour and minute on the clocks of a zone. */
function localTime(instant: number, zone: string): readonly number[] {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  const parts = format.formatToParts(instant);
  return ["year", "month", "day", "hour", "minute"].map((type) =>
    Number(parts.find((part) => part.type === type)?.value),
  );
}
