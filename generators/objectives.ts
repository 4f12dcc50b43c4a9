import type { Environment } from "../plan/environment";
import { selfService } from "./self-service";
import { isInShard } from "./shards";
import { suggestion } from "../slo/nearest";
import type { Problem } from "../slo/problem";
import { sloId, type Service } from "../slo/service";

/**
 * The services that live in an environment, with the objectives that its stack file sets, and the monitoring itself.
 * An overridden objective takes the place of the one in the service's table, so that everything that reads it
 * afterwards agrees.
 */
export function servicesIn(all: readonly Service[], environment: Environment): readonly Service[] {
  const declared = declaredIn(all, environment);
  return [...declared, selfService(environment, declared)];
}

/** The services of teams that live in an environment, and in the shard of the stack. */
export function declaredIn(all: readonly Service[], environment: Environment): readonly Service[] {
  return all
    .filter((service) => service.environments.includes(environment.name) && isInShard(service, environment))
    .map((service) => ({
      ...service,
      slos: service.slos.map((slo) => {
        const objective = environment.objectives[sloId(service, slo)];
        return objective === undefined
          ? slo
          : { ...slo, objective: { ...slo.objective, [environment.name]: objective } };
      }),
    }));
}

/** Objectives of the stack file that belong to no SLO here. */
export function checkObjectives(services: readonly Service[], environment: Environment): readonly Problem[] {
  const known = services.flatMap((service) => service.slos.map((slo) => sloId(service, slo))).sort();
  return Object.keys(environment.objectives)
    .filter((id) => !known.includes(id))
    .map((id) => ({
      code: "slo-undeclared",
      path: `configuration.objectives.${id}`,
      message: `[${id}] is not the slo_id of an SLO in [${environment.name}]`,
      remedy: suggestion(id, known),
    }));
}
