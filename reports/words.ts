import type { Report } from "./report";

/** A ratio in percent. */
export function share(ratio: number, digits: number): string {
  return `${(100 * ratio).toFixed(digits)} %`;
}

/** What was spent of a budget; more than all of it is marked, by a word as well as by a colour. */
export function spentSays(ratio: number): string {
  return `${share(ratio, 1)}${ratio > 1 ? " MISSED" : ""}`;
}

/** `Mon 2026-11-30 08:00` on the clocks of a zone. */
export function dayAndTime(ms: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    weekday: "short",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(ms);
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? "";
  return `${of("weekday")} ${of("year")}-${of("month")}-${of("day")} ${of("hour")}:${of("minute")}`;
}

/** The hour of the day on the clocks of a zone, 0 to 23. */
export function hourIn(ms: number, timeZone: string): number {
  return Number(dayAndTime(ms, timeZone).slice(-5, -3));
}

const NAMES = { day: "daily digest", week: "weekly report", month: "monthly report" } as const;

/** What heads a report: `prod prod-1, weekly report: Mon 2026-11-23 00:00 to Mon 2026-11-30 00:00 Europe/Berlin`. */
export function titleOf({ place, period, from, to, zone }: Report): string {
  const time = (at: number): string => dayAndTime(at * 1_000, zone);
  return `${place.environment} ${place.cluster}, ${NAMES[period]}: ${time(from)} to ${time(to)} ${zone}`;
}

/** What a report comes to, in a line that is the subject of its mail. */
export function summaryOf(report: Report): string {
  const { place, period, alerts, pages, objectives } = report;
  const firing = alerts.filter(({ over }) => over === undefined).length;
  const missed = objectives.filter(({ spent = 0 }) => spent > 1).length;
  const said =
    period === "day"
      ? alerts.length === 0
        ? "nothing fired since yesterday"
        : `${counted(alerts.length, "alert")} fired since yesterday, ${firing === 0 ? "none" : firing} of them now`
      : `${missed === 0 ? "every objective was kept" : `${counted(missed, "objective")} missed`}, ${counted(pages.length, "page")}`;
  return `${place.environment} ${place.cluster}, ${NAMES[period]}: ${said}`;
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
