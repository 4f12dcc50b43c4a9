import type { Paths } from "./programs";
import type { Run } from "./run";
import type { Suite } from "./suites";

/** What came of one way to a suite. */
export type Outcome =
  | { readonly kind: "found"; readonly paths: Paths }
  /** `quiet` is for what is normal on a first start, so that it is told only when every way has failed. */
  | { readonly kind: "passed"; readonly why: string; readonly quiet: boolean };

/**
 * One way to get at a suite. It may reject with {@link WayFailed} or an error of the system, which close this way;
 * with {@link ToolchainError}, which ends the search; with the signal's reason.
 */
export interface Way {
  /** Completes the sentence "prometheus from ...". */
  readonly name: string;
  readonly attempt: (suite: Suite, run: Run) => Promise<Outcome>;
}

export function found(paths: Paths): Outcome {
  return { kind: "found", paths };
}

export function passed(why: string): Outcome {
  return { kind: "passed", why, quiet: false };
}

export function passedQuietly(why: string): Outcome {
  return { kind: "passed", why, quiet: true };
}
