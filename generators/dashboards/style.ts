import type { Step } from "../../plan/dashboard";
import { LEAST_KNOWN } from "../../slo/coverage";

/** Red below the objective. */
export function objectiveSteps(objective: number): readonly Step[] {
  return [
    { from: null, colour: "bad" },
    { from: objective, colour: "good" },
  ];
}

/** Red from a limit on. */
export function limitSteps(limit: number): readonly Step[] {
  return [
    { from: null, colour: "good" },
    { from: limit, colour: "bad" },
  ];
}

/** The error budget policy: deploy freely, slow down, freeze, stop feature work. */
export const BUDGET_STEPS: readonly Step[] = [
  { from: null, colour: "bad" },
  { from: 0.1, colour: "poor" },
  { from: 0.25, colour: "caution" },
  { from: 0.5, colour: "good" },
];

/** Below a quarter of the window budget alerts are silent; a whole one is known to be so. */
export const COVERAGE_STEPS: readonly Step[] = [
  { from: null, colour: "bad" },
  { from: Number(LEAST_KNOWN), colour: "caution" },
  { from: 0.95, colour: "good" },
];
