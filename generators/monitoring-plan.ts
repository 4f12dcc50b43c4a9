import type { Content } from "../plan/content";
import type { Environment, StackPlace } from "../plan/environment";
import { identityKey } from "../plan/identity";
import type { MonitoringPlan, PlannedAlert } from "../plan/monitoring-plan";
import type { Platform } from "../plan/platform";
import { SELF } from "../plan/names";
import type { Catalogue } from "../slo/catalogue";
import { errorBudget } from "../slo/objective";
import { sortedBy } from "../slo/order";
import { sortProblems, type Problem } from "../slo/problem";
import type { Service } from "../slo/service";
import { checkRetention } from "../slo/validation/slo";
import { validateServices } from "../slo/validation/services";
import { shapedServices } from "../slo/validation/shape/check";
import { plannedAnomalies } from "./anomaly-alerts";
import { autoscalers } from "./autoscalers";
import { checkBindings } from "./bindings";
import { buckets, checkPlaces } from "./buckets";
import { checkDatabases, databases } from "./databases";
import { stores } from "./stores";
import { plannedDashboards } from "./dashboards/planned-dashboards";
import { defaultRunbooks } from "./default-runbooks/default-runbooks";
import { plannedLongTerm } from "./long-term";
import { checkObjectives, servicesIn } from "./objectives";
import { unpageableObjectives } from "./objective-notices";
import { heartbeatRules } from "./heartbeat";
import { checkPlan } from "./plan-checks";
import { checkNeighbours } from "./neighbours";
import { checkShards } from "./shards";
import { plannedService, plannedSlos } from "./planned-services";
import { checkOwnQueries } from "./own-query-checks";
import { routing } from "./routing";
import { runbookAddress, runbookBases } from "./runbook-address";
import { checkQueries, queriesIn } from "./runbook-queries";
import { pageKey, runbookPages } from "./runbook-pages";
import { runbookSlips } from "./runbook-slips";
import { contentProblems, readRunbook, type ReadRunbook, type UnplacedPage } from "./runbooks";
import { scrapePlan } from "./scrape";
import { soundPart, type SoundPart } from "./sound-part";
import { selfService, sendsDigest } from "./self-service";
import { plannerOf, serviceRules } from "./service-rules";
import { burnAlerts } from "./slo-alerts";
import { sloContext } from "./slo-context";

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
  { services, environments }: Omit<Catalogue, "root">,
  content: Content,
  neighbours: readonly StackPlace[] = [],
): PlanResult {
  const shaped = shapedServices(services);
  const here = config.ok ? config : config.sound;
  const otherwise = [
    ...(config.ok ? [] : config.problems),
    ...(here === undefined ? [] : checkNeighbours(shaped.services, here, neighbours)),
    ...(here === undefined ? [] : checkShards(shaped.services, here, neighbours)),
  ];
  return here !== undefined && shaped.problems.length === 0
    ? generatePlan(services, here.environment, content, otherwise)
    : {
        ok: false,
        problems: sortProblems([
          ...otherwise,
          ...shaped.problems,
          ...validateServices(shaped.services, Object.keys(environments).sort()),
          ...checkOwnQueries(shaped.services),
          ...contentProblems(content, shaped.services),
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
  const here = new Set(services.map(({ id }) => id));
  const elsewhere = all.filter(({ id }) => !here.has(id));
  const invalid = [
    ...validateServices([...services, ...elsewhere], Object.keys(environment.environments).sort()),
    ...checkOwnQueries([...services, ...elsewhere]),
  ];
  const sound = soundPart(services, invalid);
  const read = pagesFor(content, services);
  const { plan, pages, faults, open } = assemble(sound, environment, read);
  const whole = sound.services.length === services.length;
  const problems = [
    ...otherwise,
    ...invalid,
    ...contentProblems(content, all),
    ...faults,
    ...checkObjectives(services, environment),
    ...unpageableObjectives(plan),
    ...checkStack(services, all, environment),
    ...checkRetention("configuration.prometheus.retention", environment.prometheus.retention, services),
    ...checkPlan(
      plan,
      {
        named: clusteredAlerts(services, environment),
        outOfReach: sound.services.flatMap((service) => pagesOutOfReach(service, environment)),
      },
      (page) => open.has(pageKey(page)),
    ),
    ...checkQueries(pages, services, whole ? plan.ruleGroups : undefined),
  ];
  return problems.length > 0
    ? { ok: false, problems: sortProblems(problems), sound: plan }
    : { ok: true, plan };
}

/** What the stack says of services, and what it should. */
function checkStack(
  services: readonly Service[],
  all: readonly Service[],
  environment: Environment,
): readonly Problem[] {
  return [
    ...checkBindings(services, all, environment),
    ...checkPlaces(services, environment),
    ...checkDatabases(services, environment),
  ];
}

/** A stack serves the pages of its own services; where another one is, its pages are looked at. */
function pagesFor({ runbooks }: Content, services: readonly Service[]): readonly ReadRunbook[] {
  const here = new Set(services.map(({ id }) => id));
  return runbooks.map(readRunbook).filter(({ page }) => here.has(page.service));
}

interface Assembled {
  readonly plan: MonitoringPlan;
  readonly pages: readonly UnplacedPage[];
  /** Pages of which it is not known what leads to them. */
  readonly open: ReadonlySet<string>;
  readonly faults: readonly Problem[];
}

/** The plan, with its pages, which are made from the rest of it. */
function assemble(sound: SoundPart, environment: Environment, read: readonly ReadRunbook[]): Assembled {
  const plan = withoutPages(sound.services, environment);
  const files = new Set(
    read.flatMap(({ page, extension }) => (extension === undefined ? pageKey(page) : [])),
  );
  const defaults = defaultRunbooks(sound.services, plan, (service, slug) =>
    files.has(pageKey({ service, slug })),
  );
  const slips = runbookSlips(
    sound.services,
    read.map(({ page }) => page),
  );
  const { pages, problems, open } = runbookPages(read, defaults, [...sound.open, ...slips.meant]);
  return {
    plan: {
      ...plan,
      runbooks: sortedBy(pages, pageKey).map((page) => ({
        ...page,
        url: runbookAddress(environment, page.service, page.slug),
        queries: queriesIn(page.markdown),
      })),
    },
    pages,
    open,
    faults: [...problems, ...slips.problems],
  };
}

function withoutPages(services: readonly Service[], environment: Environment): MonitoringPlan {
  const built = [
    ...services.map((service) => serviceRules(service, environment)),
    heartbeatRules(environment),
  ];
  const ruleGroups = built.flatMap((part) => part.groups);
  const ownBuckets = buckets(services, environment);
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
    ruleGroups,
    scrape: scrapePlan(environment, services),
    routing: routing(environment, alerts),
    ...(environment.maintenance.length === 0 ? {} : { maintenance: environment.maintenance }),
    ...(environment.onCall === undefined ? {} : { onCall: environment.onCall }),
    ...(sendsDigest(environment) ? { digest: environment.receivers.digest } : {}),
    dashboards: plannedDashboards(services, environment, alerts),
    autoscalers: autoscalers(services, environment.name),
    buckets: ownBuckets,
    stores: stores(services, ownBuckets, environment.name),
    databases: databases(services, environment),
    platform: platform(environment, plannedLongTerm(services, environment, ruleGroups)),
    runbooks: [],
  };
}

/**
 * The alerts that the monitoring has where several servers run, something is probed and reports are sent. Pages are one set for all
 * environments, so one with single servers must take a page about the others.
 */
function clusteredAlerts(services: readonly Service[], environment: Environment): readonly PlannedAlert[] {
  const declared = services.filter(({ id }) => id !== SELF.service);
  const several = {
    ...environment,
    prometheus: { ...environment.prometheus, replicas: 2 },
    alertmanager: { ...environment.alertmanager, replicas: 2 },
  };
  return serviceRules(selfService(several, declared, { probes: true, digest: true }), environment).alerts;
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

function platform(environment: Environment, longTerm: Platform["longTerm"]): Platform {
  const { kubernetes, prometheus, alertmanager, blackbox, grafana, gmp, runbookSite } = environment;
  const { operator, backups, backupsOf, backupJobs, remoteWrite } = environment;
  return {
    kubernetes,
    prometheus,
    alertmanager,
    grafana,
    blackbox,
    backupsOf,
    backupJobs,
    ...(backups === undefined ? {} : { backups }),
    runbookSite: { ...runbookSite, addresses: runbookBases(environment) },
    ...(operator === undefined ? {} : { operator }),
    ...(gmp === undefined ? {} : { gmp }),
    ...(longTerm === undefined ? {} : { longTerm }),
    ...(remoteWrite.length === 0 ? {} : { remoteWrite }),
  };
}
