import type { Percent } from "../slo/objective";
import { sloRunbooks, type Slo } from "../slo/service";
import type { Job } from "../slo/telemetry";
import { autoscalerWatches, stateMetricsOf } from "./autoscaler";
import type { Part, ServiceHead } from "./define-service";
import { exporterOf, namesOf, type Named } from "./names";
import { exporterGone, seen, watch, type Watch } from "./watch";

/** A Deployment, as kube-state-metrics and cAdvisor see it in the namespaces `<id>-<environment>`. */
export interface KubernetesWorkload extends Named {
  readonly deployment: string;
  /** Of its pods. @default - the name of the Deployment */
  readonly container?: string;
  /** Share of the time in which all its replicas are available; no objective where it is left out. */
  readonly objective?: Percent;
  /** Of its periods that may be throttled. @default "25%" */
  readonly throttling?: Percent;
  /** Its HorizontalPodAutoscaler, where it has one. */
  readonly autoscaler?: string;
  /** What differs from the job `kube-state-metrics` in the namespace `monitoring`. */
  readonly stateMetrics?: Partial<Job>;
  /** What differs from the job `cadvisor` in the namespace `monitoring`. */
  readonly cadvisor?: Partial<Job>;
}

/** Source: kube-state-metrics 2.15, docs/metrics/workload; cAdvisor 0.52, "Monitoring cAdvisor with Prometheus". */
export function kubernetesWorkload(own: KubernetesWorkload): Part {
  return (service) => {
    const state = stateMetricsOf(service, own.stateMetrics);
    const cadvisor = exporterOf(service, "cadvisor", {
      name: "cadvisor",
      namespace: "monitoring",
      port: "http-metrics",
      ...own.cadvisor,
    });
    const slo = replicas(service, own, state);
    return {
      slos: own.objective === undefined ? [] : [slo],
      ...watch(own, [
        replicasMissing(own, slo),
        crashLooping(service, own, state),
        restarting(service, own, state),
        outOfMemory(service, own, cadvisor),
        throttled(service, own, cadvisor),
        ...(own.autoscaler === undefined ? [] : autoscalerWatches(service, own.autoscaler, state)),
        exporterGone("StateMetricsDown", state, "the workloads of the cluster"),
        exporterGone("CadvisorDown", cadvisor, "the containers of the cluster"),
      ]),
    };
  };
}

function replicas(
  service: ServiceHead,
  own: KubernetesWorkload,
  state: Job,
): Slo & { sli: { kind: "time" } } {
  const { gauge, own: mine } = seen(service, state, { deployment: own.deployment });
  const part = gauge("kube_deployment_status_replicas_available", "Replicas that are available.", 3);
  const whole = gauge("kube_deployment_spec_replicas", "Replicas that should be there.", 3);
  const { id, runbook } = namesOf(own);
  return {
    id: id("replicas"),
    title: `${service.title} replicas of ${own.deployment}`,
    population: "minutes",
    breach: "with fewer replicas than wanted",
    sli: {
      kind: "time",
      measure: { kind: "gauge-share", part, whole, where: mine(part), of: "highest" },
      bad: { below: "99%" },
      minimum: "5m",
    },
    objective: { default: own.objective ?? "99%" },
    window: "28d",
    response: "ticket",
    runbooks: sloRunbooks(runbook("ReplicasMissing")),
  };
}

function replicasMissing(
  { deployment, objective }: KubernetesWorkload,
  slo: ReturnType<typeof replicas>,
): Watch {
  return {
    alert: {
      name: "ReplicasMissing",
      severity: "warning",
      category: "saturation",
      ...(objective === undefined ? {} : { slo: slo.id }),
      measure: slo.sli.measure,
      when: { below: "99%" },
      for: "15m",
      summary: `Replicas of ${deployment} are missing`,
      description: "Only {{ $value | humanizePercentage }} of its replicas are available.",
    },
    advice: [
      `\`kubectl -n <namespace> rollout status deployment ${deployment}\` tells a rollout that is stuck from pods that find no node; \`describe\` says what they wait for.`,
    ],
  };
}

function crashLooping(
  service: ServiceHead,
  { deployment, container = deployment }: KubernetesWorkload,
  state: Job,
): Watch {
  const { gauge: gaugeSeen, own } = seen(service, state, { container, reason: "CrashLoopBackOff" });
  const gauge = gaugeSeen("kube_pod_container_status_waiting_reason", "Containers that wait, by reason.", 0);
  return {
    alert: {
      name: "CrashLooping",
      severity: "critical",
      category: "down",
      measure: { kind: "level", gauge, where: own(gauge), of: "sum" },
      when: { above: "0" },
      for: "5m",
      summary: `${container} crashes again and again`,
      description: "{{ $value | humanize }} of its containers wait to be started once more.",
    },
    advice: [
      `\`kubectl -n <namespace> logs deployment/${deployment} -c ${container} --previous\` has its last words. Right after a release: roll back first.`,
    ],
  };
}

function restarting(
  service: ServiceHead,
  { deployment, container = deployment }: KubernetesWorkload,
  state: Job,
): Watch {
  const { counter: counterSeen, own } = seen(service, state, { container });
  const counter = counterSeen("kube_pod_container_status_restarts_total", "Restarts of a container.", 0);
  return {
    alert: {
      name: "ContainerRestarting",
      severity: "warning",
      category: "errors",
      measure: { kind: "increase", counter, where: own(counter), window: "1h" },
      when: { above: "3" },
      for: "0s",
      summary: `${container} restarts often`,
      description: "{{ $value | humanize }} restarts within an hour.",
    },
    advice: [
      "`kubectl -n <namespace> describe pod` names the last state: an exit code, a probe that failed, or OOMKilled.",
    ],
  };
}

function outOfMemory(
  service: ServiceHead,
  { deployment, container = deployment }: KubernetesWorkload,
  cadvisor: Job,
): Watch {
  const { counter: counterSeen, own } = seen(service, cadvisor, { container });
  const counter = counterSeen(
    "container_oom_events_total",
    "Processes killed for their container's memory.",
    0,
  );
  return {
    alert: {
      name: "ContainerOutOfMemory",
      severity: "warning",
      category: "saturation",
      measure: { kind: "increase", counter, where: own(counter), window: "15m" },
      when: { above: "0" },
      for: "0s",
      summary: `${container} ran out of memory`,
      description:
        "{{ $value | humanize }} processes were killed within 15 minutes: the memory limit was reached.",
    },
    advice: [
      "A step after a release is a leak or a larger working set: compare the memory before and after, then roll back or raise the limit.",
    ],
  };
}

function throttled(
  service: ServiceHead,
  { deployment, container = deployment, throttling = "25%" }: KubernetesWorkload,
  cadvisor: Job,
): Watch {
  const { counter, own } = seen(service, cadvisor, { container });
  const some = counter("container_cpu_cfs_throttled_periods_total", "Periods in which it was throttled.", 1);
  const all = counter("container_cpu_cfs_periods_total", "Periods in which a container could run.", 30);
  return {
    alert: {
      name: "ContainerThrottled",
      severity: "info",
      category: "saturation",
      measure: {
        kind: "counter-share",
        part: { counter: some, where: own(some) },
        whole: [{ counter: all, where: own(all) }],
        of: "together",
        window: "5m",
      },
      when: { above: throttling },
      for: "15m",
      summary: `${container} is throttled`,
      description: `{{ $value | humanizePercentage }} of its periods are throttled; ${throttling} may be.`,
    },
    advice: [
      "Throttling shows as latency. Raise or remove the limit of its processors, or give it more replicas.",
    ],
  };
}
