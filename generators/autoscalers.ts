import type { PlannedAutoscaler } from "../plan/autoscaler";
import { exactRatio, type Percent } from "../slo/objective";
import { sortedBy } from "../slo/order";
import { valueIn } from "../slo/per-environment";
import type { Service } from "../slo/service";
import { namespaceIn } from "../slo/telemetry";

/** The autoscalers of an environment, sorted by namespace and name. */
export function autoscalers(services: readonly Service[], environment: string): readonly PlannedAutoscaler[] {
  const all = services.flatMap((service) =>
    service.autoscaling.map(({ job, replicas, cpu, memory }) => {
      const { min, max } = valueIn(replicas, environment);
      return {
        service: service.id,
        name: job.name,
        namespace: namespaceIn(job, environment),
        minReplicas: min,
        maxReplicas: max,
        cpuUtilization: wholePercent(cpu),
        memoryUtilization: wholePercent(memory),
      };
    }),
  );
  return sortedBy(all, (autoscaler) => `${autoscaler.namespace}/${autoscaler.name}`);
}

/** Validation has refused anything but whole per cent. */
function wholePercent(percent: Percent): number {
  return exactRatio(percent).times(100).toNumber();
}
