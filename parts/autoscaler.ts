import type { Autoscaling } from "../slo/autoscaling";
import type { Slo } from "../slo/service";
import type { Job } from "../slo/telemetry";
import type { Part, ServiceHead } from "./define-service";
import { exporterOf, type Named } from "./names";
import { exporterGone, seen, watch, type Watch } from "./watch";

/** A Deployment that scales itself, with its disruption budget, and what can be wrong with that. */
export interface Autoscaler extends Autoscaling, Named {
  /** The objective that suffers where no more replicas may come. */
  readonly burning?: Pick<Slo, "id" | "response">;
  /** What differs from the job `kube-state-metrics` in the namespace `monitoring`. */
  readonly stateMetrics?: Partial<Job>;
}

/** Source: kube-state-metrics 2.15, docs/metrics/workload/horizontalpodautoscaler-metrics.md. */
export function autoscaler({ burning, stateMetrics, named, ...scaling }: Autoscaler): Part {
  return (service) => {
    const state = stateMetricsOf(service, stateMetrics);
    const own = named === undefined ? {} : { named };
    return {
      autoscaling: [scaling],
      ...watch(own, [
        ...autoscalerWatches(service, scaling.job.name, state, burning),
        exporterGone("AutoscalerStateMetricsDown", state, "the autoscalers of the cluster"),
      ]),
    };
  };
}

/** The job of kube-state-metrics. */
export function stateMetricsOf(service: ServiceHead, own: Partial<Job> = {}): Job {
  const name = "kube-state-metrics";
  return exporterOf(service, name, { name, namespace: "monitoring", port: "http-metrics", ...own });
}

/** The replicas that an autoscaler has, those that it wants, and the most that it may have. */
export function replicasOf(service: ServiceHead, name: string, state: Job) {
  const { gauge, own } = seen(service, state, { horizontalpodautoscaler: name });
  const of = (field: string, help: string, normal: number) =>
    gauge(`kube_horizontalpodautoscaler_${field}`, help, normal);
  return {
    own,
    current: of("status_current_replicas", "Replicas that there are.", 3),
    desired: of("status_desired_replicas", "Replicas that its autoscaler wants.", 3),
    most: of("spec_max_replicas", "Replicas that there may be.", 10),
  };
}

/** What can be wrong with the autoscaler of a Deployment. */
export function autoscalerWatches(
  service: ServiceHead,
  name: string,
  state: Job,
  burning?: Autoscaler["burning"],
): readonly Watch[] {
  return [
    atLimit(service, name, state),
    ...(burning === undefined ? [] : [atLimitBurning(service, name, state, burning)]),
    flapping(service, name, state),
    blind(service, name, state),
  ];
}

function limitShare(service: ServiceHead, name: string, state: Job) {
  const { own, current, most } = replicasOf(service, name, state);
  return { kind: "gauge-share", part: current, whole: most, where: own(current), of: "highest" } as const;
}

function atLimit(service: ServiceHead, name: string, state: Job): Watch {
  return {
    alert: {
      name: "AutoscalerAtLimit",
      severity: "warning",
      category: "saturation",
      measure: limitShare(service, name, state),
      when: { above: "99%" },
      for: "30m",
      summary: `${name} has scaled out as far as it may`,
      description: "{{ $value | humanizePercentage }} of the replicas that it may have are there.",
    },
    advice: [
      "More load now meets no more replicas. See whether the load is real, then raise `maxReplicas` while the nodes have room.",
    ],
  };
}

/** Nothing relieves the objective by itself any more: an hour of it is enough, where pages wait for six. */
function atLimitBurning(
  service: ServiceHead,
  name: string,
  state: Job,
  { id, response }: NonNullable<Autoscaler["burning"]>,
): Watch {
  return {
    alert: {
      name: "AutoscalerAtLimitBurning",
      severity: response === "page" ? "critical" : "warning",
      category: "saturation",
      slo: id,
      measure: limitShare(service, name, state),
      when: { above: "99%" },
      whileBurning: id,
      for: "5m",
      summary: `${name} is at its limit, its budget burns`,
      description:
        "{{ $value | humanizePercentage }} of the replicas that it may have are there, and too many requests of the last hour failed.",
    },
    advice: [
      "Raise `maxReplicas` first, if nodes and whatever is behind the service have room: a database with no connection left is not helped by more pods. Otherwise shed load: limits by client, or what can wait.",
    ],
  };
}

function flapping(service: ServiceHead, name: string, state: Job): Watch {
  const { own, desired } = replicasOf(service, name, state);
  return {
    alert: {
      name: "AutoscalerFlapping",
      severity: "info",
      category: "saturation",
      measure: { kind: "turns", gauge: desired, where: own(desired), window: "1h" },
      when: { above: "3" },
      for: "0s",
      summary: `${name} scales out and in again and again`,
      description:
        "{{ $value | humanize }} times within an hour it wanted more replicas, and as often fewer.",
    },
    advice: [
      "Pods that start and stop all the time serve nobody well. Let it scale in later or more slowly (`behavior`), or aim at a utilisation that one replica more does not fall far below.",
    ],
  };
}

function blind(service: ServiceHead, name: string, state: Job): Watch {
  const { gauge: gaugeSeen, own } = seen(service, state, {
    horizontalpodautoscaler: name,
    condition: "ScalingActive",
    status: "true",
  });
  const gauge = gaugeSeen("kube_horizontalpodautoscaler_status_condition", "Conditions of an autoscaler.", 1);
  return {
    alert: {
      name: "AutoscalerBlind",
      severity: "warning",
      category: "telemetry",
      measure: { kind: "level", gauge, where: own(gauge), of: "min" },
      when: { below: "1" },
      for: "15m",
      summary: `${name} cannot tell how many replicas it needs`,
      description:
        "Its autoscaler gets none of the metrics that it scales by, and leaves the replicas as they are.",
    },
    advice: [
      `\`kubectl -n <namespace> describe hpa ${name}\` names the metric that is missing: of processors and memory metrics-server has to run and the containers have to request some; of others, whatever serves \`custom.metrics.k8s.io\` or \`external.metrics.k8s.io\`.`,
    ],
  };
}
