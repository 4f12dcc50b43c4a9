import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { toYaml, type FileSet } from "../file-set";
import { operatorContent, shownConfig } from "./content";
import { chartValues } from "./values";

/** Values of the chart, for the release that is there already. */
const VALUES_FILE = "operator/kube-prometheus-stack.values.yaml";

/**
 * What an operator is told, below `operator/`, the configuration of the Alertmanager also where others write it. In the
 * place of a secret stands its key.
 */
export function operatorFiles(plan: MonitoringPlan): FileSet {
  const { operator } = plan.platform;
  const content = operatorContent(plan, {});
  if (operator === undefined || content === undefined) {
    return new Map();
  }
  return new Map([
    ...[...content.objects, ...content.dashboards].map((object) => {
      const { name, namespace } = object.metadata;
      return [
        `operator/${namespace ?? ""}-${object.kind.toLowerCase()}-${name}.yaml`,
        toYaml(object),
      ] as const;
    }),
    ["operator/alertmanager.yaml", shownConfig(plan)],
    [VALUES_FILE, toYaml(chartValues(plan, operator))],
  ]);
}
