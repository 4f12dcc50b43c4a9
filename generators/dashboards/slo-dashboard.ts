import { titleIn, type Link } from "../../plan/dashboard";
import type { DashboardDraft } from "./panels";
import { serviceMarks } from "./marks";
import { errorRows } from "./error-rows";
import { declaredRows } from "./declared-rows";
import { glanceRow } from "./glance-row";
import { latencyRows } from "./latency-rows";
import { sloParts } from "./slo-parts";
import { budgetRow, statusRows } from "./slo-rows";
import type { ServiceView } from "./view";
import { watchedRow } from "./watched-row";

/**
 * The dashboards of a service: first what somebody who was paged looks at, then each SLO, its requests, and the history.
 * Many objectives are on several, of which the first has what belongs to none of them.
 * @param links those of all of them
 * @param to a link to a dashboard by its uid
 */
export function sloDashboards(
  view: ServiceView,
  links: readonly Link[],
  to: (title: string, uid: string) => Link,
): readonly DashboardDraft[] {
  const { service, place } = view;
  const parts = sloParts(service).map(({ uid, slos }, index, all) => {
    const ids = new Set(slos.map(({ id }) => id));
    const contexts = view.contexts.filter(({ slo }) => ids.has(slo.id));
    const part = all.length === 1 ? "" : ` ${index + 1} of ${all.length}`;
    return { uid, title: `${service.title} SLOs${part}`, view: { ...view, contexts }, isFirst: index === 0 };
  });
  return parts.map(({ uid, title, view: part, isFirst }) => ({
    uid,
    place,
    title: titleIn(title, place),
    description: service.description,
    tags: ["slo", service.id],
    links: [
      ...links,
      ...parts.filter((other) => other.uid !== uid).map((other) => to(other.title, other.uid)),
    ],
    marks: serviceMarks(service.id, view.here),
    rows: [
      glanceRow(part),
      ...latencyRows(part),
      ...statusRows(part),
      ...(isFirst ? declaredRows(part, service.sloRows ?? []) : []),
      ...errorRows(part),
      ...(isFirst ? [watchedRow(part)] : []),
      budgetRow(part),
    ],
  }));
}
