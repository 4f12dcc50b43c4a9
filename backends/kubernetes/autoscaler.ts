import type { IHorizontalPodAutoscalerSpec } from "kubernetes-models/autoscaling/v2";
import type { PlannedAutoscaler, PlannedScalingMetric } from "../../plan/autoscaler";
import type { ScalingBehavior } from "../../slo/autoscaling";
import { disruptionBudget } from "./server";
import { metadata, type KubernetesObject } from "./object";

/** Says on the object why it scales on memory. */
const MEMORY_ANNOTATION = "tocsin/scales-on-memory";

type Behavior = NonNullable<IHorizontalPodAutoscalerSpec["behavior"]>;
type Policy = NonNullable<NonNullable<Behavior["scaleUp"]>["policies"]>[number];
type Metric = NonNullable<IHorizontalPodAutoscalerSpec["metrics"]>[number];

const percent = (value: number, periodSeconds: number): Policy => ({ type: "Percent", value, periodSeconds });
const pods = (value: number, periodSeconds: number): Policy => ({ type: "Pods", value, periodSeconds });

function moving(after: number, ...policies: readonly Policy[]): NonNullable<Behavior["scaleUp"]> {
  return { stabilizationWindowSeconds: after, selectPolicy: "Max", policies: [...policies] };
}

/** Up at once where a burning budget does not wait; down slowly, because load comes back and memory is given back late. */
const BEHAVIORS: Readonly<Record<ScalingBehavior, Behavior>> = {
  usual: {
    scaleUp: moving(0, percent(100, 30), pods(4, 30)),
    scaleDown: moving(300, percent(25, 60), pods(1, 60)),
  },
  bursts: {
    scaleUp: moving(0, percent(300, 15), pods(10, 15)),
    scaleDown: moving(900, percent(10, 60), pods(1, 60)),
  },
  careful: {
    scaleUp: moving(60, percent(50, 60), pods(1, 60)),
    scaleDown: moving(600, pods(1, 300)),
  },
};

/** The autoscaler of a Deployment and the budget that keeps its pods while nodes are drained. */
export function autoscalerObjects(planned: PlannedAutoscaler): readonly KubernetesObject[] {
  const { name, namespace, cpuUtilization, memory, metrics, behavior, maxUnavailable } = planned;
  const why = memory === undefined ? {} : { annotations: { [MEMORY_ANNOTATION]: memory.why } };
  return [
    {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { ...metadata(name, namespace, name), ...why },
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
        minReplicas: planned.minReplicas,
        maxReplicas: planned.maxReplicas,
        metrics: [
          ...(cpuUtilization === undefined ? [] : [utilization("cpu", cpuUtilization)]),
          ...(memory === undefined ? [] : [utilization("memory", memory.utilization)]),
          ...metrics.map(ofPods),
        ],
        behavior: BEHAVIORS[behavior],
      },
    },
    disruptionBudget(name, namespace, maxUnavailable),
  ];
}

function utilization(resource: "cpu" | "memory", averageUtilization: number): Metric {
  return {
    type: "Resource",
    resource: { name: resource, target: { type: "Utilization", averageUtilization } },
  };
}

function ofPods({ of, name, labels, averageValue }: PlannedScalingMetric): Metric {
  const metric = Object.keys(labels).length === 0 ? { name } : { name, selector: { matchLabels: labels } };
  const target = { type: "AverageValue", averageValue };
  return of === "pods"
    ? { type: "Pods", pods: { metric, target } }
    : { type: "External", external: { metric, target } };
}
