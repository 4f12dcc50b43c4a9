import { titleIn } from "../../plan/dashboard";
import { serviceAnnotations } from "./annotations";
import type { Link } from "./style";
import { errorRows } from "./error-rows";
import { declaredRows } from "./declared-rows";
import { glanceRow } from "./glance-row";
import { latencyRows } from "./latency-rows";
import type { DashboardDraft } from "./layout";
import { budgetRow, statusRows } from "./slo-rows";
import type { ServiceView } from "./view";
import { watchedRow } from "./watched-row";

/**
 * The dashboard of a service: first what somebody who was paged looks at, then each SLO, its requests, and the history.
 */
export function sloDashboard(view: ServiceView, links: readonly Link[]): DashboardDraft {
  const { service, place } = view;
  return {
    uid: service.dashboard,
    place,
    title: titleIn(`${service.title} SLOs`, place),
    description: service.description,
    tags: ["slo", service.id],
    links,
    annotations: serviceAnnotations(service.id, view.here),
    rows: [
      glanceRow(view),
      ...latencyRows(view),
      ...statusRows(view),
      ...declaredRows(view, service.sloRows ?? []),
      ...errorRows(view),
      watchedRow(view),
      budgetRow(view),
    ],
  };
}
