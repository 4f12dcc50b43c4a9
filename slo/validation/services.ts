import type { Problem } from "../problem";
import { sortProblems } from "../problem";
import type { Service } from "../service";
import { checkAlert } from "./alert";
import { checkSlug } from "./identifiers";
import { checkSlo } from "./slo";

/**
 * Every problem of a set of services, sorted by path; an empty list means that rules can be generated.
 * @param environments names that an environment may have
 */
export function validateServices(
  services: readonly Service[],
  environments: readonly string[],
): readonly Problem[] {
  return sortProblems([
    ...duplicates(services.map((service) => service.id)).map((id) => ({
      code: "slo-identity-duplicate" as const,
      path: `services.${id}`,
      message: `two services are called [${id}]`,
      remedy: "Rename one; the id is the label service.",
    })),
    ...services.flatMap((service) => validateService(service, environments)),
  ]);
}

function validateService(service: Service, environments: readonly string[]): readonly Problem[] {
  const path = `services.${service.id}`;
  return [
    ...checkSlug(`${path}.id`, service.id),
    ...checkSlug(`${path}.team`, service.team),
    ...service.environments
      .filter((environment) => !environments.includes(environment))
      .map((environment) => ({
        code: "environment-unknown" as const,
        path: `${path}.environments`,
        message: `[${environment}] is not an environment`,
        remedy: `Use one of [${environments.join(", ")}].`,
      })),
    ...duplicates(service.slos.map((slo) => slo.id)).map((id) => ({
      code: "slo-identity-duplicate" as const,
      path: `${path}.slos.${id}`,
      message: `two SLOs of [${service.id}] are called [${id}]`,
      remedy: "Rename one; recorded history hangs on the id.",
    })),
    ...service.slos.flatMap((slo) => checkSlo(service, slo, environments)),
    ...service.alerts.flatMap((alert) => checkAlert(service, alert)),
  ];
}

/** The values that occur more than once, once each. */
export function duplicates(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
