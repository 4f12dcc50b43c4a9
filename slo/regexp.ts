import { RE2JS, RE2JSException } from "re2js";

/**
 * Regular expressions as Prometheus and Alertmanager read them: RE2, which has no lookahead and no backreference, and
 * never takes more than linear time. JavaScript's own engine refuses some that are good, and takes some that stop a server.
 */
const compiled = new Map<string, RE2JS>();

/** Whether a whole value matches, `.` taking line ends as well, as in a matcher of Prometheus. @throws Error where the pattern is none */
export function matchesWhole(pattern: string, value: string): boolean {
  const known = compiled.get(pattern);
  if (known !== undefined) {
    return known.matches(value);
  }
  const fresh = RE2JS.compile(pattern, RE2JS.DOTALL);
  compiled.set(pattern, fresh);
  return fresh.matches(value);
}

/** Why a server would not read a pattern; undefined where it would. */
export function regexpFault(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    if (error instanceof RE2JSException) {
      return error.message.replace(/^error parsing regexp: /, "");
    }
    throw error;
  }
}
