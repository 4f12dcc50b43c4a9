import type { GraphSpec, PlannedDashboard, PlannedPanel, StatSpec, TableSpec } from "../../plan/dashboard";

/** A dashboard before it belongs to a stack. */
export type DashboardDraft = Omit<PlannedDashboard, "folder" | "service" | "span">;

/** One number: the newest value, coloured by the steps. */
export function stat(spec: StatSpec): PlannedPanel {
  return { kind: "stat", ...spec };
}

/** One bar per series: the newest values beside each other. */
export function bars(spec: StatSpec): PlannedPanel {
  return { kind: "bars", ...spec };
}

/** Lines or bars over time; the steps are drawn as dashed lines. */
export function graph(spec: GraphSpec): PlannedPanel {
  return { kind: "graph", ...spec };
}

/** A row for each set of labels, a column for each query. */
export function table(spec: TableSpec): PlannedPanel {
  return { kind: "table", ...spec };
}
