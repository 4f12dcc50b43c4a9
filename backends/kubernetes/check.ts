import type { MonitoringPlan } from "../../plan/monitoring-plan";
import type { Problem } from "../../slo/problem";
import { ownPrometheusPart } from "../binding";
import { checkRunbookSite } from "../runbook-site/check";
import { checkLinks } from "../runbook-site/links";
import { allObjects, clusterObjects } from "./cluster";
import type { KubernetesObject } from "./object";
import { checkClaims } from "./reserves";
import { checkRuleFiles } from "./rule-files";
import { PAGES } from "./runbooks";

/** What a plan asks of the cluster and that cannot be, of its web pages as well. */
export function checkCluster(plan: MonitoringPlan, limit: number): readonly Problem[] {
  const rules = checkRuleFiles(ownPrometheusPart(plan), limit);
  return [
    ...checkRunbookSite(plan),
    ...checkLinks(plan.runbooks),
    ...checkClaims(plan),
    // A group that fits nowhere is named by itself; its ConfigMap would only say it again.
    ...(rules.length > 0 ? rules : checkConfigMaps(plan, limit)),
  ];
}

/** ConfigMaps that no API server takes: rule files and folders of pages are cut to fit, configurations and a page cannot be. */
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
            remedy: smaller(object, Object.keys(object.data ?? {})),
          },
        ];
  });
}

function smaller({ metadata }: KubernetesObject, keys: readonly string[]): string {
  return metadata.labels["app.kubernetes.io/component"] === PAGES
    ? `Shorten [${keys.join(", ")}], or leave to other pages what nobody needs at night: a page cannot be cut.`
    : "Spread the services over more stacks: a configuration cannot be cut.";
}
