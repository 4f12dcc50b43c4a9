import { suggestion } from "../nearest";
import { distinctBy, duplicates } from "../order";
import type { Problem } from "../problem";
import { sortProblems } from "../problem";
import type { Service } from "../service";
import { probeAddress, saidOf, type Job } from "../telemetry";
import { checkAdvice } from "./advice";
import { checkAlert } from "./alert";
import { checkBudgetPolicy } from "./budget-policy";
import { checkSteps } from "./composite";
import { checkContract } from "./contract";
import { checkExposition } from "./exposition";
import { checkDashboardRows } from "./dashboard";
import { checkSlug } from "./identifiers";
import { checkResources } from "./resources";
import { checkObjective, checkSlo } from "./slo";

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
    ...checkSteps(services),
    ...services.flatMap((service) => validateService(service, environments)),
  ]);
}

/** Services may share a job, which is scraped once; what they say of it must be the same. */
function sharedJobs(services: readonly Service[]): readonly Problem[] {
  const owners = services.flatMap(({ id, telemetry }) =>
    telemetry.jobs.map((job) => ({ job, service: id, said: saidOf(job) })),
  );
  const different = distinctBy(owners, ({ said }) => said);
  return duplicates(different.map(({ job }) => job.name)).map((name) => ({
    code: "job-name-duplicate",
    path: `jobs.${name}`,
    message: `job [${name}] is declared differently by [${owners
      .filter(({ job }) => job.name === name)
      .map(({ service }) => service)
      .join(", ")}]: ${apart(different.map(({ job }) => job).filter((job) => job.name === name))}`,
    remedy:
      "Prometheus scrapes a job name once: say the same of a job that services share, or give each a name of its own.",
  }));
}

/** Where declarations of a job differ, with what each says. */
function apart(jobs: readonly Job[]): string {
  const keys = [...new Set(jobs.flatMap((job) => Object.keys(job)))].sort() as (keyof Job)[];
  return keys
    .map((key) => ({
      key,
      said: [...new Set(jobs.map((job) => (job[key] === undefined ? "none" : JSON.stringify(job[key]))))],
    }))
    .filter(({ said }) => said.length > 1)
    .map(({ key, said }) => `${key} [${said.join(", ")}]`)
    .join(", ");
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
        remedy: suggestion(environment, environments),
      })),
    ...duplicates(service.environments).map((environment) => ({
      code: "environment-unknown" as const,
      path: `${path}.environments`,
      message: `[${environment}] is listed twice`,
      remedy: "Keep one of the two.",
    })),
    ...duplicates(service.slos.map((slo) => slo.id)).map((id) => ({
      code: "slo-identity-duplicate" as const,
      path: `${path}.slos.${id}`,
      message: `two SLOs of [${service.id}] are called [${id}]`,
      remedy: "Rename one: the recorded history of an SLO belongs to its id.",
    })),
    ...service.slos.flatMap((slo) => checkSlo(service, slo, environments)),
    ...service.alerts.flatMap((alert) => checkAlert(service, alert)),
    ...checkContract(`${path}.telemetry`, service.telemetry),
    ...checkExposition(service),
    ...service.telemetry.jobs.flatMap((job) =>
      checkProbe(`${path}.telemetry.jobs.${job.name}`, job, environments),
    ),
    ...checkUnmeasured(path, service),
    ...checkDashboardRows(service),
    ...checkResources(service, environments),
    ...checkBudgetPolicy(service),
    ...checkAdvice(service),
  ];
}

/** What is asked must be a whole address, in every environment. */
function checkProbe(
  path: string,
  { probe }: Job,
  [environment = "prod"]: readonly string[],
): readonly Problem[] {
  if (probe === undefined) {
    return [];
  }
  const address = probeAddress(probe, environment);
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)
    ? []
    : [
        {
          code: "probe-address-invalid",
          path: `${path}.probe.address`,
          message: `[${probe.address}] is not an address that a probe can ask`,
          remedy: "Use one with http:// or https://, e.g. http://api.shop-<environment>.svc:8000/health.",
        },
      ];
}

/** An objective is measured or it is not. */
function checkUnmeasured(path: string, service: Service): readonly Problem[] {
  const ids = [...service.slos, ...(service.unmeasured ?? [])].map(({ id }) => id);
  return (service.unmeasured ?? []).flatMap(({ id, objective }) => [
    ...checkSlug(`${path}.unmeasured.${id}`, id),
    ...checkObjective(`${path}.unmeasured.${id}.objective`, objective),
    ...(ids.filter((candidate) => candidate === id).length === 1
      ? []
      : [
          {
            code: "slo-identity-duplicate" as const,
            path: `${path}.unmeasured.${id}`,
            message: `[${id}] is the id of another objective of [${service.id}], too`,
            remedy: "Rename one, or drop it here once it is measured.",
          },
        ]),
  ]);
}
