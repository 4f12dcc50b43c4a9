import { dashboardJson } from "../../backends/grafana/layout";
import { CLUSTER_VARIABLE, panelId, type PlannedDashboard } from "../../plan/dashboard";
import type { DashboardJson, DashboardPanel } from "../../plan/grafana-json";
import type { MonitoringPlan, PlannedAlert, RecordingRule } from "../../plan/monitoring-plan";
import type { Place } from "../../plan/names";
import { matchesValue, type LabelMatch, type LabelValues, type Metric } from "../../slo/telemetry";
import { readPromQl, type Selector } from "../../generators/promql-reading";

/** A query of a panel and where it stands. */
export interface PanelQuery {
  readonly dashboard: string;
  readonly panel: string;
  readonly refId: string;
  readonly expr: string;
}

const written = new WeakMap<PlannedDashboard, DashboardJson>();

/** A dashboard in Grafana's words, each written once. */
export function jsonOf(dashboard: PlannedDashboard): DashboardJson {
  const json = written.get(dashboard) ?? dashboardJson(dashboard);
  written.set(dashboard, json);
  return json;
}

/** Dashboards with what Grafana reads of them. */
export const drawn = <T extends PlannedDashboard>(
  dashboards: readonly T[],
): readonly (T & { readonly json: DashboardJson })[] =>
  dashboards.map((dashboard) => ({ ...dashboard, json: jsonOf(dashboard) }));

/** The panels that show something; headings of rows show nothing. */
export function panelsOf(dashboard: PlannedDashboard): readonly DashboardPanel[] {
  return jsonOf(dashboard).panels.filter((panel) => panel.type !== "row");
}

/** The queries of all panels. */
export function queriesOf(dashboards: readonly PlannedDashboard[]): readonly PanelQuery[] {
  return dashboards.flatMap((dashboard) =>
    panelsOf(dashboard).flatMap((panel) =>
      (panel.targets ?? []).map(({ refId, expr }) => ({
        dashboard: dashboard.uid,
        panel: panel.title,
        refId,
        expr,
      })),
    ),
  );
}

/** What a query reads that the plan does not hold: names, labels, values, another environment. */
export function strangersIn(expr: string, plan: MonitoringPlan): readonly string[] {
  const { errors, selectors, groupedBy } = readPromQl(expr);
  const known = selectors.map((selector) => knownSeries(selector, plan));
  const labels = new Set(known.flatMap((series) => Object.keys(series ?? {})));
  return [
    ...errors,
    ...(selectors.length === 0 ? ["it reads no series"] : []),
    ...selectors.flatMap((selector, index) => strangersOf(selector, known[index], plan)),
    ...groupedBy.filter((label) => !labels.has(label)).map((label) => `it groups by [${label}]`),
  ];
}

function strangersOf(
  { name, matches }: Selector,
  labels: LabelValues | undefined,
  plan: MonitoringPlan,
): readonly string[] {
  if (labels === undefined) {
    return [`nothing makes [${name}]`];
  }
  const chosen = Object.entries(placeChosen(plan)).filter(
    ([dimension, here]) =>
      !matches.some(({ label, op, value }) => label === dimension && op === "=" && value === here),
  );
  return [
    ...chosen.map(([dimension]) => `[${name}] is of any ${dimension}`),
    ...matches
      .filter((match) => !finds(match, labels))
      .map(({ label, value }) => `[${label}=${value}] of [${name}]`),
  ];
}

function finds(match: LabelMatch, labels: LabelValues): boolean {
  return (labels[match.label] ?? []).some((value) => matchesValue(match, value));
}

/** What every query asks for: this environment, in the cluster that was chosen. */
function placeChosen({ environment }: MonitoringPlan): Place {
  return { cluster: CLUSTER_VARIABLE, environment: environment.name };
}

/**
 * The labels and values that the series of a name can have, or nothing where no rule and no contract makes it. A query
 * may group by `instance` and never ask for one, because pods come and go.
 */
function knownSeries({ name, matches }: Selector, plan: MonitoringPlan): LabelValues | undefined {
  const records = plan.ruleGroups
    .flatMap(({ rules }) => rules)
    .filter((rule): rule is RecordingRule => rule.kind === "record" && rule.record === name);
  const { cluster, environment } = placeChosen(plan);
  const place = { cluster: [cluster], environment: [environment] };
  if (records.length > 0) {
    const values = (label: string): readonly string[] => records.flatMap(({ labels }) => labels[label] ?? []);
    return { ...place, service: values("service"), slo_id: values("slo_id"), team: values("team") };
  }
  if (name === "up") {
    return { ...place, instance: [], job: plan.scrape.jobs.map(({ job }) => job) };
  }
  if (name === "ALERTS") {
    const values = (of: (alert: PlannedAlert) => string): readonly string[] => plan.alerts.map(of);
    return {
      ...place,
      alertstate: ["firing", "pending"],
      alertname: values(({ alertname }) => alertname),
      service: values(({ service }) => service),
      severity: values(({ severity }) => severity),
      slo: [],
    };
  }
  const asked = matches.filter(({ label }) => label === "job");
  const metrics = plan.services.flatMap((service) => service.metrics);
  // Several services may use a name, each for a job of its own; a job that none of them has is found out by its label.
  const ofJob = metrics.filter(({ job }) => asked.every((match) => matchesValue(match, job.name)));
  return [...ofJob, ...metrics]
    .map((metric) => seriesLabels(metric, name))
    .map((labels) => labels && { ...place, instance: [], ...labels })
    .find((labels) => labels !== undefined);
}

function seriesLabels(metric: Metric, name: string): LabelValues | undefined {
  const labels = { ...metric.labels, job: [metric.job.name] };
  if (metric.type !== "histogram") {
    return metric.name === name ? labels : undefined;
  }
  if (name === `${metric.name}_bucket`) {
    return { ...labels, le: [...metric.bounds, "+Inf"] };
  }
  return name === `${metric.name}_count` || name === `${metric.name}_sum` ? labels : undefined;
}

/** @throws Error where there is none */
export function dashboardOf(of: MonitoringPlan, uid: string): PlannedDashboard {
  const found = of.dashboards.find((dashboard) => dashboard.uid === uid);
  if (found === undefined) {
    throw new Error(`no dashboard [${uid}] among [${of.dashboards.map((one) => one.uid).join(", ")}]`);
  }
  return found;
}

/** Titles of rows with those of their panels. */
export function outline({ rows }: PlannedDashboard): readonly (readonly string[])[] {
  return rows.map(({ title, panels }) => [title, ...panels.map((panel) => panel.title)]);
}

/** The panel of a key. @throws Error where there is none */
export function panelOf(of: MonitoringPlan, key: string): DashboardPanel {
  const found = of.dashboards.flatMap(panelsOf).find(({ id }) => id === panelId(key));
  if (found === undefined) {
    throw new Error(`no panel [${key}]`);
  }
  return found;
}

/** The queries of the panel of a key. */
export const queryOf = (of: MonitoringPlan, key: string): readonly string[] =>
  (panelOf(of, key).targets ?? []).map(({ expr }) => expr);
