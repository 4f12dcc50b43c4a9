import type { Colour, Size, Unit } from "../../plan/dashboard";

/** Units of Grafana by what they measure. */
export const UNITS: Readonly<Record<Unit, string>> = {
  bytes: "bytes",
  count: "short",
  dollars: "currencyUSD",
  multiple: "suffix:x",
  onOff: "bool_on_off",
  perMinute: "cpm",
  perSecond: "cps",
  ratio: "percentunit",
  seconds: "s",
};

/** Colours of Grafana by meaning. */
export const COLOURS: Readonly<Record<Colour, string>> = {
  good: "green",
  caution: "yellow",
  poor: "orange",
  bad: "red",
  plain: "text",
};

/** Columns of the grid. */
export const GRID_WIDTH = 24;

/** Sizes on the grid. */
export const SIZES: Readonly<Record<Size, { readonly w: number; readonly h: number }>> = {
  quarter: { w: 6, h: 4 },
  third: { w: 8, h: 4 },
  column: { w: 8, h: 8 },
  half: { w: 12, h: 8 },
  full: { w: GRID_WIDTH, h: 8 },
};
