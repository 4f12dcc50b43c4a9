import { HTTP_RUNBOOKS } from "../../../slo/http-service";
import { sloId, type Slo } from "../../../slo/service";
import {
  CAUSE,
  CHAT_ESCALATION,
  connect,
  errorLog,
  LESSONS,
  moreInstances,
  PAGE_ESCALATION,
  pods,
  POSTMORTEM,
  releases,
  REPORT,
  restart,
  rollBack,
} from "./common";
import { budgetPercent, burnCondition, burnPairs, latencyOf, target, totalFailure } from "./objectives";
import { commands, query, type Page, type Part } from "./page";
import type { HttpSubject } from "./service-pages";

/** The alert of such a page; where the objective puts it out of reach, the page is a procedure. */
function leading(slo: Slo): readonly string[] {
  return burnPairs(slo).length === 0 ? [] : ["HighErrorBudgetBurnRate"];
}

const BUDGET_LEFT = `Look at the budget that is left, and act by [Low error budget](${HTTP_RUNBOOKS.budget}.md)`;

/** The budget of availability burns fast. */
export function highErrorRatePage(subject: HttpSubject): Page {
  const { service, availability } = subject;
  return {
    slug: HTTP_RUNBOOKS.errors,
    title: "High error rate",
    alerts: leading(availability),
    severities: ["critical"],
    severity: [
      "**Critical.** It pages the on-call engineer. SEV-2; SEV-1 when more than half of the requests fail.",
    ],
    summary: [
      `HighErrorBudgetBurnRate of \`${sloId(service, availability)}\`: requests answered with a 5xx use up the budget of ${target(availability)} over 28 days too fast.`,
      ...burnCondition(availability),
      "4xx count as good. It resolves when the short window is clean.",
    ],
    impact: [
      `Users see errors. The budget of 28 days is ${totalFailure(availability)} of total failure. Below 25 % of it releases are frozen, see [Low error budget](${HTTP_RUNBOOKS.budget}.md).`,
    ],
    steps: errorSteps(subject),
    options: [
      rollBack(subject),
      restart(subject, "Restart the instances, if one of them fails alone"),
      moreInstances(subject),
    ],
    worked: `It worked when the failed requests of step 2 are below ${budgetPercent(availability)} %.`,
    escalation: PAGE_ESCALATION(service.team),
    afterwards: ["Every temporary change is taken back", REPORT, POSTMORTEM, CAUSE, BUDGET_LEFT, LESSONS],
  };
}

function errorSteps(subject: HttpSubject): readonly Part[] {
  const { job } = subject;
  const failed = `rate(http_requests_total{job="${job.name}", status=~"5.."}[5m])`;
  const all = `rate(http_requests_total{job="${job.name}"}[5m])`;
  return [
    connect(
      subject,
      "see what fires",
      `ServiceDown in the list: go to [Service down](${HTTP_RUNBOOKS.down}.md).`,
    ),
    {
      title: "Find where the errors are",
      text: [
        "Failed requests in percent, then failed requests a second by route and status, then by instance:",
        commands(
          query(`100 * sum by (environment) (${failed}) / (sum by (environment) (${all}) > 0)`),
          query(`topk(10, sum by (environment, method, route, status) (${failed}))`, [
            ".metric.method",
            ".metric.route",
            ".metric.status",
          ]),
          query(`sum by (environment, instance) (${failed})`, [".metric.instance"]),
        ),
        [
          "- One route: its code, or what only it depends on. Step 3.",
          "- One instance: Option 2.",
          "- All routes and instances: a release or a dependency. Step 3.",
        ].join("\n"),
      ],
    },
    {
      title: "Look for a release, and read the errors",
      text: [
        commands(...releases(subject), ...errorLog(subject, "15m")),
        "A replica set as old as the errors: Option 1, now; understand it later. One message that leads by far is the cause or next to it: if it names a dependency, call its owner. Timeouts on all routes at more traffic than usual: Option 3.",
      ],
    },
  ];
}

/** The budget of latency burns fast. */
export function highLatencyPage(subject: HttpSubject): Page {
  const { service, latency } = subject;
  const { spoken } = latencyOf(latency);
  return {
    slug: HTTP_RUNBOOKS.latency,
    title: "High latency",
    alerts: leading(latency),
    severities: ["warning"],
    severity: [
      "**Warning.** It goes to chat and pages nobody. SEV-3; SEV-2 when users complain or when errors rise with it.",
    ],
    summary: [
      `HighErrorBudgetBurnRate of \`${sloId(service, latency)}\`: requests slower than ${spoken} use up the budget of ${target(latency)} over 28 days too fast.`,
      ...burnCondition(latency),
      "It resolves when the short window is clean.",
    ],
    impact: [
      "Pages and clients wait; clients with short timeouts give up and try again, which adds load. Availability is not affected until requests run into a timeout.",
    ],
    steps: latencySteps(subject),
    options: [
      rollBack(subject),
      moreInstances(subject),
      restart(subject, "Restart the instances, if one is slow alone"),
    ],
    worked: `It worked when the slow requests of step 2 are below ${budgetPercent(latency)} %.`,
    escalation: CHAT_ESCALATION(service.team),
    afterwards: ["Every temporary change is taken back", REPORT, CAUSE, BUDGET_LEFT, LESSONS],
  };
}

function latencySteps(subject: HttpSubject): readonly Part[] {
  const { job, latency, namespace } = subject;
  const { bound, spoken } = latencyOf(latency);
  const rate = (suffix: string, by: string, bucket = ""): string =>
    `sum by (${by}) (rate(http_request_duration_seconds_${suffix}{job="${job.name}"${bucket}}[5m]))`;
  const slow = (by: string): string => `${rate("count", by)} - ${rate("bucket", by, `, le="${bound}"`)}`;
  return [
    connect(subject, "see what fires"),
    {
      title: "Find the slow requests",
      text: [
        `Requests slower than ${spoken} in percent, then slow requests a second by route, then by instance, then the traffic:`,
        commands(
          query(`100 * (${slow("environment")}) / (${rate("count", "environment")} > 0)`),
          query(`topk(5, ${slow("environment, method, route")})`, [".metric.method", ".metric.route"]),
          query(slow("environment, instance"), [".metric.instance"]),
          query(`sum by (environment) (rate(http_requests_total{job="${job.name}"}[5m]))`),
        ),
        [
          "- One route: its code or its queries. Step 3.",
          "- One instance: Option 3.",
          `- All routes, and much more traffic than ${job.requestsPerSecond ?? 0} requests a second: Option 2.`,
          "- All routes, traffic as always: a release or a dependency. Step 3.",
        ].join("\n"),
      ],
    },
    {
      title: "Look for a release, the load of the pods, and slow dependencies",
      text: [
        commands(
          ...releases(subject),
          pods(subject),
          `kubectl -n ${namespace} top pods`,
          ...errorLog(subject, "15m"),
        ),
        "A replica set as old as the slowness: Option 1. Pods at their processor limit: Option 2. Timeouts of a dependency in the log: call its owner.",
      ],
    },
  ];
}
