import { titleIn, type Link } from "../../plan/dashboard";
import type { DashboardDraft } from "./panels";
import { serviceMarks } from "./marks";
import { errorRows } from "./error-rows";
import { declaredRows } from "./declared-rows";
import { glanceRow } from "./glance-row";
import { latencyRows } from "./latency-rows";
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
    marks: serviceMarks(service.id, view.here),
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
