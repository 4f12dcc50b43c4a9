/** The fields of a crontab line, with the least and the most of each. Source: crontab(5). */
const FIELDS = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;
const MINUTES_A_DAY = 1_440;
const DAY_MS = 86_400_000;
/** After 28 years every date falls on the same weekday again, so that the last run is followed by the first. */
const FROM = Date.UTC(2024, 0, 1);
const DAYS = 10_227;

/** The longest time between two runs of a schedule, in seconds; `undefined` of a text that is none, or that never comes. */
export function longestGap(schedule: string): number | undefined {
  const texts = schedule.trim().split(/\s+/);
  const [minutes, hours, dates, months, weekdays] = FIELDS.map(([least, most], index) =>
    expanded(texts[index] ?? "", least, most),
  );
  if (texts.length !== FIELDS.length || !minutes || !hours || !dates || !months || !weekdays) {
    return undefined;
  }
  const times = hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute));
  // Where both are restricted, a day that is one of the two will do.
  const both = !texts[2]?.startsWith("*") && !texts[4]?.startsWith("*");
  const days = Array.from({ length: DAYS }, (_, day) => day).filter((day) => {
    const at = new Date(FROM + day * DAY_MS);
    const [date, weekday] = [dates.includes(at.getUTCDate()), isWeekday(weekdays, at.getUTCDay())];
    return months.includes(at.getUTCMonth() + 1) && (both ? date || weekday : date && weekday);
  });
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const between = days.map((day, index) => {
    const next = days[index + 1] ?? (days[0] ?? 0) + DAYS;
    return (next - day) * MINUTES_A_DAY + first - last;
  });
  const within = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  const gaps = [...between, ...within];
  return days.length === 0 ? undefined : gaps.reduce((most, gap) => Math.max(most, gap), 0) * 60;
}

const isWeekday = (weekdays: readonly number[], day: number): boolean =>
  weekdays.includes(day) || (day === 0 && weekdays.includes(7));

/** `5`, `1-5`, `*`, each with a step (`/15`) or not, in a list. */
function expanded(text: string, least: number, most: number): readonly number[] | undefined {
  const parts = text.split(",").map((part): readonly number[] | undefined => {
    const [, from = "", to, step] = /^(\*|\d+)(?:-(\d+))?(?:\/([1-9]\d*))?$/.exec(part) ?? [];
    const first = from === "*" ? least : Number(from);
    const last = to === undefined ? (from === "*" || step !== undefined ? most : first) : Number(to);
    const isRange = from !== "" && !(from === "*" && to !== undefined) && first >= least && last <= most;
    return isRange && first <= last
      ? Array.from({ length: last - first + 1 }, (_, index) => first + index).filter(
          (value) => (value - first) % Number(step ?? 1) === 0,
        )
      : undefined;
  });
  return parts.every((part) => part !== undefined)
    ? [...new Set(parts.flat())].toSorted((a, b) => a - b)
    : undefined;
}
