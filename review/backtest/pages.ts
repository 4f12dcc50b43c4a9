import { createHash } from "node:crypto";
import type { Labels } from "../../plan/monitoring-plan";
import { groupedBy, sortedBy } from "../../slo/order";
import type { Firing } from "./firing";
import type { Notification } from "./notifications";

/** When somebody is paged, by the clocks of whoever is on call. */
export const HOURS = ["working", "off", "sleeping"] as const;
export type Hours = (typeof HOURS)[number];

/** One incident: from the page until it is resolved. */
export interface Page {
  readonly team: string;
  readonly service: string;
  readonly slo: string;
  readonly receiver: string;
  /** What PagerDuty knows the incident by. Source: Alertmanager, `Key.Hash`. */
  readonly dedupKey: string;
  /** Milliseconds since the epoch. */
  readonly opened: number;
  /** Absent: it is open when the past ends. */
  readonly closed?: number;
  /** Names of its alerts, sorted. */
  readonly alerts: readonly string[];
  readonly hours: Hours;
  /** It was open when the past begins, and pages nobody in it. */
  readonly isOlder: boolean;
}

/** The pages of what was sent, the first one first. @param waking names of the receivers that wake somebody */
export function pagesOf(
  sent: readonly Notification[],
  waking: readonly string[],
  zone: string,
): readonly Page[] {
  const hours = hoursIn(zone);
  const byGroup = groupedBy(
    sent.filter(({ receiver }) => waking.includes(receiver)),
    ({ group }) => group,
  );
  const pages = [...byGroup.values()].flatMap((all) => incidents(all, hours));
  return [...pages].sort((a, b) => a.opened - b.opened);
}

function incidents(sent: readonly Notification[], hours: (at: number) => Hours): readonly Page[] {
  const pages: Page[] = [];
  let open: Notification[] = [];
  const close = (closed?: number): void => {
    const [first] = open;
    if (first !== undefined) {
      const alerts = open.flatMap(({ firing }) => firing);
      pages.push({
        ...pageOf(first, alerts),
        hours: hours(first.at),
        ...(closed === undefined ? {} : { closed }),
      });
    }
    open = [];
  };
  for (const one of sent) {
    if (one.status === "firing") {
      open.push(one);
    } else {
      close(one.at);
    }
  }
  close();
  return pages;
}

function pageOf(first: Notification, alerts: readonly Firing[]): Omit<Page, "closed" | "hours"> {
  const labels: Labels = first.firing[0]?.labels ?? {};
  return {
    team: labels["team"] ?? "",
    service: labels["service"] ?? "",
    slo: labels["slo"] ?? "",
    receiver: first.receiver,
    dedupKey: createHash("sha256").update(first.group).digest("hex"),
    opened: first.at,
    alerts: sortedBy(new Set(alerts.map(({ labels: one }) => one["alertname"] ?? "")), (name) => name),
    isOlder: first.firing.every(({ isOlder }) => isOlder),
  };
}

/** Monday to Friday from 9 to 18 is work, and from 22 to 7 people sleep. */
function hoursIn(timeZone: string): (at: number) => Hours {
  const format = new Intl.DateTimeFormat("en", {
    timeZone,
    weekday: "short",
    hour: "numeric",
    hourCycle: "h23",
  });
  return (at) => {
    const parts = format.formatToParts(at);
    const part = (type: "hour" | "weekday"): string => parts.find((one) => one.type === type)?.value ?? "";
    const hour = Number(part("hour"));
    if (hour >= 22 || hour < 7) return "sleeping";
    return hour >= 9 && hour < 18 && !["Sat", "Sun"].includes(part("weekday")) ? "working" : "off";
  };
}

/** The pages of a team in each week, by its hours, and what it may have. */
export interface TeamLoad {
  readonly team: string;
  /** The last week first may be a part of one. */
  readonly weeks: readonly Readonly<Record<Hours, number>>[];
  /** Milliseconds in which an incident was open; what overlaps counts once for each. */
  readonly open: number;
  /** Pages that it may have in a week; absent where nobody said. */
  readonly budget?: number;
  /** Weeks in which it had more. */
  readonly over: number;
}

export const WEEK_MS = 7 * 86_400_000;

/** What each team that is paged, or has a budget, had to bear; weeks are counted back from the end. */
export function teamLoads(
  pages: readonly Page[],
  { from, to }: { readonly from: number; readonly to: number },
  budgets: Readonly<Record<string, number>>,
): readonly TeamLoad[] {
  const count = Math.max(1, Math.ceil((to - from) / WEEK_MS));
  const teams = new Set([
    ...pages.map(({ team }) => team),
    ...Object.keys(budgets).filter((team) => team !== "default"),
  ]);
  return sortedBy(teams, (team) => team).map((team) => {
    const own = pages.filter((page) => page.team === team);
    const weeks = Array.from({ length: count }, (_, week) => {
      const within = own.filter(
        ({ opened, isOlder }) => !isOlder && Math.floor((to - 1 - opened) / WEEK_MS) === count - 1 - week,
      );
      const of = (hours: Hours): number => within.filter((page) => page.hours === hours).length;
      return { working: of("working"), off: of("off"), sleeping: of("sleeping") };
    });
    const budget = budgets[team] ?? budgets["default"];
    const isOver = (week: Readonly<Record<Hours, number>>): boolean =>
      budget !== undefined && week.working + week.off + week.sleeping > budget;
    return {
      team,
      weeks,
      open: own.reduce((sum, { opened, closed = to }) => sum + closed - opened, 0),
      ...(budget === undefined ? {} : { budget }),
      over: weeks.filter(isOver).length,
    };
  });
}
