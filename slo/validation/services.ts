import type { Problem } from "../problem";
import { sortProblems } from "../problem";
import type { Service } from "../service";
import { checkAlert } from "./alert";
import { checkCorrections } from "./corrections";
import { checkDashboardRows } from "./dashboard";
import { checkSlug } from "./identifiers";
import { checkOperations } from "./operations";
import { checkResources } from "./resources";
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
    ...sharedJobs(services),
    ...services.flatMap((service) => validateService(service, environments)),
  ]);
}

/** The label job of a target leads to one service, and Prometheus refuses a configuration with a job_name twice. */
function sharedJobs(services: readonly Service[]): readonly Problem[] {
  const owners = services.flatMap(({ id, telemetry }) =>
    telemetry.jobs.map((job) => ({ job: job.name, service: id })),
  );
  return duplicates(owners.map(({ job }) => job)).map((name) => ({
    code: "job-name-duplicate",
    path: `jobs.${name}`,
    message: `job [${name}] is declared by [${owners
      .filter(({ job }) => job === name)
      .map(({ service }) => service)
      .join(", ")}]`,
    remedy:
      "Give each a name of its own, e.g. with the service in front; Prometheus scrapes a job name once.",
  }));
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
    ...checkDashboardRows(service),
    ...checkResources(service),
    ...checkOperations(service),
    ...checkCorrections(service),
  ];
}

/** The values that occur more than once, once each. */
export function duplicates(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
