import type { MonitoringPlan } from "../../plan/monitoring-plan";
import type { OperatorSettings } from "../../plan/platform";
import { metadata } from "../kubernetes/object";
import type { OperatorObject } from "./object";

/** `metadata` of an object that the Prometheus selects by its labels. */
export function selected(
  { platform: { kubernetes } }: MonitoringPlan,
  operator: OperatorSettings,
  name: string,
  of: string,
  component: string,
): OperatorObject["metadata"] {
  const { namespace } = kubernetes;
  const { labels, ...rest } = metadata(name, namespace, of, component);
  return { ...rest, namespace, labels: { ...labels, ...operator.labels } };
}
