import type { MetricsBackend } from "../../plan/backend";
import { titleIn, uidIn } from "../../plan/dashboard";
import { placeOf } from "../../plan/environment";
import type { DashboardJson, DashboardPanel } from "../../plan/grafana-json";
import {
  DATA_SOURCE,
  GMP_DATA_SOURCE,
  LONG_TERM_DATA_SOURCE,
  PROGRAMS,
  THANOS_PORTS,
  WEB_PORTS,
  type Place,
} from "../../plan/names";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import type { Platform } from "../../plan/platform";
import { bindingsOf } from "../binding";
import { googleDialect } from "../gmp/promql";
import { dashboardJson } from "./layout";

/** A Prometheus API that Grafana asks. */
interface GrafanaDataSource {
  readonly name: string;
  readonly uid: string;
  readonly url: string;
}

/** What goes into an existing Grafana: a folder, data sources and dashboards as JSON text. */
export interface GrafanaContent {
  readonly folder: { readonly title: string; readonly uid: string };
  /** The stack's own Prometheus; absent where an operator's has a data source already. */
  readonly dataSource?: GrafanaDataSource;
  readonly otherDataSources: readonly GrafanaDataSource[];
  readonly dashboards: readonly { readonly uid: string; readonly json: string }[];
}

/** A dashboard as Grafana gets it. */
interface DeliveredDashboard {
  /** As services name it; the one in the JSON is that of its place. */
  readonly uid: string;
  readonly service: string;
  readonly json: DashboardJson;
}

/** The Grafana content of a plan; the uids are those that alerts link to. */
export function grafanaContent(plan: MonitoringPlan): GrafanaContent {
  const { gmp, grafana } = plan.platform;
  const place = placeOf(plan.environment);
  return {
    folder: { title: titleIn(grafana.folder, place), uid: uidIn("tocsin", place) },
    ...(plan.platform.operator === undefined
      ? { dataSource: dataSource(DATA_SOURCE, place, prometheusOfGrafana(plan.platform)) }
      : {}),
    otherDataSources: [
      ...(gmp === undefined ? [] : [dataSource(GMP_DATA_SOURCE, place, gmp.address)]),
      ...longTermOfGrafana(plan.platform).map((url) => dataSource(LONG_TERM_DATA_SOURCE, place, url)),
    ],
    dashboards: deliveredDashboards(plan).map(({ uid, json }) => ({ uid, json: JSON.stringify(json) })),
  };
}

type Named = Pick<GrafanaDataSource, "name" | "uid">;

function named({ name, uid }: Named, place: Place): Named {
  return { name: titleIn(name, place), uid: uidIn(uid, place) };
}

function dataSource(source: Named, place: Place, url: string): GrafanaDataSource {
  return { ...named(source, place), url };
}

/** Inside the cluster Grafana needs no Ingress, which would ask it who it is. */
function prometheusOfGrafana({ grafana, kubernetes, prometheus }: Platform): string {
  return grafana.namespace === undefined
    ? prometheus.address
    : `http://${PROGRAMS.prometheus}.${kubernetes.namespace}.svc:${WEB_PORTS.prometheus}`;
}

/** What reads years; none where Grafana has no way to it. */
function longTermOfGrafana({ grafana, kubernetes, longTerm }: Platform): readonly string[] {
  const { hub } = longTerm ?? {};
  const inside = `http://${PROGRAMS.queryFrontend}.${kubernetes.namespace}.svc:${THANOS_PORTS.web}`;
  return hub === undefined ? [] : grafana.namespace === undefined ? [hub.address ?? []].flat() : [inside];
}

/** Where people open a dashboard. */
export function dashboardAddress(
  { environment, platform }: Pick<MonitoringPlan, "environment" | "platform">,
  uid: string,
): string {
  return new URL(`d/${uidIn(uid, placeOf(environment))}`, platform.grafana.address.replace(/\/?$/, "/")).href;
}

/** A data source, and how it wants to be asked. */
export interface Source {
  readonly uid: string;
  readonly name: string;
  readonly dialect: (expr: string) => string;
}

type OfPlace = Pick<MonitoringPlan, "environment" | "platform" | "services">;

const SOURCES: Readonly<Record<MetricsBackend, (plan: OfPlace) => Source>> = {
  gmp: ({ environment }) => ({
    ...named(GMP_DATA_SOURCE, placeOf(environment)),
    dialect: googleDialect,
  }),
  kubernetes: ({ environment }) => ({
    ...named(DATA_SOURCE, placeOf(environment)),
    dialect: (expr) => expr,
  }),
  // Somebody else's; Grafana takes a name in its place.
  operator: ({ platform: { operator } }) => ({
    uid: operator?.dataSource ?? "",
    name: operator?.dataSource ?? "",
    dialect: (expr) => expr,
  }),
};

/** The data source that has the records of a service, by its id. */
export function sourcesOf(plan: OfPlace): (service: string) => Source {
  const binding = bindingsOf(plan);
  return (service) => SOURCES[binding(service).metrics](plan);
}

/**
 * Dashboards as Grafana gets them, which it may have of several stacks; those of a service that Google records ask
 * Google in its dialect.
 */
export function deliveredDashboards(
  plan: OfPlace & Pick<MonitoringPlan, "dashboards">,
): readonly DeliveredDashboard[] {
  const source = sourcesOf(plan);
  return plan.dashboards.map((dashboard) => ({
    uid: dashboard.uid,
    service: dashboard.service,
    json: folded({
      ...placed(dashboardJson(dashboard), placeOf(plan.environment), source(dashboard.service)),
      editable: plan.platform.grafana.editable,
    }),
  }));
}

/** With the uid of one place, asking the data source that is chosen in its dialect. */
function placed(json: DashboardJson, place: Place, { dialect, uid, name }: Source): DashboardJson {
  const text = JSON.stringify({ ...json, uid: uidIn(json.uid, place) }, (key, value: unknown) => {
    if (key === "expr" && typeof value === "string") {
      return dialect(value);
    }
    return key === "uid" && value === DATA_SOURCE.uid ? "${datasource}" : value;
  });
  const asked = JSON.parse(text) as DashboardJson;
  const chosen = {
    name: "datasource",
    label: "Data source",
    type: "datasource",
    query: DATA_SOURCE.type,
    current: { text: name, value: uid },
  };
  return { ...asked, templating: { list: [chosen, ...asked.templating.list] } };
}

/** Grafana has the panels of a closed row inside of it. */
function folded(json: DashboardJson): DashboardJson {
  const panels: (DashboardPanel & { readonly panels?: DashboardPanel[] })[] = [];
  let inside: DashboardPanel[] = panels;
  for (const panel of json.panels) {
    if (panel.type !== "row") {
      inside.push(panel);
      continue;
    }
    const own: DashboardPanel[] = [];
    inside = panel.collapsed === true ? own : panels;
    panels.push({ ...panel, panels: own });
  }
  return { ...json, panels };
}
