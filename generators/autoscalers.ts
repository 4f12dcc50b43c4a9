import Big from "big.js";
import type { PlannedAutoscaler, PlannedScalingMetric } from "../plan/autoscaler";
import type { Autoscaling, ScalingMetric } from "../slo/autoscaling";
import { exactRatio, type Percent } from "../slo/objective";
import { sortedBy } from "../slo/order";
import { valueIn } from "../slo/per-environment";
import type { Service } from "../slo/service";
import { namespaceIn } from "../slo/telemetry";

/** The autoscalers of an environment, sorted by namespace and name. */
export function autoscalers(services: readonly Service[], environment: string): readonly PlannedAutoscaler[] {
  const all = services.flatMap((service) =>
    service.autoscaling.map((scaling) => planned(service.id, scaling, environment)),
  );
  return sortedBy(all, (autoscaler) => `${autoscaler.namespace}/${autoscaler.name}`);
}

function planned(service: string, scaling: Autoscaling, environment: string): PlannedAutoscaler {
  const { job, replicas, cpu, memory, metrics = [], behavior = "usual", maxUnavailable } = scaling;
  const { min, max } = valueIn(replicas, environment);
  return {
    service,
    name: job.name,
    namespace: namespaceIn(job, environment),
    minReplicas: min,
    maxReplicas: max,
    ...(cpu === undefined ? {} : { cpuUtilization: wholePercent(cpu) }),
    ...(memory === undefined
      ? {}
      : { memory: { utilization: wholePercent(memory.target), why: memory.why } }),
    metrics: metrics.map(plannedMetric),
    behavior,
    maxUnavailable: maxUnavailable === undefined ? 1 : valueIn(maxUnavailable, environment),
  };
}

function plannedMetric({
  of,
  metric,
  where = [],
  name = metric.name,
  perPod,
}: ScalingMetric): PlannedScalingMetric {
  const labels = Object.fromEntries(where.map(({ label, value }) => [label, value]));
  return { of, name, labels, averageValue: quantity(perPod) };
}

/** Parts of a whole as thousandths, which is how the API server writes them. */
function quantity(value: string): string {
  const exact = new Big(value);
  return exact.eq(exact.round()) ? exact.toFixed() : `${exact.times(1_000).toFixed()}m`;
}

/** Validation has refused anything but whole per cent. */
function wholePercent(percent: Percent): number {
  return exactRatio(percent).times(100).toNumber();
}
