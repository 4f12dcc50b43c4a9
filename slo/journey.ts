import { suggestion } from "./nearest";
import type { Service } from "./service";
import type { CompositeSli, Step } from "./sli";

type Steps = CompositeSli["steps"];

/**
 * An objective of a service as a step of a journey.
 * @param weight how much it counts beside the others where these are weighted, a decimal such as `2`
 * @throws RangeError when the service has no such objective, or it is a journey itself
 */
export function step(service: Service, id: string, weight = "1"): Step {
  const slo = service.slos.find((candidate) => candidate.id === id);
  if (slo === undefined) {
    const known = service.slos.map((candidate) => candidate.id);
    throw new RangeError(`[${id}] is no objective of [${service.id}]. ${suggestion(id, known)}`);
  }
  if (slo.sli.kind === "composite") {
    throw new RangeError(`[${id}] of [${service.id}] is a journey itself: name its steps`);
  }
  const { title, window, sli } = slo;
  return { service: service.id, slo: id, title, window, sli, weight };
}

/** Journeys that are good if each of their steps is. Source: SRE Workbook chapter 2, "Modeling user journeys". */
export function allOfSteps(...steps: Steps): CompositeSli {
  return { kind: "composite", of: "all", steps };
}

/** Journeys whose steps count by weight. */
export function weightedSteps(...steps: Steps): CompositeSli {
  return { kind: "composite", of: "weighted", steps };
}

/** The share of journeys that are bad, by the shares of their steps, in the order of the steps. */
export function badJourneys({ steps, of }: CompositeSli, shares: readonly number[]): number {
  if (of === "all") {
    return 1 - shares.reduce((good, share) => good * (1 - share), 1);
  }
  const weights = steps.map(({ weight }) => Number(weight));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  return shares.reduce((sum, share, index) => sum + (share * (weights[index] ?? 0)) / whole, 0);
}
