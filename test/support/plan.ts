import { readContent } from "../../config/content";
import { servicesIn } from "../../generators/objectives";
import { generatePlan } from "../../generators/monitoring-plan";
import type { Environment } from "../../plan/environment";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { onOwnPrometheus } from "../../plan/backend";
import { secretUses } from "../../plan/routing";
import type { Catalogue } from "../../slo/catalogue";
import type { Service } from "../../slo/service";
import { formatProblems } from "../../slo/problem";
import { catalogue as fixture } from "../fixture/catalogue";
import { oncePerRun } from "./once";
import { environmentOf } from "./stacks";

const plans = new Map<string, MonitoringPlan>();

/** The plan of a stack, of the tests' catalogue or of another one, as this run of jest has made it once. @throws Error with every problem of the stack */
export function planOf(stack: string, of: Catalogue = fixture): MonitoringPlan {
  const key = `plan of ${stack} in ${of.root}`;
  const plan = plans.get(key) ?? oncePerRun(key, () => freshPlanOf(stack, of));
  plans.set(key, plan);
  return plan;
}

/** @throws Error with every problem of the stack, its services and its runbooks. */
export function freshPlanOf(
  stack: string,
  of: Catalogue = fixture,
  changes: Partial<Environment> = {},
): MonitoringPlan {
  const environment = { ...environmentOf(stack, of), ...changes };
  const result = generatePlan(of.services, environment, readContent(of.root));
  if (!result.ok) {
    throw new Error(formatProblems(result.problems));
  }
  return result.plan;
}

/** As `planOf`, with the rules of every service, whoever evaluates them. */
export function wholePlanOf(stack: string, of: Catalogue = fixture): MonitoringPlan {
  const plan = planOf(stack, of);
  return { ...plan, services: onOwnPrometheus(plan.services) };
}

/** As `planOf`, with services bound to other backends than the stack's file says. */
export function boundPlan(
  stack: string,
  backends: Environment["backends"],
  of: Catalogue = fixture,
): MonitoringPlan {
  return freshPlanOf(stack, of, { backends, gmp: { address: "https://gmp.example" } });
}

/** As `planOf`, with other values than the stack's file has. */
export function changedPlan(stack: string, changes: Partial<Environment>): MonitoringPlan {
  return freshPlanOf(stack, fixture, changes);
}

/** The services of a stack as its plan has them, the monitoring itself among them. */
export function servicesOf(stack: string, of: Catalogue = fixture): readonly Service[] {
  return servicesIn(of.services, environmentOf(stack, of));
}

/** A text for a secret that stands nowhere else, of the form that its receiver needs. */
export function secretText({ routing }: MonitoringPlan, key: string): string {
  const text = `fake-text-of-${key}`;
  return secretUses(routing).get(key)?.is === "address" ? `https://${text}.example` : text;
}
