import { placeOf } from "../../plan/environment";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { rulesOn, servicesOn } from "../binding";
import { metadata } from "../kubernetes/object";
import { ALERTMANAGER_SECRET, managedAlertmanagerConfig } from "./alertmanager";
import { API_VERSION, type GmpObject, type OperatorConfig } from "./object";
import { gmpRules } from "./rules";
import { podMonitorings } from "./scrape";

/** Namespace that Google's operator reads. Source: GoogleCloudPlatform/prometheus-engine, `gmp-public`. */
const PUBLIC_NAMESPACE = "gmp-public";

/** What a plan is in Google Managed Prometheus. */
export interface ManagedPrometheusContent {
  readonly objects: readonly GmpObject[];
  /** Fields of an object that Google made; the rest of it stays as it is. */
  readonly operatorConfig: OperatorConfig;
  /** The secret of the managed Alertmanager, whose whole text is secret; absent where no alert is evaluated there. */
  readonly alertmanager?: {
    readonly metadata: OperatorConfig["metadata"];
    readonly key: string;
    readonly text: string;
  };
}

/** The part of a plan that Google runs; undefined where no service is bound to it. */
export function managedPrometheus(
  plan: MonitoringPlan,
  secrets: Readonly<Record<string, string>>,
): ManagedPrometheusContent | undefined {
  if (servicesOn(plan, "gmp").length === 0) {
    return undefined;
  }
  const { name, key } = ALERTMANAGER_SECRET;
  const alerts = evaluatesAlerts(plan);
  return {
    objects: [...podMonitorings(plan), ...gmpRules(plan)],
    operatorConfig: operatorConfig(plan, alerts),
    ...(alerts
      ? {
          alertmanager: {
            metadata: metadata(name, PUBLIC_NAMESPACE, "alertmanager"),
            key,
            text: managedAlertmanagerConfig(plan.routing, secrets),
          },
        }
      : {}),
  };
}

function evaluatesAlerts(plan: MonitoringPlan): boolean {
  return rulesOn(plan, "gmp").some(({ rules }) => rules.some(({ kind }) => kind === "alert"));
}

/** External labels are part of what is stored, unlike those of Prometheus, so rules see them on every series. */
function operatorConfig({ environment }: MonitoringPlan, alerts: boolean): OperatorConfig {
  const externalLabels = placeOf(environment);
  return {
    apiVersion: API_VERSION,
    kind: "OperatorConfig",
    metadata: metadata("config", PUBLIC_NAMESPACE, "operator"),
    collection: { externalLabels },
    rules: { externalLabels },
    ...(alerts ? { managedAlertmanager: { configSecret: ALERTMANAGER_SECRET } } : {}),
  };
}
