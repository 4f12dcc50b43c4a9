import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { PROGRAMS } from "../../plan/names";
import { receiverSecrets } from "../../plan/routing";
import { own } from "../../slo/order";
import { selfContainedConfig } from "../alertmanager/self-contained";
import { metadata, type KubernetesObject } from "../kubernetes/object";
import { dashboardObjects } from "./dashboards";
import type { OperatorObject } from "./object";
import { prometheusRules } from "./rules";
import { podMonitors } from "./scrape";

/** The key in which the operator looks for a configuration. Source: Alertmanager resource, `configSecret`. */
const CONFIG_KEY = "alertmanager.yaml";

/** What a plan is for a Prometheus operator. */
export interface OperatorContent {
  readonly objects: readonly OperatorObject[];
  readonly dashboards: readonly KubernetesObject[];
  /** The secret with the whole configuration of the Alertmanager; absent where others configure it. */
  readonly alertmanager?: {
    readonly metadata: KubernetesObject["metadata"];
    readonly key: string;
    readonly text: string;
  };
}

/** The part of a plan that an operator runs; undefined where the stack runs its servers itself. */
export function operatorContent(
  plan: MonitoringPlan,
  secrets: Readonly<Record<string, string>>,
): OperatorContent | undefined {
  const { operator } = plan.platform;
  if (operator === undefined) {
    return undefined;
  }
  const { configSecret, namespace } = operator;
  return {
    objects: [...podMonitors(plan, operator), ...prometheusRules(plan, operator)],
    dashboards: dashboardObjects(plan, operator),
    ...(operator.routes === "theirs"
      ? {}
      : {
          alertmanager: {
            metadata: metadata(configSecret, namespace, PROGRAMS.alertmanager, "configuration"),
            key: CONFIG_KEY,
            text: operatorConfig(plan, secrets),
          },
        }),
  };
}

/** With secrets as texts, or as files of a secret that somebody else keeps and the Alertmanager mounts. */
function operatorConfig(
  { platform: { alertmanager }, routing }: MonitoringPlan,
  secrets: Readonly<Record<string, string>>,
): string {
  const { existingSecret } = alertmanager;
  return selfContainedConfig(routing, (field, key) =>
    existingSecret === undefined
      ? { [field]: own(secrets, key) ?? "" }
      : { [`${field}_file`]: `/etc/alertmanager/secrets/${existingSecret}/${key}` },
  );
}

/** As `operatorConfig`, with the key of each secret in its place. */
export function shownConfig(plan: MonitoringPlan): string {
  return operatorConfig(
    plan,
    Object.fromEntries(receiverSecrets(plan.routing).map((key) => [key, `<${key}>`])),
  );
}
