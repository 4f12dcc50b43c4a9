import type { Labels } from "../../plan/monitoring-plan";
import { ratioOf } from "../../slo/duration";
import { recordNames, type SloContext } from "../../generators/slo-context";
import { BESIDE, samples, type Row } from "./given";

/** What is left of an error budget: until the sample before the last, and then. */
interface BudgetLeft {
  readonly before: number;
  readonly now: number;
  /** Of how much of its window it is known. */
  readonly coverage: number;
}

/** The records of it, so many samples after the first. */
export function budgetRecords(
  context: SloContext,
  { before, now, coverage }: BudgetLeft,
  steps: number,
): Row["records"] {
  const names = recordNames(context);
  return {
    [names.budgetRemaining]: samples([before, steps], [now, 1]),
    [names.coverage]: samples([coverage, steps + 1]),
  };
}

/** What is told in. */
const UNITS = { "1h": "h", "1d": "days" } as const;

/** What a burn of a ratio that has gone on for some time says of the budget, whatever is left of it. */
export function budgetTexts(
  { budget, burn }: SloContext,
  unit: keyof typeof UNITS,
  ratio: number,
): readonly (readonly [says: string, left: BudgetLeft, asked: Labels])[] {
  const all = (ratioOf(burn.period, unit) * budget.toNumber()) / ratio;
  const gone = (now: number): string => `gone in ${Math.round(now * all * 10) / 10} ${UNITS[unit]}`;
  const known: BudgetLeft = { before: 0.6, now: 0.47, coverage: BESIDE.above(0.25) };
  return [
    ["some of it is left", known, { budget_left: gone(0.47), budget_spent: "13%" }],
    ["more is left than was", { ...known, now: 0.7 }, { budget_left: gone(0.7), budget_spent: "0%" }],
    ["it is spent", { ...known, now: 0 }, { budget_left: "spent", budget_spent: "60%" }],
    ["too little is known of it", { ...known, coverage: BESIDE.below(0.25) }, {}],
  ];
}
