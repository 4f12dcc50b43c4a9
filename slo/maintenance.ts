import type { Span } from "./calendar";
import { milliseconds, type Duration } from "./duration";

/** How often a window comes back. */
export const RECURRENCES = ["1d", "7d"] as const;

/** Work that is planned: nobody hears of alerts of its services meanwhile, and what fails is taken out of their budgets. */
export interface Maintenance {
  /** Ids of services. */
  readonly services: readonly string[];
  /** Why: people read it on the runbook site and in reviews. */
  readonly reason: string;
  /** When it begins, or begins first: an instant such as `2027-01-09T22:00Z`. */
  readonly from: string;
  readonly to: string;
  /** Absent: once. It comes back by the clocks of UTC. */
  readonly every?: (typeof RECURRENCES)[number];
  /** How long after the end alerts stay silent, which look back at it. */
  readonly settle: Duration;
}

/** Begin and end of a window, of the first where it comes back. */
export function spanOf({ from, to }: Pick<Maintenance, "from" | "to">): Span {
  return { from: Date.parse(from) / 1_000, to: Date.parse(to) / 1_000 };
}

/** The windows of one service, in their order. */
export function maintenanceOf(all: readonly Maintenance[], service: string): readonly Maintenance[] {
  return all.filter(({ services }) => services.includes(service));
}

/** A part of a day, from `00:00` to `24:00`. */
export interface PartOfDay {
  readonly start: string;
  readonly end: string;
  /** Where it does not come back: the day. */
  readonly date?: { readonly year: number; readonly month: number; readonly day: number };
  /** Where it comes back every week: the day. */
  readonly weekday?: (typeof WEEKDAYS)[number];
}

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;

const DAY = 86_400;

/** The parts of days, by UTC, in which alerts are silent, `settle` included. */
export function silentParts(maintenance: Maintenance): readonly PartOfDay[] {
  const { from, to } = spanOf(maintenance);
  const end = to + milliseconds(maintenance.settle) / 1_000;
  const days = Array.from(
    { length: Math.ceil(end / DAY) - Math.floor(from / DAY) },
    (_, index) => (Math.floor(from / DAY) + index) * DAY,
  );
  return days.map((midnight) => ({
    start: timeOfDay(Math.max(0, from - midnight)),
    end: timeOfDay(Math.min(DAY, end - midnight)),
    ...dayOf(new Date(midnight * 1_000), maintenance.every),
  }));
}

function timeOfDay(seconds: number): string {
  return [seconds / 3_600, (seconds / 60) % 60]
    .map((part) => String(Math.floor(part)).padStart(2, "0"))
    .join(":");
}

function dayOf(day: Date, every: Maintenance["every"]): Omit<PartOfDay, "start" | "end"> {
  if (every === "1d") {
    return {};
  }
  const weekday = WEEKDAYS[day.getUTCDay()];
  return every === "7d" && weekday !== undefined
    ? { weekday }
    : { date: { year: day.getUTCFullYear(), month: day.getUTCMonth() + 1, day: day.getUTCDate() } };
}
