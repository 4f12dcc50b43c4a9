import { identityKey } from "../plan/identity";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import type { RunbookPage } from "../plan/runbook";
import { SELF } from "../plan/names";
import type { Problem } from "../slo/problem";
import { namespaceIn } from "../slo/telemetry";
import { duplicates } from "../slo/order";
import { checkBuckets } from "./buckets";
import { checkDashboards } from "./dashboards/check";
import { checkRunbooks, type AlertsElsewhere } from "./runbook-checks";

/**
 * What only the whole plan shows.
 * @param isOpen whether what leads to a page is not known, because it has problems of its own
 */
export function checkPlan(
  plan: MonitoringPlan,
  elsewhere: AlertsElsewhere,
  isOpen: (page: RunbookPage) => boolean,
): readonly Problem[] {
  return [
    ...checkAlerts(plan),
    ...checkNamespace(plan),
    ...checkJourneys(plan),
    ...checkRunbooks(plan, elsewhere, isOpen),
    ...checkBuckets(plan.buckets),
    ...checkDashboards(plan.dashboards),
  ];
}

/**
 * The namespace of the monitoring has its own policies. Exporters of the cluster may be in it, but no service's own,
 * which is named for the environment.
 */
function checkNamespace({ services, environment, platform }: MonitoringPlan): readonly Problem[] {
  const { namespace } = platform.kubernetes;
  const others = services.filter(
    ({ id, jobs }) =>
      id !== SELF.service &&
      jobs.some((job) => job.namespace !== namespace && namespaceIn(job, environment.name) === namespace),
  );
  return others.map(({ id }) => ({
    code: "namespace-shared",
    path: "configuration.kubernetes.namespace",
    message: `[${namespace}] is the namespace of [${id}]`,
    remedy: "Give the monitoring a namespace of its own, such as monitoring.",
  }));
}

/** A journey is recorded where its steps are. */
function checkJourneys({ services, slos }: MonitoringPlan): readonly Problem[] {
  const backendOf = (id: string): string | undefined =>
    services.find((service) => service.id === id)?.backend.metrics;
  return slos.flatMap(({ service, slo, sli }) =>
    (sli.kind === "composite" ? sli.steps : []).flatMap((step): readonly Problem[] => {
      const [ours, theirs] = [backendOf(service), backendOf(step.service)];
      // A service with faults is not in the plan, and its faults are said.
      return ours === undefined || theirs === undefined || ours === theirs
        ? []
        : [
            {
              code: "journey-invalid",
              path: `services.${service}.slos.${slo}.sli.steps`,
              message: `[${step.service}] is recorded by [${theirs}], and the journey by [${ours}]`,
              remedy: "Give both services the same backend in the stack file.",
            },
          ];
    }),
  );
}

/** Identities are unique, and a name has one meaning in a service. */
function checkAlerts(plan: MonitoringPlan): readonly Problem[] {
  const identities = duplicates(plan.alerts.map(identityKey)).map((key) => ({
    code: "alert-identity-duplicate" as const,
    path: `alerts.${key}`,
    message: `two alerts are called [${key}]`,
    remedy: "Rename one, or give it the SLO that it belongs to.",
  }));
  const meanings = new Map<string, Set<string>>();
  for (const { service, alertname, kind } of plan.alerts) {
    const path = `services.${service}.alerts.${alertname}`;
    meanings.set(path, (meanings.get(path) ?? new Set()).add(kind));
  }
  const ambiguous = [...meanings]
    .filter(([, kinds]) => kinds.size > 1)
    .map(([path, kinds]) => ({
      code: "alert-name-two-meanings" as const,
      path,
      message: `this name means ${[...kinds].sort().join(" and ")}`,
      remedy: "A name may serve several SLOs of a service, never two meanings: rename one.",
    }));
  return [...identities, ...ambiguous];
}
