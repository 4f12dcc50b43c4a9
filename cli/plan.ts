import { dirname } from "node:path";
import { readContent } from "../config/content";
import { readStackFile } from "../config/stack-file";
import { generatePlan } from "../generators/monitoring-plan";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import { services } from "../services";
import { formatProblems, type Problem } from "../slo/problem";
import { UserError } from "./user-error";

/** The checkout that this program belongs to. */
export const ROOT = dirname(__dirname);

/** The plan of a stack. @throws UserError with every problem at once */
export function planOf(stack: string): MonitoringPlan {
  const read = readStackFile(ROOT, stack);
  if (!read.ok) {
    throw refusal(stack, read.problems);
  }
  const result = generatePlan(services, read.environment, readContent(ROOT));
  if (!result.ok) {
    throw refusal(stack, result.problems);
  }
  return result.plan;
}

function refusal(stack: string, problems: readonly Problem[]): UserError {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return new UserError(`${count} in [${stack}]\n${formatProblems(problems)}`);
}
