/** What JSON can hold. Grafana reads dashboards as such, and so does the console of the lab. */
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
interface DashboardLink extends JsonObject {
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
