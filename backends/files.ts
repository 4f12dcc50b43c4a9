import type { MonitoringPlan } from "../plan/monitoring-plan";
import { alertmanagerConfig, MOUNTED_PATHS, type AlertmanagerPaths } from "./alertmanager/config";
import { NOTIFICATION_TEMPLATES, TEMPLATE_FILE } from "./alertmanager/templates";
import { ownPrometheusPart } from "./binding";
import type { FileSet } from "./file-set";
import { runbookServerConfig } from "./kubernetes/runbooks";
import { blackboxConfig, probesAnything } from "./prometheus/blackbox";
import { prometheusConfig } from "./prometheus/config";
import { ruleFiles } from "./prometheus/rules";
import { pathOf, runbookSite } from "./runbook-site/site";

/** Every file of Prometheus and Alertmanager that a plan needs, below `prometheus/` and `alertmanager/`. */
export function monitoringFiles(plan: MonitoringPlan, paths: AlertmanagerPaths = MOUNTED_PATHS): FileSet {
  const own = ownPrometheusPart(plan);
  const rules = [...ruleFiles(own)].map(([path, text]) => [`prometheus/${path}`, text] as const);
  return new Map([
    ["alertmanager/alertmanager.yml", alertmanagerConfig(plan.routing, paths)],
    [`alertmanager/templates/${TEMPLATE_FILE}`, NOTIFICATION_TEMPLATES],
    ["prometheus/prometheus.yml", prometheusConfig(own)],
    ...rules,
  ]);
}

/** The blackbox exporter's configuration, below `blackbox/`; none where nothing is probed. */
export function probeFiles(plan: MonitoringPlan): FileSet {
  return new Map(probesAnything(plan) ? [["blackbox/blackbox.yml", blackboxConfig()]] : []);
}

/** The runbooks as HTML and their web server's configuration, below `runbooks/`. */
export function runbookFiles(plan: MonitoringPlan): FileSet {
  const site = runbookSite(plan);
  return new Map([
    ...site.files.map((file) => [`runbooks/${pathOf(file)}`, file.html] as const),
    ["runbooks/nginx.conf", runbookServerConfig(site)],
  ]);
}
