import type { Labels } from "../plan/monitoring-plan";
import type { Place } from "../plan/names";
import type { ReportSettings, RunbookReview } from "../plan/report";
import type { ReportPeriod } from "../plan/report-period";
import type { Firing } from "../review/backtest/firing";
import { notifications } from "../review/backtest/notifications";
import { pagesOf, teamLoads, type Page, type TeamLoad } from "../review/backtest/pages";
import type { Span } from "../slo/calendar";
import { groupedBy, sortedBy } from "../slo/order";
import { firingsIn } from "./firings";
import { incidentsIn, type IncidentPast } from "./incidents";
import { budgetsIn, objectivesIn, type BudgetsLeft, type ObjectivePast } from "./objectives";
import type { ReportSource, Silence } from "./server";

/** What an alert did; times in milliseconds since the epoch. */
export interface AlertPast {
  readonly alert: string;
  readonly service: string;
  readonly slo: string;
  readonly severity: string;
  readonly team: string;
  /** How often it began to fire, and for how long it fired altogether. */
  readonly fired: number;
  readonly lasted: number;
  /** Pages that it was part of. */
  readonly pages: number;
  /** When it last began, and when it was over; absent while it fires. */
  readonly since: number;
  readonly over?: number;
}

/** What became of an environment in a stretch of time. */
export interface Report {
  readonly period: ReportPeriod;
  readonly stack: string;
  readonly place: Place;
  /** Seconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly zone: string;
  readonly objectives: readonly ObjectivePast[];
  readonly incidents: readonly IncidentPast[];
  /** Those that began in it. */
  readonly pages: readonly Page[];
  readonly teams: readonly TeamLoad[];
  /** Those that fired, the noisiest first. */
  readonly alerts: readonly AlertPast[];
  /** Rules that did not fire; absent where the server has no rules. */
  readonly quiet?: readonly Pick<AlertPast, "alert" | "service" | "severity" | "slo">[];
  /** Those that hold now, the oldest first; absent where Alertmanager was not asked. */
  readonly silences?: readonly Silence[];
  /** Runbooks that nobody has reviewed for half a year, the longest ago first. */
  readonly unreviewed: readonly RunbookReview[];
  /** Ids of objectives that are new and that are gone; absent where the server knew none at the beginning. */
  readonly changed?: { readonly added: readonly string[]; readonly gone: readonly string[] };
  readonly elsewhere: readonly string[];
  /** Addresses of the dashboards of services, by their id. */
  readonly dashboards: Labels;
}

/** After this a runbook that nobody has read again is said. */
const REVIEW_DUE_SECONDS = 182 * 86_400;

/** Makes a report of a stretch of time that is over. @throws StrangeServer where a server gives no answer */
export async function reportOf(
  settings: ReportSettings,
  source: ReportSource,
  {
    period,
    from,
    to,
    zone = settings.onCall.zone,
  }: Span & { readonly period: ReportPeriod; readonly zone?: string },
): Promise<Report> {
  const span = { from, to };
  const left = await budgetsIn(settings, source, span);
  const [objectives, fired, rules, silences] = await Promise.all([
    objectivesIn(settings, source, span, left),
    firingsIn(settings, source, span),
    source.rules(),
    source.silences?.(),
  ]);
  const changed = changesIn(left);
  const ms = { from: from * 1_000, to: to * 1_000 };
  const pages = pagesOf(notifications(settings.routing, fired, ms.to), settings.waking, zone);
  return {
    ...{ period, stack: settings.stack, place: settings.place, from, to, zone, objectives },
    incidents: await incidentsIn(settings, source, span, { fired, objectives }),
    pages: pages.filter(({ isOlder }) => !isOlder),
    teams: teamLoads(pages, ms, settings.onCall.pagesPerWeek),
    alerts: alertsIn(fired, pages, ms.to),
    ...(rules.length === 0 ? {} : { quiet: quietOf(rules, fired, settings) }),
    ...(silences === undefined ? {} : { silences: silences.toSorted((a, b) => a.from - b.from) }),
    unreviewed: sortedBy(
      settings.reviews.filter(isOverdue(to)),
      ({ reviewed, file }) => `${reviewed} ${file}`,
    ),
    ...(changed === undefined ? {} : { changed }),
    elsewhere: settings.elsewhere,
    dashboards: settings.dashboards,
  };
}

function isOverdue(now: number): (page: RunbookReview) => boolean {
  return ({ reviewed }) => reviewed === "" || now - Date.parse(reviewed) / 1_000 > REVIEW_DUE_SECONDS;
}

function keyOf({ alertname = "", service = "", slo = "" }: Firing["labels"]): string {
  return JSON.stringify([alertname, service, slo]);
}

function alertsIn(fired: readonly Firing[], pages: readonly Page[], end: number): readonly AlertPast[] {
  const found = [...groupedBy(fired, ({ labels }) => keyOf(labels)).values()].map((own): AlertPast => {
    const { alertname = "", service = "", slo = "", severity = "", team = "" } = own[0].labels;
    const isPart = (page: Page): boolean =>
      !page.isOlder && page.service === service && page.slo === slo && page.alerts.includes(alertname);
    const over = Math.max(...own.map(({ to }) => to));
    return {
      ...{ alert: alertname, service, slo, severity, team },
      fired: own.filter(({ isOlder }) => !isOlder).length,
      lasted: own.reduce((sum, { from, to }) => sum + Math.min(to, end) - from, 0),
      pages: pages.filter(isPart).length,
      since: Math.max(...own.map(({ from }) => from)),
      ...(over === Infinity ? {} : { over }),
    };
  });
  return found.sort((a, b) => b.pages - a.pages || b.fired - a.fired || b.lasted - a.lasted);
}

function quietOf(
  rules: readonly Firing["labels"][],
  fired: readonly Firing[],
  { place }: ReportSettings,
): Report["quiet"] & object {
  const loud = new Set(fired.map(({ labels }) => keyOf(labels)));
  const ours = rules.filter(
    (labels) =>
      labels["severity"] !== "none" &&
      Object.entries(place).every(([label, value]) => (labels[label] ?? value) === value) &&
      !loud.has(keyOf(labels)),
  );
  return sortedBy(
    ours.map(({ alertname = "", service = "", slo = "", severity = "" }) => ({
      alert: alertname,
      service,
      slo,
      severity,
    })),
    ({ service, slo, alert }) => `${service} ${slo} ${alert}`,
  );
}

function changesIn({ before, after }: BudgetsLeft): Report["changed"] {
  const missing = (all: BudgetsLeft["after"], than: BudgetsLeft["after"]): readonly string[] =>
    [...all.keys()].filter((id) => !than.has(id)).sort();
  return before.size === 0 ? undefined : { added: missing(after, before), gone: missing(before, after) };
}
