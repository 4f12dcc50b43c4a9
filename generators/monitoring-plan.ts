import type { Content } from "../plan/content";
import { ENVIRONMENTS, type Environment } from "../plan/environment";
import { identityKey, noSlo } from "../plan/identity";
import type {
  AlertingRule,
  MonitoringPlan,
  PlannedAlert,
  PlannedService,
  PlannedSlo,
  RuleGroup,
  RunbookPage,
} from "../plan/monitoring-plan";
import { ALERTS, SELF } from "../plan/names";
import { sortedBy } from "../slo/order";
import { sortProblems, type Problem } from "../slo/problem";
import { objectiveIn, sloId, type Service } from "../slo/service";
import { checkRetention } from "../slo/validation/slo";
import { duplicates, validateServices } from "../slo/validation/services";
import type { AlertDraft } from "./alert-draft";
import { alertPlanner, dashboardAddress } from "./alert-planner";
import { declaredAlert } from "./declared-alerts";
import { liveRecords, longRecords } from "./recording-rules";
import { routing } from "./routing";
import { readRunbook } from "./runbooks";
import { scrapePlan } from "./scrape";
import { bucketMissingAlert, budgetAlert, burnAlert, dataMissingAlert, ticketAlert } from "./slo-alerts";
import { sloContext, type SloContext } from "./slo-context";

/** A plan, or every reason why there is none. */
export type PlanResult =
  | { readonly ok: true; readonly plan: MonitoringPlan }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The whole monitoring of one environment from data alone: same input, same bytes. */
export function generatePlan(
  all: readonly Service[],
  environment: Environment,
  content: Content,
): PlanResult {
  const services = sortedBy(
    all.filter((service) => service.environments.includes(environment.name)),
    (service) => service.id,
  );
  const runbooks = content.runbooks.map(readRunbook);
  const faults = runbooks.flatMap((runbook) => runbook.problems);
  const invalid = [
    ...validateServices(all, ENVIRONMENTS),
    ...checkRetention("configuration.prometheus.retention", environment.prometheus.retention, services),
  ];
  if (invalid.length > 0) {
    return { ok: false, problems: sortProblems([...invalid, ...faults]) };
  }
  const pages = runbooks.map((runbook) => runbook.page);
  const plan = assemble(services, environment, pages);
  const problems = [...faults, ...checkAlerts(plan)];
  return problems.length > 0 ? { ok: false, problems: sortProblems(problems) } : { ok: true, plan };
}

function assemble(
  services: readonly Service[],
  environment: Environment,
  pages: readonly RunbookPage[],
): MonitoringPlan {
  const built = [...services.map((service) => serviceRules(service, environment)), selfRules(environment)];
  const alerts = sortedBy(
    built.flatMap((part) => part.alerts),
    identityKey,
  );
  return {
    version: 1,
    environment: {
      name: environment.name,
      cluster: environment.cluster,
      paging: environment.paging,
      prometheusAddress: environment.prometheus.address,
      alertmanagerAddress: environment.alertmanager.address,
    },
    services: services.map((service) => plannedService(service, environment)),
    slos: services.flatMap((service) => plannedSlos(service, environment)),
    alerts,
    ruleGroups: built.flatMap((part) => part.groups),
    scrape: scrapePlan(environment, services),
    routing: routing(environment, alerts),
    runbooks: sortedBy(pages, (page) => `${page.service}/${page.slug}`),
  };
}

interface BuiltRules {
  readonly groups: readonly RuleGroup[];
  readonly alerts: readonly PlannedAlert[];
}

/**
 * Per SLO a group at the scrape interval whose last rule is the page, so that it sees fresh values (in a group of its
 * own it came 11 to 15 s later), a group of long windows, and a group of tickets; per service one of declared alerts.
 */
function serviceRules(service: Service, environment: Environment): BuiltRules {
  const interval = environment.prometheus.scrapeInterval;
  const contexts = sortedBy(service.slos, (slo) => slo.id).map((slo) =>
    sloContext(service, slo, environment.name, interval),
  );
  const planner = alertPlanner(service, environment);
  const declared = sortedBy(service.alerts, (alert) => identityKey(identityOf(service, alert))).map((alert) =>
    declaredAlert(service, alert, environment.name, interval),
  );
  const groups = contexts.flatMap((context) => sloGroups(context, planner.rule));
  const drafts = [
    ...contexts.flatMap((context) => [burnAlert(context), ...slowAlerts(context)]),
    ...declared,
  ];
  return {
    groups: [
      ...groups,
      ...(declared.length === 0
        ? []
        : [{ name: `alerts:${service.id}`, file: service.id, interval, rules: declared.map(planner.rule) }]),
    ],
    alerts: drafts.map(planner.planned),
  };
}

function identityOf(
  service: Service,
  alert: { name: string; slo?: string },
): Parameters<typeof identityKey>[0] {
  return { alertname: alert.name, service: service.id, slo: alert.slo ?? noSlo(alert.name) };
}

function sloGroups(context: SloContext, rule: (draft: AlertDraft) => AlertingRule): readonly RuleGroup[] {
  const group = (level: string): Pick<RuleGroup, "name" | "file"> => ({
    name: `slo:${context.id}:${level}`,
    file: context.service.id,
  });
  return [
    {
      ...group("L0"),
      interval: context.interval,
      rules: [...liveRecords(context), rule(burnAlert(context))],
    },
    { ...group("L1"), interval: context.burn.sampling, rules: longRecords(context) },
    { ...group("alerts"), interval: context.interval, rules: slowAlerts(context).map(rule) },
  ];
}

function slowAlerts(context: SloContext): readonly AlertDraft[] {
  const bucket = bucketMissingAlert(context);
  return [
    ticketAlert(context),
    budgetAlert(context),
    dataMissingAlert(context),
    ...(bucket === undefined ? [] : [bucket]),
  ];
}

/** The dead man's switch: always firing, so that its silence is the alarm. */
function selfRules(environment: Environment): BuiltRules {
  const owner = { id: SELF.service, team: SELF.team, dashboard: "monitoring" };
  const planner = alertPlanner(owner, environment);
  const draft: AlertDraft = {
    kind: "heartbeat",
    name: ALERTS.heartbeat,
    severity: "none",
    category: "meta",
    expr: "vector(1)",
    for: "0s",
    runbook: "watchdog",
    source: "X-4",
    summary: "The monitoring is alive",
    description: "Always fires. An outside heartbeat service pages when it stops arriving.",
  };
  const rule = planner.rule(draft);
  const labelled = { ...rule, labels: { ...rule.labels, environment: environment.name } };
  const interval = environment.prometheus.scrapeInterval;
  return {
    groups: [{ name: `alerts:${SELF.service}`, file: SELF.service, interval, rules: [labelled] }],
    alerts: [planner.planned(draft)],
  };
}

function plannedService(service: Service, environment: Environment): PlannedService {
  return {
    id: service.id,
    title: service.title,
    description: service.description,
    team: service.team,
    tier: service.tier,
    dashboardUrl: dashboardAddress(environment, service.dashboard),
    jobs: sortedBy(service.telemetry.jobs, (job) => job.name),
    metrics: sortedBy(service.telemetry.metrics, (metric) => metric.name),
  };
}

function plannedSlos(service: Service, environment: Environment): readonly PlannedSlo[] {
  return sortedBy(service.slos, (slo) => slo.id).map((slo) => ({
    id: sloId(service, slo),
    service: service.id,
    slo: slo.id,
    team: service.team,
    title: slo.title,
    objective: objectiveIn(slo, environment.name),
    window: slo.window,
    sli: slo.sli,
    response: slo.response,
    source: slo.source,
  }));
}

/** Identities are unique, a name has one meaning in a service, and every runbook exists. */
function checkAlerts(plan: MonitoringPlan): readonly Problem[] {
  const identities = duplicates(plan.alerts.map(identityKey)).map((key) => ({
    code: "alert-identity-duplicate" as const,
    path: `alerts.${key}`,
    message: `two alerts are called [${key}]`,
    remedy: "Rename one, or give it the SLO that it belongs to.",
  }));
  const meanings = new Map<string, Set<string>>();
  for (const alert of plan.alerts) {
    const name = `${alert.service}/${alert.alertname}`;
    meanings.set(name, (meanings.get(name) ?? new Set()).add(alert.kind));
  }
  const ambiguous = [...meanings]
    .filter(([, kinds]) => kinds.size > 1)
    .map(([name, kinds]) => ({
      code: "alert-name-two-meanings" as const,
      path: `alerts.${name}`,
      message: `[${name}] means ${[...kinds].sort().join(" and ")}`,
      remedy: "A name may serve several SLOs of a service, never two meanings: rename one.",
    }));
  return [...identities, ...ambiguous, ...checkRunbooks(plan)];
}

function checkRunbooks(plan: MonitoringPlan): readonly Problem[] {
  const known = new Set(plan.runbooks.map((page) => `${page.service}/${page.slug}`));
  return plan.alerts
    .filter((alert) => !known.has(`${alert.runbook.service}/${alert.runbook.slug}`))
    .map((alert) => ({
      code: "runbook-missing" as const,
      path: `alerts.${identityKey(alert)}.runbook`,
      message: `there is no runbooks/${alert.runbook.service}/${alert.runbook.slug}.md`,
      remedy: "Copy runbooks/_template.md to that place and fill it in, or correct the slug.",
    }));
}
