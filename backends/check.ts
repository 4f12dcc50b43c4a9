import type { Backend } from "../plan/backend";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import { integrationOf } from "../receivers";
import type { Problem } from "../slo/problem";
import { jobsOn } from "./binding";
import { LARGEST_FILE } from "./kubernetes/rule-files";
import { BACKENDS, type Capability } from "./table";

/** Each with its name. */
const PARTS = Object.entries(BACKENDS) as readonly (readonly [Backend, (typeof BACKENDS)[Backend]])[];

/** What a plan asks for and its backends cannot do. */
export function checkBackend(plan: MonitoringPlan, limit = LARGEST_FILE): readonly Problem[] {
  return PARTS.flatMap(([backend, { check, title }]) => [
    ...check(plan, limit),
    ...nativeJobs(plan, backend),
    ...sentOn(plan, backend).flatMap(({ path, capability }) =>
      "unable" in capability
        ? [
            {
              code: "backend-unable" as const,
              path,
              message: `${title} sends nothing there: ${capability.unable}`,
              remedy: "Name another receiver, or leave the alerts of its services to another backend.",
            },
          ]
        : [],
    ),
  ]);
}

function nativeJobs(plan: MonitoringPlan, backend: Backend): readonly Problem[] {
  const { nativeHistograms } = BACKENDS[backend];
  return nativeHistograms === undefined
    ? []
    : jobsOn(plan, backend)
        .filter(({ histograms }) => histograms !== undefined)
        .map(({ job }) => ({
          code: "backend-unable",
          path: `${backend}.jobs.${job}`,
          message: `[${job}] has native histograms, and cannot be scraped for them: ${nativeHistograms.unable}`,
          remedy: "Leave [native] out of the contract, or leave the service to the stack's own Prometheus.",
        }));
}

/** As `checkBackend`, of what can be planned where the whole cannot: one problem hides no other. */
export function checkSound(generated: {
  readonly ok: boolean;
  readonly sound?: MonitoringPlan;
}): readonly Problem[] {
  return generated.sound === undefined ? [] : checkBackend(generated.sound);
}

/** What is different, though possible, for services that are not with the stack's own Prometheus. */
export function backendNotices(plan: MonitoringPlan): readonly Problem[] {
  return PARTS.flatMap(([backend, { notices }]) => [
    ...notices(plan),
    ...sentOn(plan, backend).flatMap(({ path, capability }) =>
      "note" in capability
        ? [
            {
              code: "backend-differs" as const,
              path,
              message: `it is sent there ${capability.note}`,
              remedy: "Verify it before somebody relies on it.",
            },
          ]
        : [],
    ),
  ]);
}

/** How a backend that evaluates alerts of a plan sends to each of its receivers. */
function sentOn(
  plan: MonitoringPlan,
  backend: Backend,
): readonly { readonly path: string; readonly capability: Capability }[] {
  return !plan.services.some((service) => service.backend.alerts === backend)
    ? []
    : plan.routing.receivers.flatMap(({ name, integrations }) =>
        integrations.map((settings) => ({
          path: `${backend}.receivers.${name}.${settings.kind}`,
          capability: BACKENDS[backend].sends(integrationOf(settings)),
        })),
      );
}
