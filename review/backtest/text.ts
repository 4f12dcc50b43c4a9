import { spanSays } from "../../plan/page-times";
import { HOURS, WEEK_MS, type Hours, type TeamLoad } from "./pages";
import type { AlertPast, Forecast, SidePast } from "./summary";

/** Rows of cells as lines. */
type Aligned = (rows: readonly (readonly string[])[]) => readonly string[];

/** Less of the time than this is said to be known. */
const MOST_KNOWN = 0.999;

/** A forecast in lines for a person; beside each figure that of what it is compared with, where there is one. */
export function forecastSays(
  forecast: Forecast,
  base: string | undefined,
  aligned: Aligned,
): readonly string[] {
  const { head } = forecast;
  const over = head.teams.filter((team) => team.over > 0);
  return [
    headline(forecast, base),
    ...reservations(forecast),
    ...(head.teams.length === 0 && (forecast.base?.teams ?? []).length === 0
      ? []
      : ["", ...aligned(teamRows(forecast))]),
    "",
    ...aligned(alertRows(forecast)),
    ...over.map(
      ({ team, budget = 0, over: weeks }) =>
        `✗ ${team} would have had more than its ${count(budget, "page")} in ${count(weeks, "week")} (tocsin:onCall.pagesPerWeek): let fewer alerts page, or give it a higher budget`,
    ),
  ];
}

/** What a forecast comes to, in one line. */
function headline({ environment, from, to, days, head, base }: Forecast, name: string | undefined): string {
  const pages = (side: SidePast): number => side.pages.filter(({ isOlder }) => !isOlder).length;
  const before = base === undefined ? "" : `; ${pages(base)} by ${name ?? "the base"}`;
  return `${environment}, ${minute(from)} to ${minute(to)} UTC of ${count(days, "day")} asked: ${count(pages(head), "page")}${before}`;
}

/** What a reader has to know of how it was found. */
function reservations({ known, speed, elsewhere, head, zone, mended }: Forecast): readonly string[] {
  const older = head.pages.filter(({ isOlder }) => isOlder).length;
  return [
    ...(speed === 1
      ? []
      : [
          `This is the lab, whose clock runs ${speed} times as fast: windows and waits are those of the lab, and so are the times here.`,
        ]),
    ...(known < MOST_KNOWN
      ? [`${(100 * known).toFixed(1)} % of the time is known to the server; of the rest nothing is said.`]
      : []),
    ...(elsewhere.length === 0
      ? []
      : [`Not looked at, since others evaluate their alerts: ${elsewhere.join(", ")}.`]),
    ...(older === 0 ? [] : [`${count(older, "incident")} of before the first day, which count as no page.`]),
    ...(mended === 0 ? [] : [`${count(mended, "kept result")} could not be read, and was found anew.`]),
    `${head.records.read} records read as the server has them, ${head.records.computed} computed. Hours are those of ${zone}.`,
  ];
}

function teamRows({ base, head, to }: Forecast): readonly (readonly string[])[] {
  const names = [...new Set([...(base?.teams ?? []), ...head.teams].map(({ team }) => team))].sort();
  const weeks = [...(base?.teams ?? []), ...head.teams][0]?.weeks.length ?? 0;
  const labels = Array.from({ length: weeks }, (_, week) =>
    new Date(Date.parse(to) - (weeks - week) * WEEK_MS).toISOString().slice(5, 10),
  );
  const of = (side: SidePast | undefined, name: string): TeamLoad | undefined =>
    side?.teams.find(({ team }) => team === name);
  return [
    ["team", ...labels.map((day) => `week of ${day}`), ...HOURS, "open for", "budget"],
    ...names.map((name) => {
      const after = of(head, name);
      const pair = changed(base === undefined ? after : of(base, name), after);
      const at = (week: number) =>
        pair((load) => String(HOURS.reduce((sum, hours) => sum + (load?.weeks[week]?.[hours] ?? 0), 0)));
      const all = (hours: Hours) =>
        pair((load) => String((load?.weeks ?? []).reduce((sum, week) => sum + week[hours], 0)));
      return [
        name,
        ...labels.map((_, week) => at(week)),
        ...HOURS.map(all),
        pair((load) => spanSays(load?.open ?? 0)),
        after?.budget === undefined ? "none" : `${after.budget} a week`,
      ];
    }),
  ];
}

function alertRows({ base, head }: Forecast): readonly (readonly string[])[] {
  const key = ({ alert, service, slo }: AlertPast): string => `${alert} ${service} ${slo}`;
  const all = new Map([...head.alerts, ...(base?.alerts ?? [])].map((one) => [key(one), one]));
  const rows = [...all].map(([name, one]) => {
    const find = (side: SidePast | undefined): AlertPast | undefined =>
      side?.alerts.find((other) => key(other) === name);
    const after = find(head);
    const pair = changed(base === undefined ? after : find(base), after);
    return [
      one.alert,
      `${one.service}/${one.slo}`,
      (after ?? one).severity,
      pair((past) => String(past?.fired ?? 0)),
      pair((past) => spanSays(past?.lasted ?? 0)),
      pair((past) => String(past?.pages ?? 0)),
      (after ?? one).receivers.join(", "),
    ];
  });
  return rows.length === 0
    ? [["No alert would have fired."]]
    : [["alert", "objective", "severity", "fired", "for", "part of pages", "receivers"], ...rows];
}

/** What is said of a thing, with what was said before where that is another. */
function changed<T>(before: T, after: T): (say: (thing: T) => string) => string {
  return (say) => (say(before) === say(after) ? say(after) : `${say(before)} → ${say(after)}`);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function minute(time: string): string {
  return time.slice(0, "2026-11-29T22:40".length).replace("T", " ");
}
