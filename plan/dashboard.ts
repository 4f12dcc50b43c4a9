import type { Duration } from "../slo/duration";
import type { Place } from "./names";

/** What a value measures; a burn rate is a multiple. */
export type Unit =
  "bytes" | "count" | "dollars" | "multiple" | "onOff" | "perMinute" | "perSecond" | "ratio" | "seconds";

/** Colours by meaning. `plain` is for values that are neither good nor bad. */
export type Colour = "bad" | "caution" | "good" | "plain" | "poor";

/** How much room a panel takes: a part of the width, `column` and from `half` on higher than one number needs. */
export type Size = "column" | "full" | "half" | "quarter" | "third";

/** A colour from a value on; the first step counts from below everything. */
export interface Step {
  readonly from: number | null;
  readonly colour: Colour;
}

/** A query and the name of its series in the legend, with `{{label}}` for a label's value. */
export interface Query {
  readonly expr: string;
  readonly legend: string;
}

/** A link to a page, by its absolute address. */
export interface Link {
  readonly title: string;
  readonly url: string;
}

/** What every panel says of itself; without a description and a unit it does not compile. */
export interface PanelSpec {
  /** Says what it shows and never changes: the panel's id comes from it. */
  readonly key: string;
  readonly title: string;
  /** What is seen, and what to make of it. */
  readonly description: string;
  readonly unit: Unit;
  readonly size: Size;
  /** Decimals shown. @default the choice of whoever draws it */
  readonly decimals?: number;
  /** @default one plain colour */
  readonly steps?: readonly Step[];
  readonly links?: readonly Link[];
}

/** Numbers as they are now. */
export interface StatSpec extends PanelSpec {
  readonly queries: readonly [Query, ...Query[]];
}

/** Values over time. */
export interface GraphSpec extends StatSpec {
  /** @default "line"; "bars" for counts per window */
  readonly draw?: "line" | "bars";
  /** A span of its own. @default the dashboard's */
  readonly span?: Duration;
  /** The least time between two points, so that counts per window are drawn once. */
  readonly step?: Duration;
}

/** A column of a table: one query, whose series are the rows. */
export interface Column {
  readonly title: string;
  readonly expr: string;
  readonly unit: Unit;
  readonly decimals: number;
  readonly steps?: readonly Step[];
}

/** A table with a row for each set of `by` labels. */
export interface TableSpec extends PanelSpec {
  /** Label names and the headings of their columns, from left to right. */
  readonly by: Readonly<Record<string, string>>;
  readonly columns: readonly [Column, ...Column[]];
  /** Title of the column by which rows are sorted, the smallest first. */
  readonly sortBy: string;
}

/**
 * A panel: one number coloured by its steps, a bar per series, lines or bars over time with the steps as dashed lines, or
 * a table.
 */
export type PlannedPanel =
  | ({ readonly kind: "bars" | "stat" } & StatSpec)
  | ({ readonly kind: "graph" } & GraphSpec)
  | ({ readonly kind: "table" } & TableSpec);

/** A heading and the panels below it, from left to right. */
export interface PlannedRow {
  readonly key: string;
  readonly title: string;
  readonly panels: readonly PlannedPanel[];
}

/** What happened, drawn over every graph of a dashboard: a mark wherever the query has a series. */
export interface Mark {
  readonly name: string;
  readonly expr: string;
  /** How far apart it is looked for. */
  readonly step: Duration;
  readonly title: string;
  readonly text: string;
  /** The label that a mark is told by. */
  readonly tag: string;
  readonly colour: Colour;
}

/** The cluster that a dashboard shows, as its queries read it. */
export const CLUSTER_VARIABLE = "$cluster";

/** A dashboard of an environment: what it shows, whoever draws it. */
export interface PlannedDashboard {
  /** As services and runbooks name it; alerts link to `<grafana>/d/<uidIn(uid, place)>?viewPanel=<id of a panel>`. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** Id of the service that it belongs to. */
  readonly service: string;
  /** Title of the folder that it lies in. */
  readonly folder: string;
  readonly place: Place;
  /** How far back it looks at first. */
  readonly span: Duration;
  readonly links: readonly Link[];
  readonly marks: readonly Mark[];
  /** Rows without a panel are left out. */
  readonly rows: readonly PlannedRow[];
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
