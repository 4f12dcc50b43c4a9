import path from "node:path";
import { readContent } from "../../config/content";
import { readStackFile } from "../../config/stack-file";
import { servicesIn } from "../../generators/objectives";
import { generatePlan } from "../../generators/monitoring-plan";
import { ensureToolchain, type Toolchain } from "../../lab/toolchain";
import type { Environment } from "../../plan/environment";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { onOwnPrometheus } from "../../plan/backend";
import { addressSecrets } from "../../plan/routing";
import { services } from "../../services";
import type { Service } from "../../slo/service";
import { formatProblems } from "../../slo/problem";

/** The folder of the stack files and the runbooks. */
export const ROOT = path.resolve(__dirname, "../..");

/** The stacks that every test of generated files looks at. */
export const STACKS = ["dev", "prod", "staging"] as const;

/** @throws Error with every problem of the stack file. */
export function environmentOf(stack: string): Environment {
  const result = readStackFile(ROOT, stack);
  if (!result.ok) {
    throw new Error(formatProblems(result.problems));
  }
  return result.environment;
}

/** As `environmentOf`, without what its file says of teams and services that are not among these. */
export function environmentFor(stack: string, declared: readonly Service[]): Environment {
  return onlyOf(environmentOf(stack), declared);
}

/** An environment without what it says of teams and services that are not among these. */
export function onlyOf(environment: Environment, declared: readonly Service[]): Environment {
  const { receivers } = environment;
  const { teamChat, pagerduty } = receivers;
  const own = <T>(of: Readonly<Record<string, T>>, names: readonly string[]): Readonly<Record<string, T>> =>
    Object.fromEntries(Object.entries(of).filter(([name]) => ["default", ...names].includes(name)));
  const teams = declared.map(({ team }) => team);
  return {
    ...environment,
    runbooks: own(
      environment.runbooks,
      declared.map(({ id }) => id),
    ),
    receivers: {
      ...receivers,
      teamChat: own(teamChat, teams),
      ...(pagerduty === undefined
        ? {}
        : { pagerduty: { ...pagerduty, routingKeySecrets: own(pagerduty.routingKeySecrets, teams) } }),
    },
  };
}

/** @throws Error with every problem of the stack, its services and its runbooks. */
export function planOf(stack: string): MonitoringPlan {
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
  return `${addressSecrets(routing).includes(key) ? "https://" : ""}fake-text-of-${key}`;
}

let found: Promise<Toolchain> | undefined;

/** The real programs, looked for once per test file. */
export function toolchain(): Promise<Toolchain> {
  found ??= ensureToolchain({ report: (line) => void process.stderr.write(`${line}\n`) });
  return found;
}
