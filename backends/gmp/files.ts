import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { receiverSecrets } from "../../plan/routing";
import { toYaml, type FileSet } from "../file-set";
import { managedPrometheus } from "./content";

/** What Google is told, below `gmp/`; in the place of a secret stands its key. */
export function managedPrometheusFiles(plan: MonitoringPlan): FileSet {
  const keys = receiverSecrets(plan.routing);
  const content = managedPrometheus(plan, Object.fromEntries(keys.map((key) => [key, `<${key}>`])));
  if (content === undefined) {
    return new Map();
  }
  const { alertmanager, objects, operatorConfig } = content;
  return new Map([
    ...[...objects, operatorConfig].map((object) => {
      const { name, namespace } = object.metadata;
      const parts = [namespace, object.kind.toLowerCase(), name].filter((part) => part !== undefined);
      return [`gmp/${parts.join("-")}.yaml`, toYaml(object)] as const;
    }),
    ...(alertmanager === undefined ? [] : ([[`gmp/${alertmanager.key}`, alertmanager.text]] as const)),
  ]);
}
