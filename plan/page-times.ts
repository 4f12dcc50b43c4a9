import { burnPlan } from "../slo/burn-rate";
import { milliseconds, plus, type Duration } from "../slo/duration";
import { GUARDS } from "../slo/guard";
import { decimal, errorBudget } from "../slo/objective";
import { leastPagingObjective, timesToPage, type PageRules, type TimeToPage } from "../slo/time-to-page";
import { eventsPerDay } from "../slo/volume";
import type { MonitoringPlan, PlannedAlert, PlannedSlo } from "./monitoring-plan";
import { ALERTS } from "./names";
import type { Route } from "./routing";
import { alertLabels, inherited, waysOf } from "./ways";

/** An objective, and how long errors last before somebody is told. */
export interface PageTimes {
  readonly slo: PlannedSlo;
  readonly times: readonly TimeToPage[];
}

/** The times of every objective of a plan, in its order. */
export function pageTimes(plan: MonitoringPlan): readonly PageTimes[] {
  return plan.slos.map((slo) => ({ slo, times: timesToPage(pageRules(slo, plan)) }));
}

/** What decides about the burn-rate alert of an objective; the strict guard where its service says nothing else. */
function pageRules(slo: PlannedSlo, plan: Pick<MonitoringPlan, "scrape" | "alerts" | "routing">): PageRules {
  const alert = plan.alerts.find(
    (one) => one.alertname === ALERTS.burn && one.service === slo.service && one.slo === slo.slo,
  );
  const perDay = eventsPerDay(slo);
  return {
    burn: burnPlan(slo.window, plan.scrape.interval),
    budget: errorBudget(slo.objective),
    interval: plan.scrape.interval,
    guard: GUARDS[slo.guard ?? "strict"],
    ...(perDay === undefined ? {} : { eventsPerHour: perDay.div(24) }),
    ...(slo.sli.kind === "time" ? { minimum: slo.sli.minimum } : {}),
    waits: alert === undefined ? "0s" : plus(alert.for, shortestWait(plan.routing.root, alert)),
  };
}

/** The shortest wait of the ways that an alert takes: that of the page, where a digest hears as well. */
function shortestWait(root: Route, alert: PlannedAlert): Duration {
  const waits = waysOf(root, alertLabels(alert)).map((way) => inherited(way, "groupWait") ?? "0s");
  const [least = "0s"] = waits.toSorted((one, other) => milliseconds(one) - milliseconds(other));
  return least;
}

/** `16 min 10 s (0.9 % of the budget)`, or what would page. */
export function timeSays({ percent, after, spent }: TimeToPage, { burn }: Pick<PageRules, "burn">): string {
  if (after === undefined || spent === undefined) {
    return `never (${decimal(leastPagingObjective({ burn }, percent))} % would)`;
  }
  return `${spanSays(after)} (${decimal(spent.times(100).round(1))} % of the budget)`;
}

/** Milliseconds in the two largest units: `3 h 24 min`, `1 min 10 s`. */
export function spanSays(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const units: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 3_600), "h"],
    [Math.floor((seconds % 3_600) / 60), "min"],
    [seconds % 60, "s"],
  ];
  const from = units.findIndex(([count]) => count > 0);
  return from < 0
    ? "0 s"
    : units
        .slice(from, from + 2)
        .filter(([count]) => count > 0)
        .map(([count, unit]) => `${count} ${unit}`)
        .join(" ");
}
