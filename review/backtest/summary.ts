import type { MonitoringPlan, PlannedAlert } from "../../plan/monitoring-plan";
import type { OnCall } from "../../plan/on-call";
import { identityKey } from "../../plan/identity";
import { wakingReceivers } from "../../plan/routing";
import { alertLabels, inherited, waysOf } from "../../plan/ways";
import { groupedBy } from "../../slo/order";
import type { Firing } from "./firing";
import { notifications, type Notification } from "./notifications";
import { pagesOf, teamLoads, type Page, type TeamLoad } from "./pages";

/** What one alert did in a past. */
export interface AlertPast {
  readonly alert: string;
  readonly service: string;
  readonly slo: string;
  readonly severity: PlannedAlert["severity"];
  /** How often it began to fire, for how long in milliseconds, and how often nobody heard because another said more. */
  readonly fired: number;
  readonly lasted: number;
  /** Pages that it was part of. */
  readonly pages: number;
  readonly receivers: readonly string[];
}

/** What people would have heard in a past. */
export interface Past {
  readonly alerts: readonly AlertPast[];
  readonly teams: readonly TeamLoad[];
  readonly pages: readonly Page[];
  /** Messages by receiver, pages and ends included. */
  readonly messages: Readonly<Record<string, number>>;
}

/** What one version of a plan would have done. */
export interface SidePast extends Past {
  /** Records that were read as the server recorded them, and that were computed. */
  readonly records: { readonly read: number; readonly computed: number };
  /** Questions that were evaluated now; the rest was kept from before. */
  readonly asked: number;
}

/** What plans would have done in a past. */
export interface Forecast {
  readonly environment: string;
  /** ISO 8601, UTC. */
  readonly from: string;
  readonly to: string;
  readonly days: number;
  /** The share of the days of which the server knows anything. */
  readonly known: number;
  readonly zone: string;
  /** How many times faster than life the server's clock runs: that of the lab. */
  readonly speed: number;
  /** Services whose alerts others evaluate, of which nothing is said. */
  readonly elsewhere: readonly string[];
  /** Kept results that could not be read, and were found anew. */
  readonly mended: number;
  readonly base?: SidePast;
  readonly head: SidePast;
}

/** Plays alerts that fired to the routes of a plan. */
export function pastOf(
  plan: MonitoringPlan,
  fired: readonly Firing[],
  span: { readonly from: number; readonly to: number },
  onCall: OnCall,
): Past {
  const sent = notifications(plan.routing, fired, span.to);
  const pages = pagesOf(sent, wakingReceivers(plan.routing), onCall.zone);
  return {
    alerts: alertsIn(plan, fired, pages, span.to),
    teams: teamLoads(pages, span, onCall.pagesPerWeek),
    pages,
    messages: messagesBy(sent),
  };
}

function messagesBy(sent: readonly Notification[]): Readonly<Record<string, number>> {
  const counted = [...groupedBy(sent, ({ receiver }) => receiver)].map(
    ([name, all]) => [name, all.length] as const,
  );
  return Object.fromEntries(counted.sort());
}

/** Alerts that fired, those with the most pages first. */
function alertsIn(
  { alerts, routing }: MonitoringPlan,
  fired: readonly Firing[],
  pages: readonly Page[],
  end: number,
): readonly AlertPast[] {
  const byAlert = groupedBy(fired, ({ labels: { alertname = "", service = "", slo = "" } }) =>
    identityKey({ alertname, service, slo }),
  );
  const past = alerts.flatMap((alert) => {
    const own = byAlert.get(identityKey(alert)) ?? [];
    const lasted = own.reduce((sum, { from, to }) => sum + Math.min(to, end) - from, 0);
    const isPart = (page: Page): boolean =>
      !page.isOlder &&
      page.service === alert.service &&
      page.slo === alert.slo &&
      page.alerts.includes(alert.alertname);
    return own.length === 0
      ? []
      : [
          {
            alert: alert.alertname,
            service: alert.service,
            slo: alert.slo,
            severity: alert.severity,
            fired: own.filter(({ isOlder }) => !isOlder).length,
            lasted,
            pages: pages.filter(isPart).length,
            receivers: waysOf(routing.root, alertLabels(alert)).map(
              (way) => inherited(way, "receiver") ?? "",
            ),
          },
        ];
  });
  return [...past].sort((a, b) => b.pages - a.pages || b.fired - a.fired || b.lasted - a.lasted);
}
