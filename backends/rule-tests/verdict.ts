/** What the model says of an alert at a moment: it fires, it is silent, or the moment is too close to a change. */
export type Verdict = "firing" | "silent" | "unsure";

/** A condition by step, and how far from a change (in steps) the model trusts itself. */
export interface Condition {
  readonly holds: readonly boolean[];
  readonly tolerance: number;
}

/** Whether a condition has held without a break for so many steps, at each step. */
export function heldFor(holds: readonly boolean[], steps: number): readonly boolean[] {
  let since = 0;
  return holds.map((now) => {
    since = now ? since + 1 : 0;
    return since > steps;
  });
}

/** The verdict of one condition at a step: certain only if nothing changes within its tolerance. */
export function verdictOf(condition: Condition, at: number): Verdict {
  const from = Math.max(0, at - condition.tolerance);
  const near = condition.holds.slice(from, at + condition.tolerance + 1);
  return near.every(Boolean) ? "firing" : near.some(Boolean) ? "unsure" : "silent";
}

/** An alert of several alternatives fires when one surely does, and is silent when all surely are. */
export function anyVerdict(verdicts: readonly Verdict[]): Verdict {
  return verdicts.includes("firing") ? "firing" : verdicts.includes("unsure") ? "unsure" : "silent";
}
