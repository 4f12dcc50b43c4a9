/** The job was called wrongly: exit code 2. */
export class UsageError extends Error {}

/** Nobody lends the rights that a job needs. */
export class IdentityError extends Error {}

/** The text of whatever was thrown, without its stack. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // What fetch says is "fetch failed"; why stands in its cause.
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
