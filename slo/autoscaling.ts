import type { Percent } from "./objective";
import type { PerEnvironment } from "./per-environment";
import type { Counter, Gauge, Job, LabelMatch } from "./telemetry";

/** How many pods a workload may have. */
export interface ReplicaRange {
  readonly min: number;
  readonly max: number;
}

/**
 * How fast an autoscaler moves: `usual` for servers of requests; `bursts` where load comes within seconds and comes again;
 * `careful` where a pod is slow to start, or each change costs, as the rebalancing of consumers does.
 */
export const SCALING_BEHAVIORS = ["usual", "bursts", "careful"] as const;
export type ScalingBehavior = (typeof SCALING_BEHAVIORS)[number];

/**
 * The mean utilisation of the requested memory that is aimed at. Memory that a peak filled is rarely given back, so that it
 * can hold the number of pods up for long: who scales on it says why all the same.
 */
export interface MemoryTarget {
  readonly target: Percent;
  readonly why: string;
}

/**
 * A metric of the contract that is kept at a mean value for each pod, by whatever serves `custom.metrics.k8s.io` or
 * `external.metrics.k8s.io` in the cluster, such as prometheus-adapter or KEDA.
 */
export interface ScalingMetric {
  /** `pods`: each pod reports its own part. `external`: a number of elsewhere, such as the length of a queue. */
  readonly of: "external" | "pods";
  readonly metric: Counter | Gauge;
  /** Of an external metric which of its series. */
  readonly where?: readonly LabelMatch[];
  /** What the metrics server calls it. @default the name of the metric */
  readonly name?: string;
  /** Exact decimal; of a counter per second. */
  readonly perPod: string;
}

/**
 * Horizontal autoscaling of a Deployment that the service's own release creates. The Deployment sets requests, or
 * utilisation means nothing, and leaves `replicas` out, or each release undoes what the autoscaler did.
 * At least one of `cpu` and `metrics` is there: memory alone never scales down.
 * Source: Kubernetes docs, "Horizontal Pod Autoscaling".
 */
export interface Autoscaling {
  /** The job whose name and namespace the Deployment has. */
  readonly job: Job;
  readonly replicas: PerEnvironment<ReplicaRange>;
  /** Mean utilisation of the requested CPU that is aimed at. */
  readonly cpu?: Percent;
  readonly memory?: MemoryTarget;
  readonly metrics?: readonly ScalingMetric[];
  /** @default "usual" */
  readonly behavior?: ScalingBehavior;
  /** How many of its pods may be away at once while nodes are drained. @default 1 */
  readonly maxUnavailable?: PerEnvironment<number>;
}
