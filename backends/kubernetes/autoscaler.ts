import type { IHorizontalPodAutoscalerSpec } from "kubernetes-models/autoscaling/v2";
import type { PlannedAutoscaler } from "../../plan/autoscaler";
import { disruptionBudget } from "./server";
import { metadata, type KubernetesObject } from "./object";

/**
 * Up at once, because a burning budget does not wait; down slowly, by a quarter of the pods a minute after five
 * quiet minutes, because memory that a peak filled is given back late.
 */
const BEHAVIOR: NonNullable<IHorizontalPodAutoscalerSpec["behavior"]> = {
  scaleUp: {
    stabilizationWindowSeconds: 0,
    selectPolicy: "Max",
    policies: [
      { type: "Percent", value: 100, periodSeconds: 30 },
      { type: "Pods", value: 4, periodSeconds: 30 },
    ],
  },
  scaleDown: {
    stabilizationWindowSeconds: 300,
    selectPolicy: "Max",
    policies: [
      { type: "Percent", value: 25, periodSeconds: 60 },
      { type: "Pods", value: 1, periodSeconds: 60 },
    ],
  },
};

/** The autoscaler of a Deployment and the budget that keeps its pods while nodes are drained. */
export function autoscalerObjects(planned: PlannedAutoscaler): readonly KubernetesObject[] {
  const { name, namespace } = planned;
  return [
    {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: metadata(name, namespace, name),
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
        minReplicas: planned.minReplicas,
        maxReplicas: planned.maxReplicas,
        metrics: [
          utilization("cpu", planned.cpuUtilization),
          utilization("memory", planned.memoryUtilization),
        ],
        behavior: BEHAVIOR,
      },
    },
    disruptionBudget(name, namespace),
  ];
}

function utilization(
  resource: "cpu" | "memory",
  averageUtilization: number,
): NonNullable<IHorizontalPodAutoscalerSpec["metrics"]>[number] {
  return {
    type: "Resource",
    resource: { name: resource, target: { type: "Utilization", averageUtilization } },
  };
}
