import type { Home } from "../../plan/backend";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import type { Problem } from "../../slo/problem";
import type { RunningServer } from "../running-server";

/** A plan and the server that it is compared with. */
export interface Compared {
  readonly plan: MonitoringPlan;
  readonly server: RunningServer;
  readonly home: Home;
  /** Where a key of the configuration stands. */
  readonly place: (way: readonly [string, ...string[]]) => string;
}

export type Said = Omit<Problem, "code">;

/** One thing that is compared: what makes alerts or budgets wrong, and what may be meant. */
export type Check = (compared: Compared) => {
  readonly wrong?: readonly Said[];
  readonly seen?: readonly Said[];
};
