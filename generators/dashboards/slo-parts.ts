import { sortedBy } from "../../slo/order";
import type { Service, Slo } from "../../slo/service";

/**
 * Objectives on one dashboard: the JSON of one takes 15 to 25 kB, and a dashboard stays below 256 kB, because Grafana
 * keeps, compares and loads each as a whole.
 */
const MOST_SLOS = 8;

/** Some objectives of a service, and the uid of the dashboard that has their panels. */
export interface SloPart {
  readonly uid: string;
  readonly slos: readonly Slo[];
}

/** The objectives of a service by their ids, as many as one dashboard shows; the first is there without any. */
export function sloParts({ dashboard, slos }: Service): readonly [SloPart, ...SloPart[]] {
  const sorted = sortedBy(slos, ({ id }) => id);
  const more = Array.from({ length: Math.ceil(sorted.length / MOST_SLOS) }, (_, index) => ({
    uid: `${dashboard}-${index + 1}`,
    slos: sorted.slice(index * MOST_SLOS, (index + 1) * MOST_SLOS),
  })).slice(1);
  return [{ uid: dashboard, slos: sorted.slice(0, MOST_SLOS) }, ...more];
}

/** The uid of the dashboard that has the panels of an objective. */
export function sloDashboardUid(service: Service, slo: string): string {
  const parts = sloParts(service);
  return (parts.find(({ slos }) => slos.some(({ id }) => id === slo)) ?? parts[0]).uid;
}
