import { toLab, type LabSettings } from "../../lab/to-lab";
import type { AlertingRule, MonitoringPlan, PlannedAlert } from "../../plan/monitoring-plan";
import { DIMENSIONS } from "../../plan/names";

/** When an incident begins and ends, measured by the fault: what ... */
export const MOMENTS = {
  before: "is told of before it and ends after it",
  edge: "is about to be told of when it comes",
  during: "begins in it and ends after it",
  ends: "is told of before it and ends in it",
  inside: "begins and ends in it",
  after: "begins after it",
} as const;

export type Moment = keyof typeof MOMENTS;

export const ALL_MOMENTS = Object.keys(MOMENTS) as readonly Moment[];

/** Two kinds of receiver hear of each page. */
export const CHANNELS = ["pagerduty", "slack"] as const;

export type Channel = (typeof CHANNELS)[number];

export const CHANNEL_TITLES: Readonly<Record<Channel, string>> = { pagerduty: "PagerDuty", slack: "Slack" };

/** Servers of each kind, as prod has them. */
export const REPLICAS = { prometheus: 2, alertmanager: 3 } as const;

/** The series that says whether an incident of a service is on. */
export const METRIC = "delivery_incident";

/** What an incident is called in its series, and in the summary of its alert. */
export function incidentName(service: string, moment: Moment): string {
  return `${service}-${moment}`;
}

/** The incident that a notification is about, from its title. */
export function incidentOf(title: string): string | undefined {
  return /incident (\w+-\w+)/.exec(title)?.[1];
}

/** The receiver of the pages of a service's team. */
export function pageReceiver(plan: MonitoringPlan, service: string): string {
  const { team } = pageOf(plan, service).alert;
  const own = `page-${team}`;
  return plan.routing.receivers.some(({ name }) => name === own) ? own : "page-default";
}

/** A page that every service has: it waits two minutes before it fires. */
const PAGE = "ServiceDown";

/**
 * The plan with one page per moment for each service, all through the same routes, timers and texts as ever. Each has
 * a group of its own by its label `slo`, and hangs on a series of its own.
 */
export function deliveryPlan(
  plan: MonitoringPlan,
  services: readonly string[],
  settings: LabSettings,
): MonitoringPlan {
  const pages = services.flatMap((service) =>
    ALL_MOMENTS.map((moment) => copy(pageOf(plan, service), incidentName(service, moment))),
  );
  const [interval] = plan.ruleGroups.filter(({ rules }) => rules.some(isPage)).map((group) => group.interval);
  const lab = toLab(
    {
      ...plan,
      slos: [],
      dashboards: [],
      alerts: pages.map(({ alert }) => alert),
      ruleGroups: [
        {
          name: "delivery",
          interval: interval ?? plan.scrape.interval,
          file: "delivery",
          rules: pages.map(({ rule }) => rule),
        },
      ],
      scrape: { ...plan.scrape, jobs: services.map((service) => jobOf(plan, service)) },
    },
    settings,
  );
  const { prometheus, alertmanager } = lab.platform;
  return {
    ...lab,
    platform: {
      ...lab.platform,
      prometheus: { ...prometheus, replicas: REPLICAS.prometheus },
      alertmanager: { ...alertmanager, replicas: REPLICAS.alertmanager },
    },
  };
}

interface Page {
  readonly alert: PlannedAlert;
  readonly rule: AlertingRule;
}

function isPage(rule: MonitoringPlan["ruleGroups"][number]["rules"][number]): rule is AlertingRule {
  return rule.kind === "alert" && rule.alert === PAGE;
}

function pageOf(plan: MonitoringPlan, service: string): Page {
  const alert = plan.alerts.find((each) => each.alertname === PAGE && each.service === service);
  const rule = plan.ruleGroups
    .flatMap(({ rules }) => rules.filter(isPage))
    .find(({ labels }) => labels["service"] === service);
  if (alert === undefined || rule === undefined) {
    throw new Error(`[${service}] has no page [${PAGE}]`);
  }
  return { alert, rule };
}

function copy({ alert, rule }: Page, incident: string): Page {
  return {
    alert: { ...alert, slo: incident },
    rule: {
      ...rule,
      expr: `max by (${DIMENSIONS.join(", ")}) (${METRIC}{incident="${incident}"} == 1)`,
      labels: { ...rule.labels, slo: incident },
      annotations: { ...rule.annotations, summary: `incident ${incident}` },
    },
  };
}

/** A job with the labels that the targets of a service get. */
function jobOf(plan: MonitoringPlan, service: string): MonitoringPlan["scrape"]["jobs"][number] {
  const own = new Set(plan.services.find(({ id }) => id === service)?.jobs.map(({ name }) => name));
  const job = plan.scrape.jobs.find((each) => own.has(each.job) && each.probe === undefined);
  if (job === undefined) {
    throw new Error(`[${service}] has no job that is scraped`);
  }
  return job;
}
