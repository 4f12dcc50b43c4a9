import {
  titleIn,
  type Link,
  type PlannedPanel,
  type PlannedRow,
  type Size,
  type StatSpec,
  type Step,
} from "../../plan/dashboard";
import { type DashboardDraft, bars, graph, stat } from "./panels";
import { serviceMarks } from "./marks";
import type { Dashboard, DashboardRow, Panel, Target } from "../../slo/dashboard";
import { KEYS } from "./keys";
import { shows } from "./subjects";
import { valueQuery } from "./values";
import { runbookLinks, type ServiceView } from "./view";

/** What draws a panel, and how large it is; the house style of everything that services declare. */
const KINDS: Readonly<
  Record<Panel["draw"], { readonly draw: (spec: StatSpec) => PlannedPanel; readonly size: Size }>
> = {
  number: { draw: stat, size: "third" },
  graph: { draw: graph, size: "column" },
  bars: { draw: bars, size: "half" },
};

/** A dashboard that a service declares besides the one of its SLOs. */
export function declaredDashboard(
  view: ServiceView,
  dashboard: Dashboard,
  links: readonly Link[],
): DashboardDraft {
  return {
    uid: dashboard.uid,
    place: view.place,
    title: titleIn(dashboard.title, view.place),
    description: dashboard.description,
    tags: [view.service.id],
    links,
    marks: serviceMarks(view.service.id, view.here),
    rows: declaredRows(view, dashboard.rows),
  };
}

/** Rows as a service declares them. */
export function declaredRows(view: ServiceView, rows: readonly DashboardRow[]): readonly PlannedRow[] {
  return rows.map(({ id, title, panels }) => ({
    key: `declared:${id}`,
    title,
    panels: panels.map((panel) => declaredPanel(view, panel)),
  }));
}

function declaredPanel(view: ServiceView, panel: Panel): PlannedPanel {
  const { draw, size } = KINDS[panel.draw];
  const [first, ...more] = panel.values;
  return draw({
    key: KEYS.declared(panel.id),
    title: panel.title,
    description: panel.description,
    unit: panel.unit,
    size,
    queries: [valueQuery(view, first), ...more.map((value) => valueQuery(view, value))],
    ...(panel.target === undefined ? {} : { steps: targetSteps(panel.target) }),
    links: runbookLinks(alertsOn(view, panel)),
  });
}

/** The alerts that look at what a panel shows. */
function alertsOn({ service, alerts }: ServiceView, panel: Panel): ServiceView["alerts"] {
  const names = service.alerts.filter((alert) => shows(service, panel, alert) > 0).map(({ name }) => name);
  return alerts.filter(({ alertname }) => names.includes(alertname));
}

/** Beyond the target red, or red beyond the limit and a look in between. */
function targetSteps({ good, target, limit }: Target): readonly Step[] {
  const [aim, end] = [Number(target), Number(limit ?? target)];
  const between: readonly Step[] =
    limit === undefined ? [] : [{ from: good === "above" ? end : aim, colour: "caution" }];
  return good === "above"
    ? [{ from: null, colour: "bad" }, ...between, { from: aim, colour: "good" }]
    : [{ from: null, colour: "good" }, ...between, { from: end, colour: "bad" }];
}
