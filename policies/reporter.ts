import type { EnforcementLevel, ReportViolation } from "@pulumi/policy";
import type { SharedConfig } from "./config-schema";
import { currentDay, excepted } from "./exceptions";

/** How a policy speaks: of a resource by `Resource [name]: `, which is how exceptions know it. */
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

/** A reporter that gives notes the form of violations, the policy's description first, and knows the exceptions. */
export function reporterOf(
  description: string,
  { unchecked, exceptions }: SharedConfig,
  report: ReportViolation,
): Reporter {
  const reportLeveled = report as unknown as (violation: LeveledViolation) => void;
  const unlessExcepted =
    (say: (message: string, urn?: string) => void) =>
    (message: string, urn?: string): void => {
      const said = excepted(message, exceptions, currentDay());
      if (said !== undefined) {
        say(said, urn);
      }
    };
  return {
    wrong: unlessExcepted(report),
    unchecked: unlessExcepted(
      unchecked === "mandatory"
        ? report
        : (message, urn) =>
            reportLeveled({ message: `${description}\n${message}`, urn, enforcementLevel: "advisory" }),
    ),
  };
}
