import type { Percent } from "./objective";

/** A state of an error budget, by what is left of it. Source: OMNIHUB-POL-1..4. */
export interface BudgetState {
  readonly name: "normal" | "caution" | "freeze" | "incident";
  /** Below this share of the budget the state begins; the first one has no bound. */
  readonly below?: Percent;
  /** What it means for those who deploy, as a sentence. */
  readonly means: string;
}

/** The states from the best to the worst; alerts, dashboards and documents read the bounds from here. */
export const BUDGET_STATES = [
  { name: "normal", means: "Deploy freely." },
  { name: "caution", below: "50%", means: "Deploy with care and put reliability work first." },
  { name: "freeze", below: "25%", means: "Deploy emergency fixes only." },
  { name: "incident", below: "10%", means: "Treat it as an incident and stop feature work." },
] as const satisfies readonly BudgetState[];
