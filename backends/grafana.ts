import { DATA_SOURCE } from "../plan/names";
import type { MonitoringPlan } from "../plan/monitoring-plan";

/** What goes into an existing Grafana: a folder, a data source and dashboards as JSON text. */
export interface GrafanaContent {
  readonly folder: { readonly title: string; readonly uid: string };
  readonly dataSource: { readonly name: string; readonly uid: string; readonly url: string };
  readonly dashboards: readonly { readonly uid: string; readonly json: string }[];
}

/** The Grafana content of a plan; the uids are those that alerts link to. */
export function grafanaContent(plan: MonitoringPlan): GrafanaContent {
  return {
    folder: { title: plan.platform.grafana.folder, uid: "tocsin" },
    dataSource: { name: DATA_SOURCE.name, uid: DATA_SOURCE.uid, url: plan.platform.prometheus.address },
    dashboards: plan.dashboards.map(({ uid, json }) => ({ uid, json: JSON.stringify(json) })),
  };
}

/** Where people open a dashboard. */
export function dashboardAddress({ platform }: Pick<MonitoringPlan, "platform">, uid: string): string {
  return new URL(`d/${uid}`, platform.grafana.address.replace(/\/?$/, "/")).href;
}
