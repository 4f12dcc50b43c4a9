import type { Place } from "./names";

/** What JSON can hold; dashboards are plain data, so that plans can be compared and written down. */
type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** An object of a dashboard; the fields that anybody of ours reads are typed where it is extended. */
interface JsonObject {
  readonly [field: string]: JsonValue | undefined;
}

/** One query of a panel. */
interface DashboardQuery extends JsonObject {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat?: string;
}

/** A link of a dashboard or a panel; the address is absolute. */
export interface DashboardLink extends JsonObject {
  readonly title: string;
  readonly url?: string;
}

/** A panel, or the heading of a row (`type: "row"`) that the panels after it belong to, on Grafana's grid of 24 columns. */
export interface DashboardPanel extends JsonObject {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly DashboardQuery[];
  readonly links?: readonly DashboardLink[];
  /** A span of time of its own, e.g. `7d`, in place of the dashboard's. */
  readonly timeFrom?: string;
  /** The least time between two points of a graph. */
  readonly interval?: string;
  /** Of a row: closed at first sight. */
  readonly collapsed?: boolean;
}

/** What happened, drawn over every graph of a dashboard: a mark wherever the query has a series. */
export interface DashboardAnnotation extends JsonObject {
  readonly name: string;
  readonly expr: string;
  readonly step: string;
}

/** The cluster that a dashboard shows, as its queries read it. */
export const CLUSTER_VARIABLE = "$cluster";

/** What a person chooses at the top of a dashboard; queries read it as `$name`. */
interface DashboardVariable extends JsonObject {
  readonly name: string;
  readonly query: string;
  readonly current: { readonly text: string; readonly value: string };
}

/** A dashboard in Grafana's classic schema, which its provider and file provisioning take; without `id` and `version`. */
export interface DashboardJson extends JsonObject {
  readonly uid: string;
  readonly title: string;
  readonly time: { readonly from: string; readonly to: string };
  readonly links: readonly DashboardLink[];
  readonly annotations: { readonly list: readonly DashboardAnnotation[] };
  readonly templating: { readonly list: readonly DashboardVariable[] };
  readonly panels: readonly DashboardPanel[];
}

/** A dashboard of an environment. */
export interface PlannedDashboard {
  /** As services and runbooks name it; alerts link to `<grafana>/d/<uidIn(uid, place)>?viewPanel=<id of a panel>`. */
  readonly uid: string;
  readonly title: string;
  /** Id of the service that it belongs to. */
  readonly service: string;
  /** Title of the folder that it lies in. */
  readonly folder: string;
  readonly json: DashboardJson;
}

/**
 * The id of a panel, from a key that says what it shows, e.g. `slo:api-availability:burn`. It depends on nothing
 * else, so that a link to a panel (`<dashboard>?viewPanel=<id>`) outlives every panel that comes or goes around it.
 */
export function panelId(key: string): number {
  return hashOf(key);
}

const HASH_LENGTH = 6;

/** How much longer `uidIn` makes a uid. */
export const PLACE_LENGTH = HASH_LENGTH + 1;

/** A uid in a Grafana that several stacks share, e.g. `shop-slo-0p3x9k`: two productions have the same services. */
export function uidIn(uid: string, { cluster, environment }: Place): string {
  return `${uid}-${hashOf(`${cluster}/${environment}`).toString(36).padStart(HASH_LENGTH, "0")}`;
}

/** A title in a Grafana that several stacks share, e.g. `Tocsin (prod, prod-1)`. */
export function titleIn(title: string, { cluster, environment }: Place): string {
  return `${title} (${environment}, ${cluster})`;
}

/** FNV-1a, cut to the 31 bits that Grafana's ids have. */
function hashOf(text: string): number {
  const hash = Array.from(text).reduce(
    (all, letter) => Math.imul(all ^ (letter.codePointAt(0) ?? 0), 0x01000193),
    0x811c9dc5,
  );
  return hash & 0x7fffffff;
}
