import type { Chart } from "./charts";

/** A part of a report: what a picture shows, a table says, too, since mail has no pictures everywhere. */
export interface Section {
  readonly title: string;
  readonly chart?: Chart;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Where the first cell of each row leads to, on a page. */
  readonly links?: readonly (string | undefined)[];
  /** What is said where there is no row. */
  readonly none: string;
  readonly note?: string;
}

/** Longer tables are read by nobody; what is left out is said. */
export const MOST_ROWS = 25;

export function more(all: number): Pick<Section, "note"> {
  return all > MOST_ROWS ? { note: `${all - MOST_ROWS} more are left out, which weigh less.` } : {};
}
