import type { RoutingPlan } from "../../plan/routing";
import { selfContainedConfig } from "../alertmanager/self-contained";
import { own } from "../../slo/order";

/** Where Google's operator looks for it. Source: OperatorConfig, `managedAlertmanager.configSecret`. */
export const ALERTMANAGER_SECRET = { name: "tocsin-alertmanager", key: "alertmanager.yaml" } as const;

/**
 * `alertmanager.yaml` for the managed Alertmanager. It mounts no files but its configuration: secrets stand in the
 * text, which is a secret therefore.
 */
export function managedAlertmanagerConfig(
  routing: RoutingPlan,
  secrets: Readonly<Record<string, string>>,
): string {
  return selfContainedConfig(routing, (field, key) => ({ [field]: own(secrets, key) ?? "" }));
}
