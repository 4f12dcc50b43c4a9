/** A HorizontalPodAutoscaler over a Deployment that the service's release creates. */
export interface PlannedAutoscaler {
  readonly service: string;
  /** Name of the Deployment, and of the autoscaler. */
  readonly name: string;
  readonly namespace: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Whole per cent of the requested CPU, as Kubernetes takes it. */
  readonly cpuUtilization: number;
  /** Whole per cent of the requested memory. */
  readonly memoryUtilization: number;
}
