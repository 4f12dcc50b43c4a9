import type { MonitoringPlan } from "../plan/monitoring-plan";
import type { Problem } from "../slo/problem";
import { checkRuleFiles } from "./kubernetes/rule-files";

/** What a plan asks for and its backend cannot do. */
export function checkBackend(plan: MonitoringPlan): readonly Problem[] {
  return checkRuleFiles(plan);
}
