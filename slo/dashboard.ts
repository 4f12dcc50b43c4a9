import type { Measure } from "./measure";

/** The share of good events of an SLO of the service, as its rules record it: over an hour for a window of 28 days. */
interface SloSuccess {
  readonly kind: "slo-success";
  /** Id of the SLO. */
  readonly slo: string;
}

/** A number that a panel shows, from nothing but the telemetry contract and the SLOs. */
export type PanelValue = Measure | SloSuccess;

/** A value and what it is called; without a name a line is called by the labels of `by`. */
export interface NamedValue {
  readonly name?: string;
  readonly value: PanelValue;
}

/** What a value should be; beyond `limit` it is bad, between the two it needs a look. */
export interface Target {
  readonly good: "above" | "below";
  /** Exact decimal in the unit of the panel; a share of 1 where that is a ratio. */
  readonly target: string;
  readonly limit?: string;
}

/** A panel of a dashboard. */
export interface Panel {
  /** Unique in its dashboard; links to the panel hang on it. */
  readonly id: string;
  readonly title: string;
  /** What is seen, and what to make of it. */
  readonly description: string;
  readonly unit: "bytes" | "count" | "dollars" | "ratio" | "perMinute" | "perSecond" | "seconds" | "onOff";
  /** `number` is what holds now, `graph` how it got there, `bars` compares parts. */
  readonly draw: "number" | "graph" | "bars";
  readonly values: readonly [NamedValue, ...NamedValue[]];
  readonly target?: Target;
}

/** A heading and the panels below it. */
export interface DashboardRow {
  readonly id: string;
  readonly title: string;
  readonly panels: readonly [Panel, ...Panel[]];
}

/** A dashboard that a service declares besides the one of its SLOs. */
export interface Dashboard {
  /** Unique in an environment; the address ends with it. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly [DashboardRow, ...DashboardRow[]];
}
