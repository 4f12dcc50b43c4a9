import type { MonitoringPlan } from "../plan/monitoring-plan";
import { alertmanagerConfig, MOUNTED_PATHS, type AlertmanagerPaths } from "./alertmanager/config";
import { NOTIFICATION_TEMPLATES, TEMPLATE_FILE } from "./alertmanager/templates";
import { ownPrometheusPart } from "./binding";
import { jobSettings } from "./backup-settings";
import type { FileSet } from "./file-set";
import { BUILT_JOBS, jobBundle } from "./job-bundle";
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

/** Rules that span clusters, below `thanos/rules/`; none where there is but one. */
export function clusterRuleFiles({ platform: { longTerm } }: MonitoringPlan): FileSet {
  const rules = longTerm === undefined ? [] : [...ruleFiles(longTerm)];
  return new Map(rules.map(([path, text]) => [`thanos/${path}`, text]));
}

/** The blackbox exporter's configuration, below `blackbox/`; none where nothing is probed. */
export function probeFiles(plan: MonitoringPlan): FileSet {
  return new Map(probesAnything(plan) ? [["blackbox/blackbox.yml", blackboxConfig()]] : []);
}

/** The jobs of stores that run on machines outside the cluster, each below `backups/<service>-<backup>/`. */
export function backupFiles({ stores }: MonitoringPlan): FileSet {
  const outside = stores.filter(
    ({ store }) => store.kind === "sqlite-per-tenant" && store.runs.in === "machine",
  );
  return new Map(
    outside.flatMap((planned) => {
      const folder = `backups/${planned.service}-${planned.backup}`;
      return [
        [`${folder}/${BUILT_JOBS}`, jobBundle()] as const,
        [`${folder}/store.json`, jobSettings(planned, "machine")] as const,
      ];
    }),
  );
}

/** The runbooks as HTML and their web server's configuration, below `runbooks/`. */
export function runbookFiles(plan: MonitoringPlan): FileSet {
  const site = runbookSite(plan);
  return new Map([
    ...site.files.map((file) => [`runbooks/${pathOf(file)}`, file.html] as const),
    ["runbooks/nginx.conf", runbookServerConfig(site)],
  ]);
}
