import type { Alert, RuleScan } from "./alerts";
import type { Reporter } from "./reporter";

/**
 * Goes through what was found in a resource. What cannot be read is reported by every policy about alerts, because
 * each may be the only one that is enabled.
 */
export function reportScan(
  resource: string,
  scan: RuleScan | undefined,
  reporter: Reporter,
  judge: (alert: Alert) => void,
): void {
  scan?.alerts.forEach(judge);
  scan?.unreadable.forEach(({ place, reason }) =>
    reporter.wrong(
      `Resource [${resource}]: ${place} does not hold readable rules: ${reason}. Mend it, or its alerts go unchecked.`,
    ),
  );
  scan?.unchecked.forEach(({ place, reason }) =>
    reporter.unchecked(
      `Resource [${resource}]: ${place} was not checked: ${reason}. Write it as a literal text.`,
    ),
  );
}
