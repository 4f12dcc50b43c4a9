import type Big from "big.js";
import { BUDGET_BOUNDS } from "../budget";
import type { BudgetState } from "../budget-policy";
import { decimal, exactRatio, ratioOfPercent } from "../objective";
import { duplicates } from "../order";
import type { Problem } from "../problem";
import type { Service } from "../service";

/**
 * That the states of an error budget policy hand over to each other from 100 % down to 0 %, so that every budget has
 * one state and only one, and that the low-budget alert warns where one begins.
 */
export function checkBudgetPolicy({
  id,
  budgetPolicy: states,
}: Pick<Service, "id" | "budgetPolicy">): readonly Problem[] {
  if (states === undefined) {
    return [];
  }
  const path = `services.${id}.budgetPolicy`;
  const unreadable = states.flatMap(({ name, from, to }) =>
    [from, to]
      .filter((bound) => ratioOfPercent(bound)?.lte(1) !== true)
      .map((bound) =>
        problem(
          `${path}.${name}`,
          `[${bound}] is not a share of an error budget`,
          "Write a percentage from 0% to 100%.",
        ),
      ),
  );
  if (unreadable.length > 0) {
    return unreadable;
  }
  const empty = states.flatMap((state) => checkRange(path, state));
  const twice = duplicates(states.map(({ name }) => name)).map((name) =>
    problem(`${path}.${name}`, `[${name}] is there twice`, "Rename one, or keep one of the two."),
  );
  return empty.length > 0 ? empty : [...twice, ...checkCover(path, states), ...checkSignal(path, states)];
}

function problem(path: string, message: string, remedy: string): Problem {
  return { code: "budget-policy-invalid", path, message, remedy };
}

function checkRange(path: string, { name, from, to }: BudgetState): readonly Problem[] {
  return exactRatio(from).lt(exactRatio(to))
    ? []
    : [
        problem(
          `${path}.${name}`,
          `[${from}..${to}] is an empty range`,
          "Let from be the lower bound and to the higher one.",
        ),
      ];
}

/** Walks from 100 % down; where a state does not begin at the bound that the one above ended at, something is amiss. */
function checkCover(path: string, states: readonly BudgetState[]): readonly Problem[] {
  const bounds = [
    ...states.map(({ from, to }) => ({ from: exactRatio(from), to: exactRatio(to) })),
    { from: exactRatio("0%"), to: exactRatio("0%") },
  ];
  return bounds.flatMap(({ to }, index) => {
    const reached = bounds[index - 1]?.from ?? exactRatio("100%");
    if (reached.eq(to)) {
      return [];
    }
    return reached.gt(to)
      ? [problem(path, `no state covers [${shown(to)}..${shown(reached)}] of the budget`, JOINED)]
      : [problem(path, `two states cover [${shown(reached)}..${shown(to)}] of the budget`, JOINED)];
  });
}

const JOINED = "List the states from 100% down to 0%, each ending where the next begins.";

function shown(ratio: Big): string {
  return `${decimal(ratio.times(100))}%`;
}

function checkSignal(path: string, states: readonly BudgetState[]): readonly Problem[] {
  return Object.values(BUDGET_BOUNDS)
    .filter((bound) => !states.some(({ to }) => exactRatio(to).eq(exactRatio(bound))))
    .map((bound) =>
      problem(
        path,
        `an alert warns below [${bound}] of the budget, where no state begins`,
        `Let a state reach up to ${bound}, so that the alert announces it.`,
      ),
    );
}
