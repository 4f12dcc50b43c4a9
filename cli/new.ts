import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ENVIRONMENTS } from "../plan/environment";
import { SELF } from "../plan/names";
import { services } from "../services";
import { alertMetrics, type Alert } from "../slo/alert";
import type { Duration } from "../slo/duration";
import { httpService, type HttpService } from "../slo/http-service";
import { suggestion } from "../slo/nearest";
import type { Percent } from "../slo/objective";
import { formatProblems, type Problem } from "../slo/problem";
import type { Service } from "../slo/service";
import type { Job, Metric } from "../slo/telemetry";
import { validateServices } from "../slo/validation/services";
import { shapedServices } from "../slo/validation/shape/check";
import { alertChanges, type ExportedMetric } from "./scaffold/alert-files";
import type { Comparison } from "./scaffold/alert";
import { isFree, titleOf, variableOf } from "./scaffold/names";
import { alertPage, procedurePage } from "./scaffold/runbooks/alert-page";
import { subjectOf } from "./scaffold/runbooks/common";
import { runbookText, type Page } from "./scaffold/runbooks/page";
import { servicePage } from "./scaffold/runbooks/service-pages";
import { serviceChanges, type Change } from "./scaffold/service";
import { applyChanges, readIfThere } from "./scaffold/write";
import { ROOT } from "./root";
import { UserError } from "./user-error";

/** Options of `tocsin new service`. */
export interface ServiceOptions {
  readonly title?: string;
  readonly team?: string;
  readonly tier: HttpService["tier"];
  readonly objective: Percent;
  readonly latency: HttpService["latency"];
  readonly environments: readonly string[];
  readonly requestsPerSecond: number;
}

/** Options of `tocsin new alert`. */
export interface AlertOptions {
  readonly comparison: Comparison;
  readonly severity: Alert["severity"];
  readonly for: Duration;
}

/** `tocsin new service <id>`: a service that passes `tocsin check` at once. */
export async function newServiceCommand(id: string, options: ServiceOptions): Promise<void> {
  requireShaped();
  const taken = services.map((service) => service.id);
  if (taken.includes(id) || id === SELF.service) {
    throw new UserError(
      `[${id}] is a service already; name another one than [${[...taken, SELF.service].join(", ")}]`,
    );
  }
  if (!isFree(variableOf(id))) {
    throw new UserError(
      `[${id}] cannot be the name of a variable, which a service's id is; choose another one`,
    );
  }
  const { title = titleOf(id), team = id, objective, latency, environments, requestsPerSecond } = options;
  const own: HttpService = {
    id,
    title,
    description: `${title}, an HTTP service of team ${team}.`,
    team,
    tier: options.tier,
    environments,
    availability: objective,
    latency,
    requestsPerSecond,
    source: `team ${team}`,
  };
  requireValid([...services, httpService(own)]);
  await write(serviceChanges(own, (file) => readIfThere(ROOT, file) ?? ""));
  say([
    `Read the runbooks in runbooks/${id}/: they know the service only by its metrics and pods.`,
    "Then `npm run check`, and `npm run docs && npm run goldens` for the generated pages.",
  ]);
}

/** `tocsin new alert <service> <name>`: an alert with its runbook. */
export async function newAlertCommand(id: string, name: string, options: AlertOptions): Promise<void> {
  const service = serviceCalled(id);
  if (service.alerts.some((alert) => alert.name === name)) {
    throw new UserError(`[${id}] has an alert called [${name}] already; choose another name`);
  }
  const scaffold = alertChanges(
    service,
    { name, ...options },
    {
      read: (file) => readIfThere(ROOT, file),
      exported: exportedMetrics(id),
    },
  );
  if ("refusal" in scaffold) {
    throw new UserError(scaffold.refusal);
  }
  requireValid(services.map((one) => (one === service ? withAlert(service, scaffold.alert) : one)));
  await write(scaffold.changes);
  say([
    `Read runbooks/${id}/${scaffold.alert.runbook}.md, and say in it what only the team knows.`,
    "Then `npm run check`, and `npm run docs && npm run goldens` for the generated pages.",
  ]);
}

/** `tocsin new runbook <service> <slug>`: the page of alerts that name it, or a procedure. */
export async function newRunbookCommand(
  id: string,
  slug: string,
  { alert }: { readonly alert?: string },
): Promise<void> {
  const service = serviceCalled(id);
  const [job] = service.telemetry.jobs;
  if (job === undefined) {
    throw new UserError(
      `[${id}] declares no job that a runbook could look at; declare one in its telemetry contract`,
    );
  }
  if (alert !== undefined) {
    requireLeading(service, alert, slug);
  }
  const page = pageOf(service, job, slug);
  await write([{ file: `runbooks/${id}/${slug}.md`, kind: "create", text: runbookText(service, page) }]);
  say([
    page.alerts.length === 0
      ? "It is a procedure, because no alert names it: link to it from the page that people come from."
      : `It is the page of ${page.alerts.join(", ")}.`,
    "Read it, and say in it what only the team knows. Then `npm run check`.",
  ]);
}

/** The page that its alerts lead to, those of objectives among them, or a procedure. */
function pageOf(service: Service, job: Job, slug: string): Page {
  const subject = subjectOf(service, job);
  const alerts = service.alerts.filter(({ runbook }) => runbook === slug);
  const ofObjectives = service.slos.some(({ runbooks }) => Object.values(runbooks).includes(slug));
  const generated = servicePage(service, slug);
  if (generated !== undefined) {
    return generated;
  }
  if (ofObjectives) {
    throw new UserError(
      `[${slug}] is the page of alerts that objectives of [${service.id}] bring along; copy runbooks/_template.md to runbooks/${service.id}/${slug}.md and fill it in`,
    );
  }
  return alerts.length === 0 ? procedurePage(subject, slug) : alertPage(subject, slug, alerts);
}

/** @throws UserError unless a service declares that alert, and it leads to that page */
function requireLeading(service: Service, name: string, slug: string): void {
  const alert = service.alerts.find((one) => one.name === name);
  if (alert === undefined) {
    throw new UserError(
      `[${name}] is not an alert that [${service.id}] declares. ${suggestion(
        name,
        service.alerts.map((one) => one.name),
      )}`,
    );
  }
  if (alert.runbook !== slug) {
    throw new UserError(
      `[${name}] leads to [${alert.runbook}] and not to [${slug}]; write \`runbook: "${slug}"\` where services/${service.id}*.ts declares it, or name its own slug`,
    );
  }
}

/** @throws UserError which names those that there are */
function serviceCalled(id: string): Service {
  requireShaped();
  const service = services.find((one) => one.id === id);
  if (service === undefined) {
    throw new UserError(
      `there is no service [${id}]. ${suggestion(
        id,
        services.map((one) => one.id),
      )} \`tocsin new service\` makes another.`,
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
function exportedMetrics(id: string): readonly ExportedMetric[] {
  const load = createRequire(__filename);
  const folder = join(ROOT, "services", id);
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
function requireValid(after: readonly Service[]): void {
  const known = new Set(validateServices(services, ENVIRONMENTS).map((problem) => JSON.stringify(problem)));
  refuse(validateServices(after, ENVIRONMENTS).filter((problem) => !known.has(JSON.stringify(problem))));
}

/** What is built upon must be services. */
function requireShaped(): void {
  refuse(shapedServices(services).problems);
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) {
    throw new UserError(`nothing was written\n${formatProblems(problems)}`);
  }
}

async function write(changes: readonly Change[]): Promise<void> {
  await applyChanges(ROOT, changes);
  for (const { kind, file } of changes) {
    process.stdout.write(`${kind === "create" ? "+" : "~"} ${file}\n`);
  }
}

function say(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}
