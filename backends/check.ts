import type { MonitoringPlan } from "../plan/monitoring-plan";
import type { Problem } from "../slo/problem";
import { ownPrometheusPart } from "./binding";
import { checkManagedPrometheus, managedPrometheusNotices } from "./gmp/check";
import { checkGrafanaAlerting, grafanaNotices } from "./grafana-alerting/check";
import { allObjects, clusterObjects } from "./kubernetes/cluster";
import type { KubernetesObject } from "./kubernetes/object";
import { checkClaims } from "./kubernetes/reserves";
import { checkRuleFiles, LARGEST_FILE } from "./kubernetes/rule-files";
import { PAGES } from "./kubernetes/runbooks";
import { checkRunbookSite } from "./runbook-site/check";
import { checkLinks } from "./runbook-site/links";

/** What a plan asks for and its backends cannot do. */
export function checkBackend(plan: MonitoringPlan, limit = LARGEST_FILE): readonly Problem[] {
  const rules = checkRuleFiles(ownPrometheusPart(plan), limit);
  return [
    ...checkRunbookSite(plan),
    ...checkLinks(plan.runbooks),
    ...checkClaims(plan),
    // A group that fits nowhere is named by itself; its ConfigMap would only say it again.
    ...(rules.length > 0 ? rules : checkConfigMaps(plan, limit)),
    ...checkGrafanaAlerting(plan),
    ...checkManagedPrometheus(plan, limit),
  ];
}

/** As `checkBackend`, of what can be planned where the whole cannot: one problem hides no other. */
export function checkSound(generated: {
  readonly ok: boolean;
  readonly sound?: MonitoringPlan;
}): readonly Problem[] {
  return generated.sound === undefined ? [] : checkBackend(generated.sound);
}

/** What is different, though possible, for services that are not with the stack's own Prometheus. */
export function backendNotices(plan: MonitoringPlan): readonly Problem[] {
  return [...grafanaNotices(plan), ...managedPrometheusNotices(plan)];
}

/** ConfigMaps that no API server takes: rule files are cut to fit, configurations cannot be. */
function checkConfigMaps(plan: MonitoringPlan, limit: number): readonly Problem[] {
  return allObjects(clusterObjects(plan)).flatMap((object) => {
    if (object.kind !== "ConfigMap") {
      return [];
    }
    const texts = Object.values(object.data ?? {});
    const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text, "utf8"), 0);
    return size <= limit
      ? []
      : [
          {
            code: "config-map-too-large" as const,
            path: `kubernetes.${object.metadata.namespace ?? ""}.${object.metadata.name}`,
            message: `the ConfigMap takes [${size}] bytes and may hold ${limit}`,
            remedy: smaller(object),
          },
        ];
  });
}

function smaller({ metadata }: KubernetesObject): string {
  return metadata.labels["app.kubernetes.io/component"] === PAGES
    ? "Shorten the runbooks of the service, or leave to other pages what nobody needs at night."
    : "Spread the services over more stacks: a configuration cannot be cut.";
}
