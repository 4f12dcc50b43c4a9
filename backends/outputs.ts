import type { MonitoringPlan } from "../plan/monitoring-plan";

/** What a person wants to know after a deployment. */
export interface StackOutputs {
  readonly environment: string;
  readonly prometheus: string;
  readonly alertmanager: string;
  /** Addresses of dashboards by uid. */
  readonly dashboards: Readonly<Record<string, string>>;
  readonly backupBuckets: readonly string[];
  readonly alerts: number;
  readonly slos: readonly string[];
}

/** The outputs of a stack, all of them known before it is deployed. */
export function stackOutputs(plan: MonitoringPlan): StackOutputs {
  const grafana = plan.platform.grafana.address.replace(/\/?$/, "/");
  return {
    environment: plan.environment.name,
    prometheus: plan.platform.prometheus.address,
    alertmanager: plan.platform.alertmanager.address,
    dashboards: Object.fromEntries(
      plan.dashboards.map(({ uid }) => [uid, new URL(`d/${uid}`, grafana).href]),
    ),
    backupBuckets: plan.buckets.map((bucket) => bucket.name),
    alerts: plan.alerts.length,
    slos: plan.slos.map((slo) => slo.id),
  };
}
