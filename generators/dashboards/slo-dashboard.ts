import type { Link } from "./style";
import { errorRows } from "./error-rows";
import { gaugeRow } from "./gauge-row";
import { latencyRows } from "./latency-rows";
import type { DashboardDraft } from "./layout";
import { budgetRow, statusRows } from "./slo-rows";
import type { ServiceView } from "./view";

/**
 * The dashboard of a service: first how every SLO stands, then what its requests suffer from, then the history.
 * Rows: OMNIHUB-DASH-1.1, 1.2, 1.4, 1.3.
 */
export function sloDashboard(view: ServiceView, links: readonly Link[]): DashboardDraft {
  const { service, environment } = view;
  return {
    uid: service.dashboard,
    title: `${service.title} SLOs (${environment})`,
    description: service.description,
    tags: ["slo", service.id],
    links,
    rows: [...statusRows(view), ...latencyRows(view), ...errorRows(view), gaugeRow(view), budgetRow(view)],
  };
}
