import type { DashboardJson, PlannedDashboard } from "../plan/dashboard";
import { DATA_SOURCE, GMP_DATA_SOURCE } from "../plan/names";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import { googleDialect } from "./gmp/promql";

/** A Prometheus API that Grafana asks. */
interface GrafanaDataSource {
  readonly name: string;
  readonly uid: string;
  readonly url: string;
}

/** What goes into an existing Grafana: a folder, data sources and dashboards as JSON text. */
export interface GrafanaContent {
  readonly folder: { readonly title: string; readonly uid: string };
  /** The stack's own Prometheus. */
  readonly dataSource: GrafanaDataSource;
  readonly otherDataSources: readonly GrafanaDataSource[];
  readonly dashboards: readonly { readonly uid: string; readonly json: string }[];
}

/** The Grafana content of a plan; the uids are those that alerts link to. */
export function grafanaContent(plan: MonitoringPlan): GrafanaContent {
  const { gmp, grafana, prometheus } = plan.platform;
  return {
    folder: { title: grafana.folder, uid: "tocsin" },
    dataSource: { name: DATA_SOURCE.name, uid: DATA_SOURCE.uid, url: prometheus.address },
    otherDataSources: gmp === undefined ? [] : [{ ...GMP_DATA_SOURCE, url: gmp.address }],
    dashboards: deliveredDashboards(plan).map(({ uid, json }) => ({ uid, json: JSON.stringify(json) })),
  };
}

/** Where people open a dashboard. */
export function dashboardAddress({ platform }: Pick<MonitoringPlan, "platform">, uid: string): string {
  return new URL(`d/${uid}`, platform.grafana.address.replace(/\/?$/, "/")).href;
}

/** Dashboards as Grafana gets them: those of a service that Google records read its data source. */
export function deliveredDashboards({
  dashboards,
  services,
}: Pick<MonitoringPlan, "dashboards" | "services">): readonly PlannedDashboard[] {
  const elsewhere = services.filter(({ backend }) => backend.metrics === "gmp").map(({ id }) => id);
  return dashboards.map((dashboard) =>
    elsewhere.includes(dashboard.service) ? { ...dashboard, json: readingGoogle(dashboard.json) } : dashboard,
  );
}

/** The same dashboard, asking Google in its dialect. */
function readingGoogle(json: DashboardJson): DashboardJson {
  const text = JSON.stringify(json, (key, value: unknown) => {
    if (key === "expr" && typeof value === "string") {
      return googleDialect(value);
    }
    return key === "uid" && value === DATA_SOURCE.uid ? GMP_DATA_SOURCE.uid : value;
  });
  return JSON.parse(text) as DashboardJson;
}
