import type { ScalingBehavior } from "../slo/autoscaling";

/** A metric that is kept at a mean value for each pod. */
export interface PlannedScalingMetric {
  readonly of: "external" | "pods";
  /** As the metrics server calls it. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** A quantity of Kubernetes: `100`, `1500m`. */
  readonly averageValue: string;
}

/** A HorizontalPodAutoscaler and a PodDisruptionBudget over a Deployment that the service's release creates. */
export interface PlannedAutoscaler {
  readonly service: string;
  /** Name of the Deployment, and of the autoscaler. */
  readonly name: string;
  readonly namespace: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Whole per cent of the requested CPU, as Kubernetes takes it. */
  readonly cpuUtilization?: number;
  /** Whole per cent of the requested memory, and why it is scaled on although it can hold replicas up. */
  readonly memory?: { readonly utilization: number; readonly why: string };
  readonly metrics: readonly PlannedScalingMetric[];
  readonly behavior: ScalingBehavior;
  readonly maxUnavailable: number;
}
