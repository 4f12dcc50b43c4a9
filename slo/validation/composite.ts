import { isDeepStrictEqual } from "node:util";
import { burnPlan, type Period } from "../burn-rate";
import { suggestion } from "../nearest";
import { duplicates } from "../order";
import type { Problem } from "../problem";
import type { Service, Slo } from "../service";
import type { CompositeSli, Step } from "../sli";

/** What is wrong with a journey, whatever its steps are. */
export function checkComposite(
  path: string,
  { window }: Slo,
  { steps, of }: CompositeSli,
): readonly Problem[] {
  return [
    ...duplicates(steps.map(nameOf)).map((name) =>
      problem(path, `[${name}] is a step twice`, "Keep one; a step that counts more has a weight."),
    ),
    ...steps.flatMap((step) => [...checkStepWindow(path, step, window), ...checkWeight(path, step, of)]),
  ];
}

/** A journey reads records of its steps, which are named by their windows. */
function checkStepWindow(path: string, step: Step, window: Period): readonly Problem[] {
  const recorded = (period: Period): string => {
    const { base, windows } = burnPlan(period, "30s");
    return `${base} ${windows[0].long}`;
  };
  return recorded(step.window) === recorded(window)
    ? []
    : [
        problem(
          path,
          `[${nameOf(step)}] over ${step.window} is not recorded over the windows of a journey over ${window}`,
          "Give both a window of 7 days, or both a longer one.",
        ),
      ];
}

const WEIGHT = /^(?!0+(\.0+)?$)\d{1,6}(\.\d{1,6})?$/;

function checkWeight(path: string, step: Step, of: CompositeSli["of"]): readonly Problem[] {
  if (!WEIGHT.test(step.weight)) {
    return [problem(path, `[${step.weight}] is not a weight`, "Use a decimal above 0 such as 2 or 0.5.")];
  }
  return of === "weighted" || step.weight === "1"
    ? []
    : [
        problem(
          path,
          `[${nameOf(step)}] weighs [${step.weight}] where all steps must be good`,
          "Leave the weight out, or use weightedSteps.",
        ),
      ];
}

/** That the steps of journeys are objectives of the catalogue, as it has them now, wherever the journey is. */
export function checkSteps(services: readonly Service[]): readonly Problem[] {
  return services.flatMap((service) =>
    service.slos.flatMap(({ id, sli }) =>
      sli.kind === "composite"
        ? sli.steps.flatMap((step) =>
            checkStep(`services.${service.id}.slos.${id}.sli`, service, step, services),
          )
        : [],
    ),
  );
}

function checkStep(
  path: string,
  journey: Service,
  step: Step,
  services: readonly Service[],
): readonly Problem[] {
  const service = services.find(({ id }) => id === step.service);
  if (service === undefined) {
    const known = services.map(({ id }) => id);
    const message = `[${step.service}] of [${nameOf(step)}] is no service of the catalogue`;
    return [problem(path, message, suggestion(step.service, known))];
  }
  return [...checkCopy(path, step, service), ...checkPresence(path, journey, step, service)];
}

function checkCopy(path: string, step: Step, service: Service): readonly Problem[] {
  const slo = service.slos.find(({ id }) => id === step.slo);
  return slo !== undefined && isDeepStrictEqual(slo.sli, step.sli) && slo.window === step.window
    ? []
    : [
        problem(
          path,
          `[${nameOf(step)}] is not the objective that [${service.id}] has in the catalogue`,
          "Make the step of the very service that the catalogue lists, after all that changes it.",
        ),
      ];
}

function checkPresence(path: string, journey: Service, step: Step, service: Service): readonly Problem[] {
  const missing = journey.environments.filter((name) => !service.environments.includes(name));
  return missing.length === 0
    ? []
    : [
        problem(
          path,
          `[${service.id}] of [${nameOf(step)}] is not in [${missing.join(", ")}], where [${journey.id}] is`,
          "Leave the environment out of the journey, or bring the service there.",
        ),
      ];
}

function nameOf({ service, slo }: Step): string {
  return `${service}/${slo}`;
}

function problem(path: string, message: string, remedy: string): Problem {
  return { code: "journey-invalid", path: `${path}.steps`, message, remedy };
}
