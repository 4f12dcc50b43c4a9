import type { Content } from "../plan/content";
import { ENVIRONMENTS, placeOf, type Environment, type StackPlace } from "../plan/environment";
import { identityKey, noSlo } from "../plan/identity";
import type { AlertingRule, MonitoringPlan, PlannedAlert, RuleGroup } from "../plan/monitoring-plan";
import type { Platform } from "../plan/platform";
import { SELF } from "../plan/names";
import type { Duration } from "../slo/duration";
import { errorBudget } from "../slo/objective";
import { sortedBy } from "../slo/order";
import { sortProblems, type Problem } from "../slo/problem";
import type { Service } from "../slo/service";
import { checkRetention } from "../slo/validation/slo";
import { validateServices } from "../slo/validation/services";
import { shapedServices } from "../slo/validation/shape/check";
import type { AlertDraft } from "./alert-draft";
import { alertPlanner, type AlertPlanner } from "./alert-planner";
import { alertSubject } from "./alert-subject";
import { plannedAnomalies } from "./anomaly-alerts";
import { autoscalers } from "./autoscalers";
import { checkBindings } from "./bindings";
import { buckets } from "./buckets";
import { plannedDashboards } from "./dashboards/planned-dashboards";
import { declaredAlerts } from "./declared-alerts";
import { checkObjectives, servicesIn } from "./objectives";
import { heartbeatRules } from "./heartbeat";
import { checkPlan } from "./plan-checks";
import { checkNeighbours } from "./neighbours";
import { plannedService, plannedSlos } from "./planned-services";
import { liveRecords, longRecords } from "./recording-rules";
import { routing } from "./routing";
import { runbookAddress, runbookBases } from "./runbook-address";
import { checkQueries } from "./runbook-queries";
import { contentProblems, readRunbook, type UnplacedPage } from "./runbooks";
import { scrapePlan } from "./scrape";
import { soundPart } from "./sound-part";
import { selfService } from "./self-service";
import { budgetAlerts } from "./budget-alerts";
import { burnAlerts, ticketAlert } from "./slo-alerts";
import { sloContext, type SloContext } from "./slo-context";
import { alertOutsideContract, outsideContractAlerts } from "./contract-alerts";
import { bucketMissingAlert, dataMissingAlert } from "./telemetry-alerts";

/** A plan, or every reason why there is none. */
export type PlanResult =
  | { readonly ok: true; readonly plan: MonitoringPlan }
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      /** What can be planned all the same, where anything can: for others to look at, and never to deploy. */
      readonly sound?: MonitoringPlan;
    };

/** An environment, or why there is none. */
export type EnvironmentResult =
  | ({ readonly ok: true } & StackPlace)
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly sound?: StackPlace };

/**
 * As `generatePlan`, of services that nobody has looked at; where the configuration is no environment, or a service is
 * none, what is wrong with the others and with runbooks is said, too.
 * @param neighbours the other stacks, with which it may share a cluster or a cloud
 */
export function planFrom(
  config: EnvironmentResult,
  services: readonly Service[],
  content: Content,
  neighbours: readonly StackPlace[] = [],
): PlanResult {
  const shaped = shapedServices(services);
  const here = config.ok ? config : config.sound;
  const otherwise = [
    ...(config.ok ? [] : config.problems),
    ...(here === undefined ? [] : checkNeighbours(shaped.services, here, neighbours)),
  ];
  return here !== undefined && shaped.problems.length === 0
    ? generatePlan(services, here.environment, content, otherwise)
    : {
        ok: false,
        problems: sortProblems([
          ...otherwise,
          ...shaped.problems,
          ...validateServices(shaped.services, ENVIRONMENTS),
          ...contentProblems(content),
        ]),
      };
}

/**
 * The whole monitoring of one environment from data alone: same input, same bytes. What is wrong in one place hides
 * nothing that is wrong in another: whatever can still be planned is looked at, too.
 */
export function generatePlan(
  all: readonly Service[],
  environment: Environment,
  content: Content,
  otherwise: readonly Problem[] = [],
): PlanResult {
  const services = sortedBy(servicesIn(all, environment), (service) => service.id);
  const elsewhere = (service: Service): boolean => !service.environments.includes(environment.name);
  const runbooks = content.runbooks.map(readRunbook);
  const invalid = validateServices([...services, ...all.filter(elsewhere)], ENVIRONMENTS);
  const sound = soundPart(services, invalid);
  const pages = runbooks.map((runbook) => runbook.page);
  const plan = assemble(sound.services, environment, pages);
  const unread = new Set(
    runbooks.flatMap(({ page, isUnread }) => (isUnread ? `${page.service}/${page.slug}` : [])),
  );
  const whole = sound.services.length === services.length;
  const problems = [
    ...otherwise,
    ...invalid,
    ...contentProblems(content),
    ...checkObjectives(services, environment),
    ...checkBindings(services, all, environment),
    ...checkRetention("configuration.prometheus.retention", environment.prometheus.retention, services),
    ...checkPlan(
      plan,
      {
        named: clusteredAlerts(services, environment),
        outOfReach: sound.services.flatMap((service) => pagesOutOfReach(service, environment)),
      },
      (page) => sound.isOpen(page) || unread.has(`${page.service}/${page.slug}`),
    ),
    ...checkQueries(pages, services, whole ? plan.ruleGroups : undefined),
  ];
  return problems.length > 0
    ? { ok: false, problems: sortProblems(problems), sound: plan }
    : { ok: true, plan };
}

function assemble(
  services: readonly Service[],
  environment: Environment,
  pages: readonly UnplacedPage[],
): MonitoringPlan {
  const built = [
    ...services.map((service) => serviceRules(service, environment)),
    heartbeatRules(environment),
  ];
  const alerts = sortedBy(
    built.flatMap((part) => part.alerts),
    identityKey,
  );
  return {
    version: 1,
    environment: {
      stack: environment.stack,
      name: environment.name,
      cluster: environment.cluster,
      paging: environment.paging,
    },
    services: services.map((service) => plannedService(service, environment, alerts)),
    slos: services.flatMap((service) => plannedSlos(service, environment)),
    alerts,
    anomalies: services.flatMap(plannedAnomalies),
    ruleGroups: built.flatMap((part) => part.groups),
    scrape: scrapePlan(environment, services),
    routing: routing(environment, alerts),
    dashboards: plannedDashboards(services, environment, alerts),
    autoscalers: autoscalers(services, environment.name),
    buckets: buckets(services, environment),
    platform: platform(environment),
    runbooks: sortedBy(pages, (page) => `${page.service}/${page.slug}`).map((page) => ({
      ...page,
      url: runbookAddress(environment, page.service, page.slug),
    })),
  };
}

/**
 * The alerts that the monitoring has where several servers run and something is probed. Pages are one set for all
 * environments, so one with single servers must take a page about the others.
 */
function clusteredAlerts(services: readonly Service[], environment: Environment): readonly PlannedAlert[] {
  const declared = services.filter(({ id }) => id !== SELF.service);
  const several = {
    ...environment,
    prometheus: { ...environment.prometheus, replicas: 2 },
    alertmanager: { ...environment.alertmanager, replicas: 2 },
  };
  return serviceRules(selfService(several, declared, true), environment).alerts;
}

/** The pages that the SLOs of a service would have with a higher objective. */
function pagesOutOfReach(service: Service, environment: Environment): readonly PlannedAlert[] {
  const { planned } = plannerOf(service, environment);
  return service.slos
    .map((slo) => sloContext(service, slo, environment.name, environment.prometheus.scrapeInterval))
    .filter((context) => burnAlerts(context).length === 0)
    .flatMap((context) => burnAlerts({ ...context, budget: errorBudget("99.9%") }))
    .map(planned);
}

function plannerOf(service: Service, environment: Environment): AlertPlanner {
  return alertPlanner(service, environment, (draft) => alertSubject(service, draft));
}

function platform(environment: Environment): Platform {
  const { kubernetes, prometheus, alertmanager, blackbox, grafana, gmp, backups, runbookSite } = environment;
  return {
    kubernetes,
    prometheus,
    alertmanager,
    grafana,
    blackbox,
    runbookSite: { ...runbookSite, addresses: runbookBases(environment) },
    ...(gmp === undefined ? {} : { gmp }),
    ...(backups === undefined ? {} : { backups }),
  };
}

interface BuiltRules {
  readonly groups: readonly RuleGroup[];
  readonly alerts: readonly PlannedAlert[];
}

/** How often it is asked whether series are as their contracts say, which looks through all series of a metric. */
const CONTRACT_INTERVAL: Duration = "5m";

/**
 * Per SLO a group at the scrape interval whose last rule is the page, so that it sees fresh values (in a group of its
 * own it came 11 to 15 s later), a group of long windows, and a group of tickets; per service one of declared alerts.
 */
function serviceRules(service: Service, environment: Environment): BuiltRules {
  const interval = environment.prometheus.scrapeInterval;
  const contexts = sortedBy(service.slos, (slo) => slo.id).map((slo) =>
    sloContext(service, slo, environment.name, interval),
  );
  const planner = plannerOf(service, environment);
  const sorted = sortedBy(service.alerts, (alert) => identityKey(identityOf(service, alert)));
  const declared = declaredAlerts({ ...service, alerts: sorted }, placeOf(environment), interval);
  const outside = alertOutsideContract(service);
  const groups = contexts.flatMap((context) => sloGroups(context, planner.rule));
  const drafts = [
    ...contexts.flatMap((context) => [
      ...burnAlerts(context),
      ...slowAlerts(context),
      ...outsideContractAlerts(context),
    ]),
    ...declared.alerts,
    ...outside,
  ];
  const group = (name: string, every: Duration, rules: RuleGroup["rules"]): readonly RuleGroup[] =>
    rules.length === 0 ? [] : [{ name: `${name}:${service.id}`, file: service.id, interval: every, rules }];
  return {
    groups: [
      ...groups,
      ...group("alerts", interval, [...declared.records, ...declared.alerts.map(planner.rule)]),
      ...group("contract", CONTRACT_INTERVAL, outside.map(planner.rule)),
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

/** The rule groups of one SLO: what is recorded with every scrape and the page, what is sampled, and the other alerts. */
export function sloGroups(
  context: SloContext,
  rule: (draft: AlertDraft) => AlertingRule,
): readonly RuleGroup[] {
  const group = (level: string): Pick<RuleGroup, "name" | "file"> => ({
    name: `slo:${context.id}:${level}`,
    file: context.service.id,
  });
  return [
    {
      ...group("L0"),
      interval: context.interval,
      rules: [...liveRecords(context), ...burnAlerts(context).map(rule)],
    },
    {
      ...group("L1"),
      interval: context.burn.sampling,
      rules: [...longRecords(context), ...outsideContractAlerts(context).map(rule)],
    },
    { ...group("alerts"), interval: context.interval, rules: slowAlerts(context).map(rule) },
  ];
}

function slowAlerts(context: SloContext): readonly AlertDraft[] {
  const bucket = bucketMissingAlert(context);
  return [
    ticketAlert(context),
    ...budgetAlerts(context),
    dataMissingAlert(context),
    ...(bucket === undefined ? [] : [bucket]),
  ];
}
