import type { Problem } from "../slo/problem";
import type { Place } from "./places";

/** A problem, and where it is declared. */
export type PlacedProblem = Problem & { readonly place: Place | undefined };

/** Something that the user can mend; its message says how. */
export class UserError extends Error {
  override readonly name: string = "UserError";

  /** @param problems what the message says, for programs */
  constructor(
    message: string,
    readonly problems: readonly PlacedProblem[] = [],
  ) {
    super(message);
  }
}

/** A call that means nothing here: a value has not the form of its argument, or names nothing that there is. */
export class UsageError extends UserError {
  override readonly name = "UsageError";
}
