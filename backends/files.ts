import type { MonitoringPlan } from "../plan/monitoring-plan";
import { alertmanagerConfig, MOUNTED_PATHS, type AlertmanagerPaths } from "./alertmanager/config";
import { NOTIFICATION_TEMPLATES, TEMPLATE_FILE } from "./alertmanager/templates";
import type { FileSet } from "./file-set";
import { prometheusConfig } from "./prometheus/config";
import { ruleFiles } from "./prometheus/rules";

/** Every file of Prometheus and Alertmanager that a plan needs, below `prometheus/` and `alertmanager/`. */
export function monitoringFiles(plan: MonitoringPlan, paths: AlertmanagerPaths = MOUNTED_PATHS): FileSet {
  const rules = [...ruleFiles(plan)].map(([path, text]) => [`prometheus/${path}`, text] as const);
  return new Map([
    ["alertmanager/alertmanager.yml", alertmanagerConfig(plan.routing, paths)],
    [`alertmanager/templates/${TEMPLATE_FILE}`, NOTIFICATION_TEMPLATES],
    ["prometheus/prometheus.yml", prometheusConfig(plan)],
    ...rules,
  ]);
}
