import { suggestion } from "../nearest";
import type { Problem } from "../problem";
import type { Service } from "../service";

/** That an SLO is one of the service. */
export function checkSloReference(path: string, service: Service, slo: string): readonly Problem[] {
  return service.slos.some((candidate) => candidate.id === slo)
    ? []
    : [
        {
          code: "slo-undeclared",
          path,
          message: `[${slo}] is not an SLO of [${service.id}]`,
          remedy: suggestion(
            slo,
            service.slos.map((candidate) => candidate.id),
          ),
        },
      ];
}

/** That a job is in the contract of the service. */
export function checkJob(path: string, service: Service, job: string): readonly Problem[] {
  return service.telemetry.jobs.some((candidate) => candidate.name === job)
    ? []
    : [
        {
          code: "metric-undeclared",
          path,
          message: `job [${job}] is not in the telemetry contract`,
          remedy: `Declare it, or name another. ${suggestion(
            job,
            service.telemetry.jobs.map((candidate) => candidate.name),
          )}`,
        },
      ];
}
