import type { PlannedDashboard } from "../../plan/dashboard";
import type { Environment } from "../../plan/environment";
import type { PlannedAlert } from "../../plan/monitoring-plan";
import { SELF } from "../../plan/names";
import { sortedBy } from "../../slo/order";
import type { Service } from "../../slo/service";
import { dashboardAddress } from "../alert-planner";
import { sloContext, type SloContext } from "../slo-context";
import { dashboardJson, type DashboardDraft } from "./layout";
import { overviewDashboard } from "./overview";
import { sloDashboard } from "./slo-dashboard";
import type { Link } from "./style";

/** A dashboard per service and the overview of all SLOs, sorted by uid. */
export function plannedDashboards(
  services: readonly Service[],
  environment: Environment,
  alerts: readonly PlannedAlert[],
): readonly PlannedDashboard[] {
  // The overview is the monitoring's own dashboard.
  const others = services.filter((service) => service.id !== SELF.service);
  const views = others.map((service) => ({
    service,
    environment: environment.name,
    contexts: contextsOf(service, environment),
    alerts: alerts.filter((alert) => alert.service === service.id),
  }));
  const overview = { title: "SLO overview", url: dashboardAddress(environment, SELF.dashboard) };
  const own = views.map((view) => ({
    service: view.service.id,
    draft: sloDashboard(view, [overview, firing(environment, view.service.id)]),
  }));
  const all = overviewDashboard(
    views.flatMap(({ contexts }) => contexts),
    environment.name,
    [firing(environment)],
  );
  const planned = [...own, { service: SELF.service, draft: all }].map(({ service, draft }) =>
    plannedDashboard(service, draft, environment),
  );
  return sortedBy(planned, ({ uid }) => uid);
}

function plannedDashboard(
  service: string,
  draft: DashboardDraft,
  environment: Environment,
): PlannedDashboard {
  return {
    uid: draft.uid,
    title: draft.title,
    service,
    folder: environment.grafana.folder,
    json: dashboardJson(draft),
  };
}

function contextsOf(service: Service, environment: Environment): readonly SloContext[] {
  return sortedBy(service.slos, (slo) => slo.id).map((slo) =>
    sloContext(service, slo, environment.name, environment.prometheus.scrapeInterval),
  );
}

/** What fires now, in Alertmanager. */
function firing(environment: Environment, service?: string): Link {
  const filter = service === undefined ? "" : `?filter=${encodeURIComponent(`{service="${service}"}`)}`;
  return { title: "Firing alerts", url: `${environment.alertmanager.address}/#/alerts${filter}` };
}
