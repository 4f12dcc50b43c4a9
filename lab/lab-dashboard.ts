import {
  CLUSTER_VARIABLE,
  type DashboardLink,
  type DashboardPanel,
  type PlannedDashboard,
} from "../plan/dashboard";
import { isDuration, milliseconds, type Duration } from "../slo/duration";
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
  const { json } = dashboard;
  const played = (expr: string): string => scaleExpression(expr.replaceAll(CLUSTER_VARIABLE, cluster), speed);
  const linked = (links: readonly DashboardLink[]): readonly DashboardLink[] =>
    links.map((link) => (link.url === undefined ? link : { ...link, url: address(link.url) }));
  const panelOf = (panel: DashboardPanel): DashboardPanel => ({
    ...panel,
    ...(panel.targets === undefined
      ? {}
      : { targets: panel.targets.map((query) => ({ ...query, expr: played(query.expr) })) }),
    ...(panel.links === undefined ? {} : { links: linked(panel.links) }),
    ...(panel.timeFrom === undefined ? {} : { timeFrom: scaleSpan(panel.timeFrom, speed) }),
    ...(panel.interval === undefined ? {} : { interval: scaleSpan(panel.interval, speed) }),
  });
  return {
    ...dashboard,
    json: {
      ...json,
      time: { from: scaleRelative(json.time.from, speed), to: scaleRelative(json.time.to, speed) },
      links: linked(json.links),
      annotations: {
        list: json.annotations.list.map((annotation) => ({
          ...annotation,
          expr: played(annotation.expr),
          step: scaleSpan(annotation.step, speed),
        })),
      },
      panels: json.panels.map(panelOf),
    },
  };
}

/** Grafana knows no milliseconds: whole seconds, and at least one. */
function scaleSpan(span: string, speed: number): Duration {
  return `${Math.max(1, Math.round(milliseconds(span) / speed / 1_000))}s`;
}

/** `now-24h`; `now` alone, and a point in time that is no distance from now, stay. */
function scaleRelative(time: string, speed: number): string {
  const [, distance = ""] = /^now-(.+)$/.exec(time) ?? [];
  return isDuration(distance) ? `now-${scaleSpan(distance, speed)}` : time;
}
