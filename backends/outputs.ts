import type { MonitoringPlan } from "../plan/monitoring-plan";
import { backendNotices } from "./check";
import { dashboardAddress } from "./grafana/content";

/** What a person wants to know after a deployment. */
export interface StackOutputs {
  readonly environment: string;
  readonly prometheus: string;
  readonly alertmanager: string;
  /** Addresses of dashboards by uid. */
  readonly dashboards: Readonly<Record<string, string>>;
  /** Base addresses under which the runbooks are served. */
  readonly runbooks: readonly string[];
  readonly backupBuckets: readonly string[];
  readonly alerts: number;
  readonly slos: readonly string[];
  /** What is different for services that are not with the stack's own Prometheus. */
  readonly backendNotices?: readonly string[];
}

/** The outputs of a stack, all of them known before it is deployed. */
export function stackOutputs(plan: MonitoringPlan): StackOutputs {
  const notices = backendNotices(plan);
  return {
    environment: plan.environment.name,
    prometheus: plan.platform.prometheus.address,
    alertmanager: plan.platform.alertmanager.address,
    dashboards: Object.fromEntries(plan.dashboards.map(({ uid }) => [uid, dashboardAddress(plan, uid)])),
    runbooks: plan.platform.runbookSite.addresses,
    backupBuckets: plan.buckets.map((bucket) => bucket.name),
    alerts: plan.alerts.length,
    slos: plan.slos.map((slo) => slo.id),
    ...(notices.length === 0
      ? {}
      : { backendNotices: notices.map(({ path, message, remedy }) => `${path}: ${message}. ${remedy}`) }),
  };
}
