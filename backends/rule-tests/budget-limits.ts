import { ALERTS } from "../../plan/names";

/** What must be left of the budget for each of its alerts to be silent. */
export const BUDGET_ALERTS = [
  [ALERTS.budgetCaution, 0.5],
  [ALERTS.budget, 0.25],
  [ALERTS.budgetExhausting, 0.1],
] as const;
