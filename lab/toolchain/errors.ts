/** The toolchain cannot be had: says what was tried, what each way answered and what the user can do. */
export class ToolchainError extends Error {
  override readonly name = "ToolchainError";
}

/** One way to a suite is closed, for a reason that a user can read; the next way may still be open. */
export class WayFailed extends Error {
  override readonly name = "WayFailed";
}

/** The release server could not be reached at all, so that asking it again at once is a waste of time. */
export class Unreachable extends WayFailed {}

/**
 * Puts an error of the system or of the network into one line.
 * @returns `undefined` for anything else: an error that is nobody's answer is a bug and must not be swallowed.
 */
export function reasonOf(error: unknown): string | undefined {
  if (error instanceof WayFailed) return error.message;
  if (!isObject(error)) return undefined;
  // `fetch failed` and `terminated` tell nothing; what happened is in their cause.
  if (isObject(error["cause"])) return reasonOf(error["cause"]) ?? textOf(error["cause"]);
  return typeof error["code"] === "string" ? textOf(error) : undefined;
}

/** The `code` of a system error (`ENOENT`), or `undefined`. */
export function codeOf(error: unknown): string | undefined {
  return isObject(error) && typeof error["code"] === "string" ? error["code"] : undefined;
}

function textOf(error: Record<string, unknown>): string {
  const message = typeof error["message"] === "string" ? error["message"] : "";
  // An AggregateError of several refused addresses has a code and an empty message.
  return message === "" ? String(error["code"]) : message;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
