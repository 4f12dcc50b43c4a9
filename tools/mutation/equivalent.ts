/** Mutants that no test can notice, because they are the same rule in other words. */
export interface Equivalent {
  /** Names of the rules. */
  readonly rules: RegExp;
  readonly what: RegExp;
  /** What stands before the change in the expression, and what after, where it matters. */
  readonly before?: RegExp;
  readonly after?: RegExp;
  /** Only where no text shows the value. */
  readonly unseen?: true;
  /** Why nothing differs, whatever the series are. */
  readonly proof: string;
}

/** A condition on any label but the bound of a bucket that becomes none, and a value that is left out becoming another. */
export const WIDER = /^\[(?!le=)\w+(?:!?=|[=!]~)"(?:[^"\\]|\\.)*"\] at \d+ becomes \[\w+=~"\.\*"\]$/;
export const LEAVES_OUT_LESS = /^\["(?:[^"\\]|\\.)*"\] at \d+ becomes \["(?:[^"\\]|\\.)*x"\]$/;
