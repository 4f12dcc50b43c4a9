import { backendNotices, checkBackend, checkSound } from "../backends/check";
import { reserveNotices } from "../backends/kubernetes/reserves";
import { runbookNotices } from "../backends/runbook-site/check";
import { readContent } from "../config/content";
import { parseConfig } from "../config/environment";
import { configPath } from "../config/keys";
import { configNotices } from "../config/notices";
import { completeSecrets, withPlaceholders } from "../config/secrets";
import { readNeighbours, readStackEntries, stackFileName } from "../config/stack-file";
import { checkIncidents } from "../lab/workload/playable";
import { planFrom } from "../generators/monitoring-plan";
import { strayRunbooks } from "../generators/runbooks";
import { objectiveNotices } from "../generators/objective-notices";
import type { Environment } from "../plan/environment";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import { SELF } from "../plan/names";
import { services } from "../services";
import { formatProblems, sortProblems, type Problem } from "../slo/problem";
import { shapedServices } from "../slo/validation/shape/check";
import { ROOT } from "./root";
import { UserError } from "./user-error";

/** A stack without faults. */
export interface LoadedStack {
  readonly stack: string;
  readonly environment: Environment;
  readonly plan: MonitoringPlan;
  /** Configuration as the engine would pass it on, with placeholders for secrets that are not set. */
  readonly entries: Readonly<Record<string, string>>;
  /** What a deployment would miss, or would not do by itself. */
  readonly notices: readonly Problem[];
  /** What is different for services that are not with the stack's own Prometheus. */
  readonly differences: readonly Problem[];
}

/** A stack, or every problem of its configuration, services, runbooks and backend. */
export type StackResult =
  ({ readonly ok: true } & LoadedStack) | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads and checks a stack without an engine. */
export function loadStack(stack: string): StackResult {
  const read = readStackEntries(ROOT, stack);
  const config = read.ok ? parseConfig(stackFileName(stack), read.entries) : read;
  const content = readContent(ROOT);
  const generated = planFrom(config, services, content, readNeighbours(ROOT, stack));
  const problems = [
    ...(generated.ok ? checkBackend(generated.plan) : [...generated.problems, ...checkSound(generated)]),
    ...checkIncidents(generated.ok ? services : shapedServices(services).services),
  ];
  if (!read.ok || !config.ok || !generated.ok || problems.length > 0) {
    return { ok: false, problems: sortProblems(problems) };
  }
  const { plan } = generated;
  const place = (way: readonly [string, ...string[]]): string =>
    `${stackFileName(stack)}: ${configPath(way)}`;
  const complete = completeSecrets(stack, plan, config.secrets);
  return {
    ok: true,
    stack,
    environment: config.environment,
    plan,
    entries: withPlaceholders(read.entries, plan, config.secrets),
    notices: [
      ...(complete.ok ? [] : complete.problems),
      ...objectiveNotices(plan),
      ...runbookNotices(plan, place(["runbookSite", "ingress"])),
      ...reserveNotices(plan, place),
      ...configNotices(stackFileName(stack), config.environment, plan, config.secrets),
      ...strayRunbooks(content, [...services.map(({ id }) => id), SELF.service]),
    ],
    differences: backendNotices(plan),
  };
}

/** As `loadStack`. @throws UserError with every problem at once */
export function requireStack(stack: string): LoadedStack {
  const loaded = loadStack(stack);
  if (!loaded.ok) {
    throw new UserError(refusal(stack, loaded.problems));
  }
  return loaded;
}

/** What a person reads when a stack has problems. */
export function refusal(stack: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return `${count} in [${stack}]\n${formatProblems(problems)}`;
}
