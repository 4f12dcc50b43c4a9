import type { Link, PlannedDashboard } from "../../plan/dashboard";
import type { DashboardDraft } from "./panels";
import { placeOf, type Environment } from "../../plan/environment";
import type { PlannedAlert } from "../../plan/monitoring-plan";
import { SELF } from "../../plan/names";
import { groupedBy, sortedBy } from "../../slo/order";
import type { Service } from "../../slo/service";
import { dashboardAddress } from "../alert-planner";
import { sloContext, type SloContext } from "../slo-context";
import { declaredDashboard } from "./declared-rows";
import { overviewDashboard } from "./overview";
import { sloDashboards } from "./slo-dashboard";
import { chosen, type ServiceView } from "./view";

/** The dashboards of every service and the overview of all SLOs, sorted by uid. */
export function plannedDashboards(
  services: readonly Service[],
  environment: Environment,
  alerts: readonly PlannedAlert[],
): readonly PlannedDashboard[] {
  const ofService = groupedBy(alerts, (alert) => alert.service);
  const views = services.map((service) => ({
    service,
    place: placeOf(environment),
    here: chosen(placeOf(environment)),
    contexts: contextsOf(service, environment),
    alerts: ofService.get(service.id) ?? [],
  }));
  const contexts = views.flatMap((view) => view.contexts);
  const planned = views.flatMap((view) =>
    draftsOf(view, environment, contexts).map((draft) =>
      plannedDashboard(view.service.id, draft, environment),
    ),
  );
  return sortedBy(planned, ({ uid }) => uid);
}

/** The overview is the monitoring's own dashboard. */
function draftsOf(
  view: ServiceView,
  environment: Environment,
  all: readonly SloContext[],
): readonly DashboardDraft[] {
  const { service } = view;
  if (service.id === SELF.service) {
    return [overviewDashboard(all, view, [firing(environment)])];
  }
  const overview = { title: "SLO overview", url: dashboardAddress(environment, SELF.dashboard) };
  const links = [overview, firing(environment, service.id)];
  const declared = service.dashboards ?? [];
  const to = (title: string, uid: string): Link => ({ title, url: dashboardAddress(environment, uid) });
  return [
    ...sloDashboards(view, [...links, ...declared.map(({ title, uid }) => to(title, uid))], to),
    ...declared.map((dashboard) =>
      declaredDashboard(view, dashboard, [...links, to(`${service.title} SLOs`, service.dashboard)]),
    ),
  ];
}

function plannedDashboard(
  service: string,
  draft: DashboardDraft,
  environment: Environment,
): PlannedDashboard {
  return {
    ...draft,
    service,
    folder: environment.grafana.folder,
    span: "24h",
    rows: draft.rows.filter(({ panels }) => panels.length > 0),
  };
}

function contextsOf(service: Service, environment: Environment): readonly SloContext[] {
  const { name, prometheus, maintenance } = environment;
  return sortedBy(service.slos, (slo) => slo.id).map((slo) =>
    sloContext(service, slo, name, prometheus.scrapeInterval, maintenance),
  );
}

/** What fires now, in Alertmanager. */
function firing(environment: Environment, service?: string): Link {
  const filter = service === undefined ? "" : `?filter=${encodeURIComponent(`{service="${service}"}`)}`;
  return { title: "Firing alerts", url: `${environment.alertmanager.address}/#/alerts${filter}` };
}
