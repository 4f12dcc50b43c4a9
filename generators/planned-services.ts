import { bindingOf } from "../plan/backend";
import type { Environment } from "../plan/environment";
import type { PlannedAlert, PlannedService, PlannedSlo } from "../plan/monitoring-plan";
import { sortedBy } from "../slo/order";
import { objectiveIn, sloId, type Service } from "../slo/service";
import { dashboardAddress } from "./alert-planner";
import { incidentsFor } from "./incidents";

/** A service as the lab and documents see it. */
export function plannedService(
  service: Service,
  environment: Environment,
  alerts: readonly PlannedAlert[],
): PlannedService {
  return {
    id: service.id,
    title: service.title,
    description: service.description,
    team: service.team,
    tier: service.tier,
    dashboardUrl: dashboardAddress(environment, service.dashboard),
    backend: bindingOf(environment.backends[service.id], environment.backend),
    jobs: sortedBy(service.telemetry.jobs, (job) => job.name),
    metrics: sortedBy(service.telemetry.metrics, (metric) => metric.name),
    incidents: incidentsFor(service, alerts),
  };
}

/** The objectives of a service as they hold in an environment, sorted by id. */
export function plannedSlos(service: Service, environment: Environment): readonly PlannedSlo[] {
  return sortedBy(service.slos, (slo) => slo.id).map((slo) => ({
    id: sloId(service, slo),
    service: service.id,
    slo: slo.id,
    team: service.team,
    title: slo.title,
    breach: slo.breach,
    objective: objectiveIn(slo, environment.name),
    window: slo.window,
    ...(slo.by === undefined ? {} : { by: slo.by }),
    sli: slo.sli,
    response: slo.response,
    ...(slo.guard === undefined ? {} : { guard: slo.guard }),
  }));
}
