import { CLUSTER_VARIABLE, type Link, type PlannedDashboard, type PlannedPanel } from "../plan/dashboard";
import { milliseconds, type Duration } from "../slo/duration";
import { scaleExpression } from "./time-scale";

/** How dashboards differ in the lab. */
interface LabView {
  readonly speed: number;
  /** Prometheus shows their queries there, and knows no variables. */
  readonly cluster: string;
  readonly address: (url: string) => string;
}

/** A dashboard on the lab's clock: its queries, the spans that it shows and its links differ, nothing else. */
export function labDashboard(
  dashboard: PlannedDashboard,
  { speed, cluster, address }: LabView,
): PlannedDashboard {
  const played = <T extends { readonly expr: string }>(query: T): T => ({
    ...query,
    expr: scaleExpression(query.expr.replaceAll(CLUSTER_VARIABLE, cluster), speed),
  });
  const linked = (links: readonly Link[]): readonly Link[] =>
    links.map((link) => ({ ...link, url: address(link.url) }));
  const scaled = (span: Duration): Duration => scaleSpan(span, speed);
  const panelOf = (panel: PlannedPanel): PlannedPanel => {
    const links = panel.links === undefined ? {} : { links: linked(panel.links) };
    if (panel.kind === "table") {
      const [first, ...others] = panel.columns;
      return { ...panel, ...links, columns: [played(first), ...others.map(played)] };
    }
    const [first, ...others] = panel.queries;
    const queries = [played(first), ...others.map(played)] as const;
    return panel.kind === "graph"
      ? {
          ...{ ...panel, ...links, queries },
          ...(panel.span === undefined ? {} : { span: scaled(panel.span) }),
          ...(panel.step === undefined ? {} : { step: scaled(panel.step) }),
        }
      : { ...panel, ...links, queries };
  };
  return {
    ...dashboard,
    span: scaled(dashboard.span),
    links: linked(dashboard.links),
    marks: dashboard.marks.map((mark) => ({ ...played(mark), step: scaled(mark.step) })),
    rows: dashboard.rows.map((row) => ({ ...row, panels: row.panels.map(panelOf) })),
  };
}

/** Grafana knows no milliseconds: whole seconds, and at least one. */
function scaleSpan(span: Duration, speed: number): Duration {
  return `${Math.max(1, Math.round(milliseconds(span) / speed / 1_000))}s`;
}
