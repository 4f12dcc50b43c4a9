import type { Percent } from "./objective";
import type { PerEnvironment } from "./per-environment";
import type { Job } from "./telemetry";

/** How many pods a workload may have. */
export interface ReplicaRange {
  readonly min: number;
  readonly max: number;
}

/**
 * Horizontal autoscaling of a Deployment that the service's own release creates. The Deployment sets requests, or
 * utilisation means nothing, and leaves `replicas` out, or each release undoes what the autoscaler did.
 * Source: Kubernetes docs, "Horizontal Pod Autoscaling".
 */
export interface Autoscaling {
  /** The job whose name and namespace the Deployment has. */
  readonly job: Job;
  readonly replicas: PerEnvironment<ReplicaRange>;
  /** Mean utilisation of the requested CPU that is aimed at. */
  readonly cpu: Percent;
  /** Mean utilisation of the requested memory; memory is rarely given back, so it guards more than it scales. */
  readonly memory: Percent;
}
