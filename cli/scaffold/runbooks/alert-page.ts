import { measuredCondition } from "../../../generators/operations/conditions";
import { SEVERITIES } from "../../../generators/runbooks";
import { alertMetrics, isOutage, type Alert, type Severity } from "../../../slo/alert";
import { windowOf } from "../../../slo/measure";
import { milliseconds } from "../../../slo/duration";
import type { Metric } from "../../../slo/telemetry";
import {
  CAUSE,
  CHAT_ESCALATION,
  connect,
  errorLog,
  events,
  LESSONS,
  moreInstances,
  PAGE_ESCALATION,
  pods,
  POSTMORTEM,
  releases,
  REPORT,
  restart,
  rollBack,
  targets,
  type Subject,
} from "./common";
import { commands, history, query, type Page, type Part } from "./page";
import { titleOf } from "../names";

const SIX_HOURS = 21_600;

const MEANING: Readonly<Record<Severity, string>> = {
  critical: "**Critical.** It pages the on-call engineer. SEV-2; SEV-1 when most users are affected.",
  warning:
    "**Warning.** It goes to chat and pages nobody. SEV-3; SEV-2 when users notice, or when errors or latency rise with it.",
  info: "**Info.** It goes to the quiet channel and the daily mail. It opens no incident.",
  none: "**None.** Nobody hears of it.",
};

/**
 * The runbook of declared alerts that lead to one slug: what they compare, how to read it, and the usual ways out.
 */
export function alertPage(subject: Subject, slug: string, alerts: readonly Alert[]): Page {
  const severities = SEVERITIES.filter((one) => alerts.some(({ severity }) => severity === one));
  const pages = severities.includes("critical");
  const team = subject.service.team;
  return {
    slug,
    title: titleOf(slug),
    alerts: alerts.map(({ name }) => name),
    severities,
    severity: severities.map((severity) => MEANING[severity]),
    summary: [alerts.map((alert) => `- ${meaning(alert, subject)}`).join("\n"), clearing(alerts)],
    impact: [impact(subject, alerts)],
    steps: [measure(subject, alerts), usersNotice(subject), causes(subject)],
    options: [
      rollBack(subject),
      moreInstances(subject),
      restart(subject, "Restart the instances, if one behaves unlike the others"),
    ],
    worked: "It worked when step 1 shows the value on the right side of its limit again.",
    escalation: pages ? PAGE_ESCALATION(team) : CHAT_ESCALATION(team),
    afterwards: [
      "Every temporary change is taken back",
      REPORT,
      ...(pages ? [POSTMORTEM] : []),
      CAUSE,
      "Limit and wait were reviewed: too strict, too lax, or right",
      LESSONS,
    ],
  };
}

function meaning(alert: Alert, { service }: Subject): string {
  const condition = isOutage(alert)
    ? `no target of \`${alert.outageOf.name}\` is up, or none is known`
    : measuredCondition(alert, service);
  const wait = milliseconds(alert.for) === 0 ? "at once" : `for ${alert.for}`;
  return `\`${alert.name}\` fires when, ${wait}, ${condition}.`;
}

function clearing(alerts: readonly Alert[]): string {
  const windows = alerts.flatMap((alert) => (isOutage(alert) ? [] : (windowOf(alert.measure) ?? [])));
  return windows.length === 0
    ? "It clears at the first evaluation at which this is no longer so."
    : `It clears at the first evaluation at which this is no longer so, ${windows.join(" or ")} after the last event at the latest.`;
}

function impact({ service }: Subject, alerts: readonly Alert[]): string {
  const slos = [...new Set(alerts.flatMap(({ slo }) => (slo === undefined ? [] : [slo])))];
  const part =
    slos.length === 0
      ? "No objective counts it, so that no error budget is used by it alone."
      : `It belongs to the objectives ${slos.map((slo) => `\`${service.id}-${slo}\``).join(", ")} and uses their error budget.`;
  return `${part} Step 2 shows whether users of \`${service.id}\` notice it already.`;
}

function measure(subject: Subject, alerts: readonly Alert[]): Part {
  const metrics = [...new Map(alerts.flatMap(alertMetrics).map((metric) => [metric.name, metric])).values()];
  const blocks =
    metrics.length === 0
      ? [commands(...targets(subject))]
      : [
          "By instance, then over the last 6 hours:",
          commands(...metrics.flatMap((metric) => [now(metric), sixHours(metric)])),
          "One instance alone: Option 3. A step at one moment: look for a release in step 3. A slow rise: growth, or a leak.",
        ];
  return connect(subject, "read the value", ...blocks);
}

function now(metric: Metric): string {
  return query(valueOf(metric, "environment, instance"), [".metric.instance"]);
}

function sixHours(metric: Metric): string {
  return history(valueOf(metric, "environment"), SIX_HOURS, "5m");
}

function valueOf({ name, job, type }: Metric, by: string): string {
  switch (type) {
    case "gauge":
      return `max by (${by}) (${name}{job="${job.name}"})`;
    case "counter":
      return `sum by (${by}) (increase(${name}{job="${job.name}"}[5m]))`;
    case "histogram":
      return `sum by (${by}) (increase(${name}_count{job="${job.name}"}[5m]))`;
  }
}

/** What an objective of this period records of the last minutes, whatever the scrape interval. */
function recentRecord({ slos: [slo] }: Subject["service"]): {
  readonly over: string;
  readonly record: string;
} {
  return slo?.window === "7d"
    ? { over: "15 minutes", record: "increase15m" }
    : { over: "5 minutes", record: "rate5m" };
}

function usersNotice({ service }: Subject): Part {
  const { over, record } = recentRecord(service);
  return {
    title: "See whether users notice",
    text: [
      `Bad events of each objective in percent over ${over}, and the budget that is left:`,
      commands(
        query(
          `100 * slo:sli_error:${record}{service="${service.id}"} / (slo:sli_total:${record}{service="${service.id}"} > 0)`,
          [".metric.slo_id"],
        ),
        query(`100 * last_over_time(slo:error_budget:remaining_ratio{service="${service.id}"}[11m])`, [
          ".metric.slo_id",
        ]),
      ),
      "An alert of an objective beside it comes first: handle that by its own page.",
    ],
  };
}

function causes(subject: Subject): Part {
  return {
    title: "Look for a release, and at the pods",
    text: [
      commands(...releases(subject), pods(subject), events(subject), ...errorLog(subject, "30m")),
      "A replica set as old as the change: Option 1. More load than usual: Option 2. Restarts or one bad pod: Option 3.",
    ],
  };
}

/** A page without an alert: something that people do by hand, from checking to the way back. */
export function procedurePage(subject: Subject, slug: string): Page {
  const team = subject.service.team;
  return {
    slug,
    title: titleOf(slug),
    alerts: [],
    severities: [],
    severity: ["**None.** No alert leads here; people come from another page."],
    summary: [
      `A measure on \`${subject.job.name}\`, taken by hand. It has a check before it, a way back, and a check after it.`,
    ],
    impact: ["A restart or a release takes one instance after the other; users are served by the rest."],
    steps: [connect(subject, "see that nothing else is going on"), usersNotice(subject), causes(subject)],
    options: [rollBack(subject), restart(subject, "Restart the instances"), moreInstances(subject)],
    worked: "It worked when step 2 shows next to no bad events for 15 minutes.",
    escalation: [
      `**Before:** somebody of team ${team} knows of it.`,
      "**It does not work within 30 minutes:** bring in a senior engineer; 60 minutes: manager on-call.",
    ],
    afterwards: ["Every temporary change is taken back", LESSONS],
  };
}
