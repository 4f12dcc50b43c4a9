import { identityKey } from "../plan/identity";
import type {
  AlertingRule,
  MonitoringPlan,
  PlannedAlert,
  RecordingRule,
  ScrapePlan,
} from "../plan/monitoring-plan";
import type { RunbookPage } from "../plan/runbook";
import { onOwnPrometheus } from "../plan/backend";
import type { Platform } from "../plan/platform";
import type { Receiver, Route, RoutingPlan } from "../plan/routing";
import { integrationOf, secretsOf, withOthers, type IntegrationSettings } from "../receivers";
import type { Duration } from "../slo/duration";
import { labDashboard } from "./lab-dashboard";
import { scaleDuration, scaleExpression } from "./time-scale";

/** Where the lab's own Alertmanager is discovered; `alertmanager` is the job that the workload plays. */
export const ALERTMANAGERS = "alertmanagers";

/** How the lab differs from the environment that it plays. */
export interface LabSettings {
  /** How many times faster than life its clock runs. */
  readonly speed: number;
  /** Address of the lab's own server: workload, receivers, runbooks. */
  readonly address: string;
  readonly smtp: string;
  /** Where people open Alertmanager. */
  readonly alertmanager: string;
}

/** The same plan on one machine: addresses, secrets, replicas and the scale of time differ, nothing else. */
export function toLab(plan: MonitoringPlan, settings: LabSettings): MonitoringPlan {
  const { speed } = settings;
  const planned = new Map(plan.alerts.map((alert) => [identityKey(alert), alert]));
  return {
    ...plan,
    platform: labPlatform(plan.platform, settings),
    alerts: plan.alerts.map((alert) => ({
      ...alert,
      for: scaleDuration(alert.for, speed),
      runbook: { ...alert.runbook, url: runbookAddress(alert.runbook, settings) },
      dashboardUrl: local(alert.dashboardUrl, settings),
    })),
    // Neither Google nor Grafana run here: the lab's Prometheus evaluates every rule.
    services: onOwnPrometheus(plan.services).map((service) => ({
      ...service,
      dashboardUrl: local(service.dashboardUrl, settings),
    })),
    ruleGroups: plan.ruleGroups.map((group) => ({
      ...group,
      interval: scaleDuration(group.interval, speed),
      rules: group.rules.map((rule) => labRule(rule, planned, settings)),
    })),
    scrape: labScrape(plan.scrape, settings),
    routing: labRouting(plan.routing, settings),
    runbooks: plan.runbooks.map((page) => ({ ...page, url: runbookAddress(page, settings) })),
    dashboards: plan.dashboards.map((dashboard) =>
      labDashboard(dashboard, {
        speed,
        cluster: plan.environment.cluster,
        address: (url) => labAddress(url, plan, settings),
      }),
    ),
  };
}

/** One server of each kind, on this machine. */
function labPlatform(platform: Platform, settings: LabSettings): Platform {
  return {
    ...platform,
    // Alerts name it as the place of their expression, and a Prometheus that was built here has no page to show one.
    prometheus: { ...platform.prometheus, replicas: 1, address: settings.address },
    alertmanager: { ...platform.alertmanager, replicas: 1, address: settings.alertmanager },
    grafana: { ...platform.grafana, address: settings.address },
    runbookSite: { ...platform.runbookSite, replicas: 1, addresses: [runbookBase(settings.address)] },
    // What is made up here is no sample of anybody.
    remoteWrite: [],
  };
}

/** The lab's own place for what a page of the plan links to. */
function labAddress(url: string, plan: MonitoringPlan, settings: LabSettings): string {
  const { address: alertmanagerAddress } = plan.platform.alertmanager;
  const alert = plan.alerts.find(({ runbook }) => runbook.url === url);
  if (alert !== undefined) {
    return runbookAddress(alert.runbook, settings);
  }
  return url.startsWith(alertmanagerAddress)
    ? `${settings.alertmanager}${url.slice(alertmanagerAddress.length)}`
    : local(url, settings);
}

function runbookAddress(
  { service, slug }: Pick<RunbookPage, "service" | "slug">,
  { address }: LabSettings,
): string {
  return `${runbookBase(address)}${service}/${slug}`;
}

/** Where all runbooks are in the lab. */
function runbookBase(address: string): string {
  return `${address}/runbooks/`;
}

/** The same path and query on the lab's own server. */
function local(url: string, { address }: LabSettings): string {
  const { pathname, search } = new URL(url);
  return `${address}${pathname}${search}`;
}

function labRule(
  rule: RecordingRule | AlertingRule,
  planned: ReadonlyMap<string, PlannedAlert>,
  settings: LabSettings,
): RecordingRule | AlertingRule {
  const expr = scaleExpression(rule.expr, settings.speed);
  if (rule.kind === "record") {
    return { ...rule, expr };
  }
  const alert = alertOf(rule, planned);
  return {
    ...rule,
    expr,
    for: scaleDuration(rule.for, settings.speed),
    annotations: {
      ...rule.annotations,
      dashboard_url: local(alert.dashboardUrl, settings),
      runbook_url: runbookAddress(alert.runbook, settings),
    },
  };
}

/** By identity: addresses in annotations are what this function replaces, and two alerts may share one. */
function alertOf(rule: AlertingRule, planned: ReadonlyMap<string, PlannedAlert>): PlannedAlert {
  const key = identityKey({
    alertname: rule.alert,
    service: rule.labels["service"] ?? "",
    slo: rule.labels["slo"] ?? "",
  });
  const alert = planned.get(key);
  if (alert === undefined) {
    throw new Error(`the rule of [${key}] belongs to no alert of the plan; its group and the alerts differ`);
  }
  return alert;
}

/** Discovery stays fresh in real time; a target that vanishes is noticed within seconds. */
const REFRESH: Duration = "2s";

function labScrape(scrape: ScrapePlan, { speed, address }: LabSettings): ScrapePlan {
  const discovery = (job: string): ScrapePlan["alertmanagers"] => ({
    kind: "http",
    url: `${address}/sd/${job}`,
    refreshInterval: REFRESH,
  });
  return {
    ...scrape,
    interval: scaleDuration(scrape.interval, speed),
    // All of what is an interval: a machine that is busy with the lab is no service that does not answer.
    timeout: scaleDuration(scrape.interval, speed),
    evaluationInterval: scaleDuration(scrape.evaluationInterval, speed),
    lookback: scaleDuration(scrape.lookback, speed),
    retention: scaleDuration(scrape.retention, speed),
    jobs: scrape.jobs.map((job) => ({
      ...job,
      // The workload speaks text, which has no native histograms.
      ...(job.histograms === undefined ? {} : { histograms: "converted" as const }),
      discovery: discovery(job.job),
    })),
    alertmanagers: discovery(ALERTMANAGERS),
  };
}

function labRouting(routing: RoutingPlan, settings: LabSettings): RoutingPlan {
  return {
    ...routing,
    root: labRoute(routing.root, settings.speed),
    receivers: routing.receivers.map((receiver) => labReceiver(receiver, settings)),
    resolveTimeout: scaleDuration(routing.resolveTimeout, settings.speed),
  };
}

function labRoute(route: Route, speed: number): Route {
  return {
    ...route,
    ...(route.groupWait === undefined ? {} : { groupWait: scaleDuration(route.groupWait, speed) }),
    ...(route.groupInterval === undefined
      ? {}
      : { groupInterval: scaleDuration(route.groupInterval, speed) }),
    ...(route.repeatInterval === undefined
      ? {}
      : { repeatInterval: scaleDuration(route.repeatInterval, speed) }),
    routes: route.routes.map((child) => labRoute(child, speed)),
  };
}

/** Every receiver gets secrets of its own, so that the stand-ins know whom a notification was for. */
function labReceiver(receiver: Receiver, { address, smtp }: LabSettings): Receiver {
  return {
    ...receiver,
    integrations: receiver.integrations.map((settings, index) => {
      const { inLab } = integrationOf(settings);
      const keys = secretsOf(settings).map(({ name }) => [name, secretKey(receiver, index)] as const);
      const place = { post: postAddress(address, receiver, settings), smtp };
      return withOthers(settings, { ...inLab(place), ...Object.fromEntries(keys) });
    }),
  };
}

/** Of several of one kind, each has a secret of its own. */
function secretKey({ name, integrations }: Receiver, index: number): string {
  const kind = integrations[index]?.kind ?? "";
  const nth = integrations.slice(0, index).filter((other) => other.kind === kind).length;
  return [name, kind, ...(nth === 0 ? [] : [nth + 1])].join(".");
}

/** Where the stand-ins take what is posted for a receiver. */
function postAddress(address: string, { name, purpose }: Receiver, { kind }: IntegrationSettings): string {
  return purpose === "heartbeat" ? `${address}/heartbeat` : `${address}/${kind}/${name}`;
}

/** Contents of the secret files of a lab plan, by key; they open nothing but the stand-ins. */
export function labSecrets(routing: RoutingPlan, address: string): ReadonlyMap<string, string> {
  const texts = routing.receivers.flatMap((receiver) =>
    receiver.integrations.flatMap((settings) =>
      secretsOf(settings).map(({ key, holds }) => {
        const text = { address: postAddress(address, receiver, settings), word: receiver.name, text: "lab" };
        return [key, text[holds.is]] as const;
      }),
    ),
  );
  return new Map(texts);
}
