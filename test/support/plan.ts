import { readContent } from "../../config/content";
import { servicesIn } from "../../generators/objectives";
import { generatePlan } from "../../generators/monitoring-plan";
import type { Environment } from "../../plan/environment";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { onOwnPrometheus } from "../../plan/backend";
import { secretUses } from "../../plan/routing";
import { services } from "../../services";
import type { Service } from "../../slo/service";
import { formatProblems } from "../../slo/problem";
import { oncePerRun } from "./once";
import { environmentOf, ROOT } from "./stacks";

const plans = new Map<string, MonitoringPlan>();

/** The plan of a stack as this run of jest has made it once. @throws Error with every problem of the stack */
export function planOf(stack: string): MonitoringPlan {
  const plan = plans.get(stack) ?? oncePerRun(`plan of ${stack}`, () => freshPlanOf(stack));
  plans.set(stack, plan);
  return plan;
}

/** @throws Error with every problem of the stack, its services and its runbooks. */
export function freshPlanOf(stack: string): MonitoringPlan {
  const result = generatePlan(services, environmentOf(stack), readContent(ROOT));
  if (!result.ok) {
    throw new Error(formatProblems(result.problems));
  }
  return result.plan;
}

/** As `planOf`, with the rules of every service, whoever evaluates them. */
export function wholePlanOf(stack: string): MonitoringPlan {
  const plan = planOf(stack);
  return { ...plan, services: onOwnPrometheus(plan.services) };
}

/** As `planOf`, with services bound to other backends than the stack's file says. */
export function boundPlan(stack: string, backends: Environment["backends"]): MonitoringPlan {
  return changedPlan(stack, { backends, gmp: { address: "https://gmp.example" } });
}

/** As `planOf`, with other values than the stack's file has. */
export function changedPlan(stack: string, changes: Partial<Environment>): MonitoringPlan {
  const result = generatePlan(services, { ...environmentOf(stack), ...changes }, readContent(ROOT));
  if (!result.ok) {
    throw new Error(formatProblems(result.problems));
  }
  return result.plan;
}

/** The services of a stack as its plan has them, the monitoring itself among them. */
export function servicesOf(stack: string): readonly Service[] {
  return servicesIn(services, environmentOf(stack));
}

/** A text for a secret that stands nowhere else, of the form that its receiver needs. */
export function secretText({ routing }: MonitoringPlan, key: string): string {
  const text = `fake-text-of-${key}`;
  return secretUses(routing).get(key)?.is === "address" ? `https://${text}.example` : text;
}
