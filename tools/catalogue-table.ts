import { alertRoutes, type AlertRoute } from "../backends/alertmanager/routes";
import { share, table } from "../generators/operations/markdown";
import type { MonitoringPlan, PlannedSlo } from "../plan/monitoring-plan";
import { ALERTS } from "../plan/names";
import type { Receiver } from "../plan/routing";
import { heardIn } from "../receivers";
import { compareText } from "../slo/order";

/** Every SLO of a plan, sorted by service and title, with whom a fast burn of its budget reaches. */
export function catalogueTable(plan: MonitoringPlan): string {
  const burns = alertRoutes(plan).filter(({ labels }) => labels["alertname"] === ALERTS.burn);
  const routes = new Map(burns.map((route) => [keyOf(route.labels["service"], route.labels["slo"]), route]));
  const slos = [...plan.slos].sort(
    (a, b) => compareText(a.service, b.service) || compareText(a.title, b.title),
  );
  return table(
    ["service", "SLO", "objective", "counts as bad", "who hears of a fast burn"],
    slos.map((slo) => [
      slo.service,
      slo.title,
      promise(slo),
      slo.breach,
      hearers(routes.get(keyOf(slo.service, slo.slo)), plan.routing.receivers),
    ]),
  );
}

function keyOf(service = "", slo = ""): string {
  return `${service}/${slo}`;
}

function promise({ objective, window }: PlannedSlo): string {
  return `${share(objective)} over ${window.replace("d", " days")}`;
}

/** Without the daily mail, which repeats what still fires in the morning and is nobody's first news. */
function hearers(route: AlertRoute | undefined, receivers: readonly Receiver[]): string {
  const heard = receivers
    .filter(({ name, purpose }) => purpose === "alerts" && route?.receivers.includes(name))
    .flatMap(({ integrations }) => integrations.map(heardIn));
  return heard.length === 0 ? "nobody" : heard.join(" and ");
}
