import { backendNotices, checkBackend, checkSound } from "../backends/check";
import { reserveNotices } from "../backends/kubernetes/reserves";
import { runbookNotices } from "../backends/runbook-site/check";
import { OVERRIDES_FILE, readOverrides } from "../config/budget-overrides";
import { readContent } from "../config/content";
import { parseConfig, type StackSecrets } from "../config/environment";
import { configPath, PREFIX } from "../config/keys";
import { configNotices } from "../config/notices";
import { checkPackages } from "../config/packages";
import { readPrices } from "../config/prices";
import { completeSecrets, withPlaceholders } from "../config/secrets";
import { readNeighbours, readStackEntries, stackFileName, stacksIn } from "../config/stack-file";
import { checkIncidents } from "../lab/workload/playable";
import { placeNotices } from "../generators/buckets";
import { databaseNotices } from "../generators/databases";
import { longTermNotices } from "../generators/long-term-notices";
import { planFrom } from "../generators/monitoring-plan";
import { strayRunbooks } from "../generators/runbooks";
import { maintenanceNotices } from "../generators/maintenance";
import { objectiveNotices } from "../generators/objective-notices";
import { ownQueryNotices } from "../generators/own-query-checks";
import type { Environment } from "../plan/environment";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import { SELF } from "../plan/names";
import { environmentsThat, type Catalogue } from "../slo/catalogue";
import { suggestion } from "../slo/nearest";
import { formatProblems, sortProblems, type Problem } from "../slo/problem";
import { shapedServices } from "../slo/validation/shape/check";
import { placeSays, placesOf, type PlaceOf } from "./places";
import { UsageError, UserError, type PlacedProblem } from "./user-error";
import { DOCS } from "../slo/command";

/** A stack without faults. */
export interface LoadedStack {
  readonly catalogue: Catalogue;
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
export function loadStack(catalogue: Catalogue, stack: string): StackResult {
  const { root, services, environments } = catalogue;
  const read = readStackEntries(root, stack);
  const config = read.ok ? parseConfig(stackFileName(stack), read.entries, environments) : read;
  const content = readContent(root);
  const neighbours = readNeighbours(catalogue, stack);
  const generated = planFrom(config, catalogue, content, neighbours);
  const problems = [
    ...(generated.ok
      ? [...checkBackend(generated.plan), ...checkPackages(stackFileName(stack), generated.plan)]
      : [...generated.problems, ...checkSound(generated)]),
    ...overridesProblems(catalogue),
    ...pricesProblems(root),
    ...checkIncidents(generated.ok ? services : shapedServices(services).services),
  ];
  if (!read.ok || !config.ok || !generated.ok || problems.length > 0) {
    return { ok: false, problems: sortProblems(problems) };
  }
  const { plan } = generated;
  const { environment, secrets } = config;
  return {
    ok: true,
    catalogue,
    stack,
    environment,
    plan,
    entries: withPlaceholders(read.entries, plan, secrets),
    notices: [
      ...noticesOf(catalogue, environment, plan, secrets),
      ...longTermNotices(config, neighbours),
      ...strayRunbooks(content, [...services.map(({ id }) => id), SELF.service]),
    ],
    differences: backendNotices(plan),
  };
}

function noticesOf(
  { services }: Catalogue,
  environment: Environment,
  plan: MonitoringPlan,
  secrets: StackSecrets,
): readonly Problem[] {
  const { stack } = environment;
  const place = (way: readonly [string, ...string[]]): string =>
    `${stackFileName(stack)}: ${configPath(way)}`;
  const complete = completeSecrets(stack, plan, secrets);
  const here = services.filter(({ id }) => plan.services.some((one) => one.id === id));
  return [
    ...(complete.ok ? [] : complete.problems),
    ...objectiveNotices(plan),
    ...placeNotices(here, environment),
    ...databaseNotices(here, environment),
    ...ownQueryNotices(here),
    ...runbookNotices(plan, place(["runbookSite", "ingress"])),
    ...maintenanceNotices(services, plan, place),
    ...reserveNotices(plan, place),
    ...configNotices(stackFileName(stack), environment, plan, secrets),
  ];
}

function pricesProblems(root: string): readonly Problem[] {
  const read = readPrices(root);
  return read.ok ? [] : read.problems;
}

/** A file at fault would show when somebody has to deploy. */
function overridesProblems({ root, services }: Catalogue): readonly Problem[] {
  const read = readOverrides(root);
  if (!read.ok) {
    return read.problems;
  }
  const stacks = stacksIn(root);
  const ids = services.map(({ id }) => id);
  const unknown = (
    index: number,
    key: string,
    value: string,
    among: readonly string[],
  ): readonly Problem[] =>
    among.includes(value)
      ? []
      : [
          {
            code: "configuration-invalid",
            path: `${OVERRIDES_FILE}: [${index}].${key}`,
            message: `there is no ${key} [${value}], so that it would never apply`,
            remedy: suggestion(value, among),
          },
        ];
  return read.overrides.flatMap(({ service, stack }, index) => [
    ...unknown(index, "service", service, ids),
    ...unknown(index, "stack", stack, stacks),
  ]);
}

/** As `loadStack`. @throws UsageError where there is no such stack; UserError with every problem at once */
export function requireStack(catalogue: Catalogue, stack: string): LoadedStack {
  requireStackFile(catalogue, stack);
  const loaded = loadStack(catalogue, stack);
  if (!loaded.ok) {
    throw refused(catalogue, stack, loaded.problems);
  }
  return loaded;
}

/** @throws UsageError where a stack that was named has no file */
export function requireStackFile({ root }: Catalogue, stack: string): void {
  const read = stacksIn(root).includes(stack) ? undefined : readStackEntries(root, stack);
  if (read?.ok === false) {
    throw new UsageError(formatProblems(read.problems));
  }
}

/** Why a stack is refused, with where each problem is declared. */
export function refused(catalogue: Catalogue, stack: string, problems: readonly Problem[]): UserError {
  const placed = placedBy(placesOf(catalogue, stack), problems);
  return new UserError(refusal(stack, placed), placed);
}

/** Problems, each with where it is declared. */
export function placedBy(placeOf: PlaceOf, problems: readonly Problem[]): readonly PlacedProblem[] {
  return problems.map((problem) => ({ ...problem, place: placeOf(problem.path) }));
}

/** What a person reads when a stack has problems. */
export function refusal(stack: string, problems: readonly PlacedProblem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return `${count} in [${stack}]\n${placedText(problems)}`;
}

/** Problems as text; a path that is the name of a file says its place already. */
export function placedText(problems: readonly PlacedProblem[]): string {
  return formatProblems(problems, ({ path, place }) => {
    const says = place === undefined ? undefined : placeSays(place);
    return says === undefined || path.startsWith(says) ? undefined : says;
  });
}

/** The stack that is meant where none is named: the first one that wakes people, or the first of all. */
export function mainStack(catalogue: Catalogue): string {
  const stacks = stacksByEnvironment(catalogue);
  const paging = environmentsThat(catalogue.environments, "mayPage", true);
  const [first = stacks[0]] = stacks.filter(({ environment }) => paging.includes(environment));
  if (first === undefined) {
    throw new UserError(
      `there is no Pulumi.<stack>.yaml in [${catalogue.root}]; write one: see ${DOCS}/configuration.md`,
    );
  }
  return first.stack;
}

/** The stacks of a repository, sorted, and the environment that each says to be; a broken file says none. */
export function stacksByEnvironment({
  root,
}: Catalogue): readonly { readonly stack: string; readonly environment: string }[] {
  return stacksIn(root).map((stack) => {
    const read = readStackEntries(root, stack);
    return { stack, environment: read.ok ? (read.entries[`${PREFIX}environment`] ?? "") : "" };
  });
}
