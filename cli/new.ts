import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { checkOwnQueries } from "../generators/own-query-checks";
import { SELF } from "../plan/names";
import { runbookFile } from "../plan/runbook";
import type { HttpServer } from "../parts/servers";
import { alertMetrics, type Alert } from "../slo/alert";
import type { Catalogue } from "../slo/catalogue";
import { DOCS, IS_INSTALLED, TOCSIN } from "../slo/command";
import type { Duration } from "../slo/duration";
import { suggestion } from "../slo/nearest";
import type { Percent } from "../slo/objective";
import { formatProblems, type Problem } from "../slo/problem";
import type { Service } from "../slo/service";
import type { Metric } from "../slo/telemetry";
import { validateServices } from "../slo/validation/services";
import { shapedServices } from "../slo/validation/shape/check";
import { alertChanges, type ExportedMetric } from "./scaffold/alert-files";
import type { Comparison } from "./scaffold/alert";
import { titleOf, variableFault } from "./scaffold/names";
import { isLedTo, runbookChange } from "./scaffold/runbook";
import { declared, serviceChanges, type Change, type NewService } from "./scaffold/service";
import { applyChanges, readIfThere } from "./scaffold/write";
import { say } from "./notice";
import { mainStack, stacksByEnvironment } from "./stack";
import { UsageError, UserError } from "./user-error";

/** What is said of a service whatever it is made of. */
interface HeadOptions {
  readonly title?: string;
  readonly team?: string;
  readonly tier: Service["tier"];
  readonly environments: readonly string[];
}

/** Options of `tocsin new service`. */
export interface ServiceOptions extends HeadOptions {
  readonly objective: Percent;
  readonly latency: NonNullable<HttpServer["latency"]>;
  readonly part: "httpServer" | "otelHttpServer";
  readonly requestsPerSecond: number;
}

/** Options of `tocsin new alert`. */
export interface AlertOptions {
  readonly comparison: Comparison;
  readonly severity: Alert["severity"];
  readonly for: Duration;
}

/** `tocsin new service <id>`: a service that passes `tocsin check` at once. */
export async function newServiceCommand(
  catalogue: Catalogue,
  id: string,
  options: ServiceOptions,
): Promise<void> {
  requireFree(catalogue, id);
  const own = newService(id, options);
  await writeService(catalogue, own);
  say([
    `Its runbooks are made from the plan, and alerts of \`${TOCSIN} up\` link to them. As files, in out/runbooks/pages/:`,
    `\`${TOCSIN} render ${stackOf(catalogue, own.head.environments)} --out out\`. ${DOCS}/runbooks.md says how to add to one.`,
    THEN,
  ]);
}

/** Writes the files of a service. @throws UserError with every problem that it would have */
export async function writeService(catalogue: Catalogue, service: NewService): Promise<void> {
  const { root } = catalogue;
  refuse(problemsWith(catalogue, service));
  await write(
    root,
    serviceChanges(service, (file) => readIfThere(root, file)),
  );
}

/** What a new service would make wrong. */
export function problemsWith(catalogue: Catalogue, service: NewService): readonly Problem[] {
  const own = declared(service);
  return [...newProblems(catalogue, [...catalogue.services, own]), ...checkOwnQueries([own])];
}

/** What a service is called, and whose it is. */
export function headOf(
  id: string,
  { title = titleOf(id), team = id, tier, environments }: HeadOptions,
): NewService["head"] {
  return { id, title, team, tier, environments };
}

/** @throws UserError where no new service can be called so */
export function requireFree(catalogue: Catalogue, id: string): void {
  requireShaped(catalogue);
  const taken = catalogue.services.map((service) => service.id);
  if (taken.includes(id) || id === SELF.service) {
    throw new UserError(
      `[${id}] is a service already; name another one than [${[...taken, SELF.service].join(", ")}]`,
    );
  }
  const fault = variableFault(id);
  if (fault !== undefined) {
    throw new UserError(fault);
  }
}

function newService(id: string, options: ServiceOptions): NewService {
  const head = headOf(id, options);
  const { objective: availability, latency, requestsPerSecond, part } = options;
  return {
    head,
    origin: `as team ${head.team} declares it`,
    calls: [{ part, own: { availability, latency, requestsPerSecond } }],
  };
}

/** `tocsin new alert <service> <name>`: an alert, beside the others of its service. */
export async function newAlertCommand(
  catalogue: Catalogue,
  id: string,
  name: string,
  options: AlertOptions,
): Promise<void> {
  const { root, services } = catalogue;
  const service = serviceCalled(catalogue, id);
  if (service.alerts.some((alert) => alert.name === name)) {
    throw new UserError(`[${id}] has an alert called [${name}] already; choose another name`);
  }
  const scaffold = alertChanges(
    service,
    { name, ...options },
    {
      read: (file) => readIfThere(root, file),
      exported: exportedMetrics(root, id),
    },
  );
  if ("refusal" in scaffold) {
    throw new UsageError(scaffold.refusal);
  }
  refuse(
    newProblems(
      catalogue,
      services.map((one) => (one === service ? withAlert(service, scaffold.alert) : one)),
    ),
  );
  await write(root, scaffold.changes);
  say([
    `Its runbook is made from the plan. Say what only the team knows in ${runbookFile({ service: id, slug: scaffold.alert.runbook })}:`,
    `\`${TOCSIN} new runbook ${id} ${scaffold.alert.runbook}\` (${DOCS}/runbooks.md).`,
    THEN,
  ]);
}

/** `tocsin new runbook <service> <slug>`: a file that adds to the default page, or a procedure. */
export async function newRunbookCommand(catalogue: Catalogue, id: string, slug: string): Promise<void> {
  const service = serviceCalled(catalogue, id);
  await write(catalogue.root, [runbookChange(service, slug, environmentShown(catalogue, service))]);
  say([
    isLedTo(service, slug)
      ? `It adds to the default page of that slug, whose text of a section stands where \`{{ default }}\` does (${DOCS}/runbooks.md).`
      : "It is a procedure, because no alert names it: link to it from the page that people come from.",
    `Say in it what only the team knows. Then \`${TOCSIN} check\`.`,
  ]);
}

/** What to do with new files. */
export const THEN = IS_INSTALLED
  ? `Then \`${TOCSIN} check\`.`
  : "Then `npm run check`, and `npm run docs && npm run goldens` for the generated pages.";

/** A stack that has the new service. */
function stackOf(catalogue: Catalogue, environments: readonly string[]): string {
  const main = mainStack(catalogue);
  const all = stacksByEnvironment(catalogue);
  const [first] = all.filter(({ environment }) => environments.includes(environment));
  return all.some((one) => one.stack === main && environments.includes(one.environment))
    ? main
    : (first?.stack ?? "<stack>");
}

/** The environment of a service whose names a page shows: one that wakes people where there is one. */
function environmentShown({ environments }: Catalogue, service: Service): string {
  const [paging] = service.environments.filter((name) => environments[name]?.mayPage === true);
  return paging ?? service.environments[0] ?? "";
}

/** @throws UsageError which names those that there are */
function serviceCalled(catalogue: Catalogue, id: string): Service {
  requireShaped(catalogue);
  const { services } = catalogue;
  const service = services.find((one) => one.id === id);
  if (service === undefined) {
    throw new UsageError(
      `there is no service [${id}]. ${suggestion(
        id,
        services.map((one) => one.id),
      )} \`${TOCSIN} new service\` makes another.`,
    );
  }
  return service;
}

/** The service with an alert, and with what the alert reads in its contract. */
function withAlert(service: Service, alert: Alert): Service {
  const known = new Set(service.telemetry.metrics.map(({ name }) => name));
  const added = alertMetrics(alert).filter(({ name }) => !known.has(name));
  return {
    ...service,
    telemetry: { ...service.telemetry, metrics: [...service.telemetry.metrics, ...added] },
    alerts: [...service.alerts, alert],
  };
}

/** Metrics that the files of a service export, which its alerts can import. */
function exportedMetrics(root: string, id: string): readonly ExportedMetric[] {
  const load = createRequire(__filename);
  const folder = join(root, "services", id);
  const modules = (existsSync(folder) ? readdirSync(folder) : [])
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -".ts".length))
    .sort();
  const found: ExportedMetric[] = [];
  for (const module of modules) {
    for (const [variable, value] of Object.entries(load(join(folder, module)) as object)) {
      if (isMetric(value)) {
        found.push({ metric: value, variable, module: `./${module}` });
      }
    }
  }
  return found;
}

function isMetric(value: unknown): value is Metric {
  return typeof value === "object" && value !== null && "type" in value && "name" in value && "job" in value;
}

/** What a scaffold would make wrong; what is wrong already is for `tocsin check`. */
function newProblems({ services, environments }: Catalogue, after: readonly Service[]): readonly Problem[] {
  const problemsOf = (all: readonly Service[]): readonly Problem[] =>
    validateServices(all, Object.keys(environments).sort());
  const known = new Set(problemsOf(services).map((problem) => JSON.stringify(problem)));
  return problemsOf(after).filter((problem) => !known.has(JSON.stringify(problem)));
}

/** What is built upon must be services. */
function requireShaped({ services }: Catalogue): void {
  refuse(shapedServices(services).problems);
}

/** @throws UserError with every problem */
function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) {
    throw new UserError(`nothing was written\n${formatProblems(problems)}`);
  }
}

/** Writes files, all or none, and names them. */
async function write(root: string, changes: readonly Change[]): Promise<void> {
  await applyChanges(root, changes);
  for (const { kind, file } of changes) {
    process.stdout.write(`${kind === "create" ? "+" : "~"} ${file}\n`);
  }
}
