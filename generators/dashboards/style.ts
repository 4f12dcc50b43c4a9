import { LEAST_KNOWN } from "../../slo/coverage";
import type { Duration } from "../../slo/duration";
import type { PromQl } from "../promql";

/** Units of Grafana by what they measure; a burn rate is a multiple. */
export const UNITS = {
  bytes: "bytes",
  count: "short",
  dollars: "currencyUSD",
  multiple: "suffix:x",
  onOff: "bool_on_off",
  perMinute: "cpm",
  perSecond: "cps",
  ratio: "percentunit",
  seconds: "s",
} as const;

/** Colours by meaning. `plain` is for values that are neither good nor bad. */
export const COLOURS = {
  good: "green",
  caution: "yellow",
  poor: "orange",
  bad: "red",
  plain: "text",
} as const;

/** Sizes on the grid of 24 columns. */
export const SIZES = {
  quarter: { w: 6, h: 4 },
  third: { w: 8, h: 4 },
  column: { w: 8, h: 8 },
  half: { w: 12, h: 8 },
  full: { w: 24, h: 8 },
} as const;

/** Columns of the grid. */
export const GRID_WIDTH = 24;

/** What a dashboard opens with. */
export const VIEW = { from: "now-24h", to: "now", refresh: "1m", timezone: "browser" } as const;

/** A colour from a value on; the first step counts from below everything. */
export interface Step {
  readonly from: number | null;
  readonly colour: keyof typeof COLOURS;
}

/** A query and the name of its series in the legend, with `{{label}}` for a label's value. */
export interface Query {
  readonly expr: PromQl;
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
  readonly unit: keyof typeof UNITS;
  readonly size: keyof typeof SIZES;
  /** Decimals shown. @default Grafana's own choice */
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
  readonly expr: PromQl;
  readonly unit: keyof typeof UNITS;
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

/** Red below the objective. */
export function objectiveSteps(objective: number): readonly Step[] {
  return [
    { from: null, colour: "bad" },
    { from: objective, colour: "good" },
  ];
}

/** Red from a limit on. */
export function limitSteps(limit: number): readonly Step[] {
  return [
    { from: null, colour: "good" },
    { from: limit, colour: "bad" },
  ];
}

/** The error budget policy: deploy freely, slow down, freeze, stop feature work. */
export const BUDGET_STEPS: readonly Step[] = [
  { from: null, colour: "bad" },
  { from: 0.1, colour: "poor" },
  { from: 0.25, colour: "caution" },
  { from: 0.5, colour: "good" },
];

/** Below a quarter of the window budget alerts are silent; a whole one is known to be so. */
export const COVERAGE_STEPS: readonly Step[] = [
  { from: null, colour: "bad" },
  { from: Number(LEAST_KNOWN), colour: "caution" },
  { from: 0.95, colour: "good" },
];
