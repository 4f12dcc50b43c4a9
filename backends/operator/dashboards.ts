import type { MonitoringPlan } from "../../plan/monitoring-plan";
import type { OperatorSettings } from "../../plan/platform";
import { grafanaContent, deliveredDashboards } from "../grafana/content";
import type { KubernetesObject } from "../kubernetes/object";
import { metadata } from "../kubernetes/object";

/** Where Grafana's sidecar looks. Source: chart of Grafana, `sidecar.dashboards.label`, `folderAnnotation`. */
const SIDECAR = { label: { grafana_dashboard: "1" }, folder: "grafana_folder" } as const;

/** A ConfigMap for each dashboard; none where Grafana gets them by its API. */
export function dashboardObjects(
  plan: MonitoringPlan,
  { dashboards }: OperatorSettings,
): readonly KubernetesObject[] {
  if (dashboards !== "sidecar") {
    return [];
  }
  const { title } = grafanaContent(plan).folder;
  return deliveredDashboards(plan).map(({ uid, service, json }): KubernetesObject => {
    const { labels, ...rest } = metadata(
      `tocsin-dashboard-${uid}`,
      plan.platform.kubernetes.namespace,
      service,
      "dashboard",
    );
    return {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {
        ...rest,
        labels: { ...labels, ...SIDECAR.label },
        annotations: { [SIDECAR.folder]: title },
      },
      data: { [`${json.uid}.json`]: JSON.stringify(json) },
    };
  });
}
