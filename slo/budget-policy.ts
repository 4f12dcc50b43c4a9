import type { Percent } from "./objective";

/**
 * What a team does while so much of an error budget is left: from `from` up to, not including, `to`. 100 % belongs
 * to the highest state; a budget that is overspent, below 0 %, to the lowest.
 */
export interface BudgetState {
  readonly name: string;
  readonly from: Percent;
  readonly to: Percent;
  readonly action: string;
}
