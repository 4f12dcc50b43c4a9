import type { PlannedSlo } from "../plan/monitoring-plan";
import { BUDGET_BOUNDS } from "../slo/budget";
import type { BudgetState } from "../slo/budget-policy";
import { LEAST_KNOWN } from "../slo/coverage";
import { exactRatio } from "../slo/objective";

/** What the state of an error budget means for deployments, from the best to the worst. */
const GATE_STATES = ["normal", "caution", "freeze", "incident"] as const;

export type GateState = (typeof GATE_STATES)[number];

/** States in which nothing but fixes is deployed. */
const CLOSED: readonly GateState[] = ["freeze", "incident"];

/** What a server says of an SLO, or of one of the values that it judges apart. */
export interface Measured {
  readonly slo: PlannedSlo;
  /** The value that is judged apart; empty where all are judged together. */
  readonly apart: string;
  readonly remaining: number | undefined;
  /** Share of the window that is known. */
  readonly coverage: number | undefined;
}

/** What a gate says of an objective. `unknown` is one that too little is known of. */
interface Judged<M extends Measured = Measured> {
  readonly measured: M;
  readonly state: GateState | "unknown";
  /** What the service's own policy calls it, and asks for. */
  readonly policy?: Pick<BudgetState, "name" | "action"> | undefined;
}

/** What a gate says of a service: the state of its worst objective, and whether that lets a deployment pass. */
export interface Gate<M extends Measured = Measured> {
  readonly state: GateState | "unknown";
  readonly isOpen: boolean;
  readonly objectives: readonly Judged<M>[];
}

/** The state of a budget of which such a share is left. The bounds are those of the alerts on budgets. */
export function gateState(remaining: number): GateState {
  const below = (bound: keyof typeof BUDGET_BOUNDS): boolean =>
    remaining < exactRatio(BUDGET_BOUNDS[bound]).toNumber();
  return below("exhausting") ? "incident" : below("low") ? "freeze" : below("caution") ? "caution" : "normal";
}

/** Judges what a server says of the objectives of a service by the service's policy. */
export function judgeGate<M extends Measured>(
  measured: readonly M[],
  policy: readonly BudgetState[] | undefined,
): Gate<M> {
  const objectives = measured.map((one): Judged<M> => {
    const { remaining, coverage = 0 } = one;
    return remaining === undefined || coverage < Number(LEAST_KNOWN)
      ? { measured: one, state: "unknown" }
      : { measured: one, state: gateState(remaining), policy: policyFor(remaining, policy) };
  });
  const worst = [...GATE_STATES].reverse().find((state) => objectives.some((one) => one.state === state));
  // Nothing at all is what another server answers, or one that has lost what it knew.
  const isSilent = measured.every(({ remaining }) => remaining === undefined);
  return {
    state: worst ?? "unknown",
    isOpen: !isSilent && (worst === undefined || !CLOSED.includes(worst)),
    objectives,
  };
}

function policyFor(remaining: number, policy: readonly BudgetState[] = []): BudgetState | undefined {
  return policy.find(({ from }) => remaining >= exactRatio(from).toNumber()) ?? policy.at(-1);
}
