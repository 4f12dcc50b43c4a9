import type { EnforcementLevel, ReportViolation } from "@pulumi/policy";
import type { UncheckedLevel } from "./config-schema";

/** How a policy speaks. */
export interface Reporter {
  /** Something is wrong. */
  readonly wrong: (message: string, urn?: string) => void;
  /** Something could not be judged. */
  readonly unchecked: (message: string, urn?: string) => void;
}

/**
 * A violation with a level of its own, which the library takes in place of a message though its declaration does
 * not say so. The note that it makes itself of an unknown value names neither the resource nor a way out, and ends
 * the policy. Source: @pulumi/policy 1.21, `makeReportViolationFun` in server.js.
 */
interface LeveledViolation {
  readonly message: string;
  readonly urn: string | undefined;
  readonly enforcementLevel: EnforcementLevel;
}

/** A reporter that gives notes the form of violations: the policy's description first. */
export function reporterOf(description: string, level: UncheckedLevel, report: ReportViolation): Reporter {
  const reportLeveled = report as unknown as (violation: LeveledViolation) => void;
  return {
    wrong: report,
    unchecked:
      level === "mandatory"
        ? report
        : (message, urn) =>
            reportLeveled({ message: `${description}\n${message}`, urn, enforcementLevel: "advisory" }),
  };
}
