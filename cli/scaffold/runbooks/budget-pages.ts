import { HTTP_RUNBOOKS } from "../../../slo/http-service";
import { sloId } from "../../../slo/service";
import { CAUSE, connect, errorLog, LESSONS, releases, rollBack } from "./common";
import { budgetPercent, budgetTable, latencyOf, pairTable, ticketTable } from "./objectives";
import { commands, history, query, type Page, type Part } from "./page";
import type { HttpSubject } from "./service-pages";

const AFTER_FREEZE = [
  "The end of the freeze is announced, and the block in the pipeline is gone",
  "Every day of step 3 that used more than 10 % has a report in `docs/incidents/`",
  "The objective was reviewed with the owner: too strict, too lax, or right",
];

/** The budget of an objective burns slowly. */
export function ticketPage(subject: HttpSubject): Page {
  const { service } = subject;
  return {
    slug: HTTP_RUNBOOKS.ticket,
    title: "Error budget burns slowly",
    alerts: ["ErrorBudgetBurnTicket"],
    severities: ["warning"],
    severity: [
      "**Warning.** It goes to chat and becomes a ticket; it pages nobody. SEV-3. Begin on the same working day.",
    ],
    summary: [
      "Over days more of the error budget is spent than the objective allows, too slowly for a page. It fires for an SLO when one of these pairs holds, with at least 5 bad requests:",
      pairTable(service),
      "The shares of bad requests that this is:",
      ticketTable(service),
      "It resolves when the shorter window of its pair is below.",
    ],
    impact: [
      `A small, steady share of users gets errors or slow answers. If it goes on, [Low error budget](${HTTP_RUNBOOKS.budget}.md) follows.`,
    ],
    steps: ticketSteps(subject),
    options: ticketOptions(subject),
    worked: "It worked when the shorter window of the pair is below its share.",
    escalation: [
      `**Same working day:** somebody of team ${service.team} takes the ticket.`,
      "**Not understood after one working day:** bring in a senior engineer.",
    ],
    afterwards: [
      "The ticket names cause, budget used and owner",
      "A test or an alert of its own would have caught it earlier: add it",
      LESSONS,
    ],
  };
}

function ticketOptions(subject: HttpSubject): readonly Part[] {
  const { service } = subject;
  return [
    rollBack(subject, "Roll back, if it began with a release and the repair takes longer than a day"),
    {
      title: "Repair the route",
      text: [
        "Open a ticket with the finding of step 3 and the budget of step 1. It goes before feature work. An index, a timeout that fits the dependency, or a retry with backoff are the usual repairs.",
      ],
    },
    {
      title: "Change the objective, if it is wrong",
      text: [
        `The owner changes it in \`services/${service.id}.ts\`, by review. Do not silence the alert instead.`,
      ],
    },
  ];
}

function ticketSteps(subject: HttpSubject): readonly Part[] {
  const { service } = subject;
  const recent = (record: string): string =>
    query(`100 * last_over_time(${record}{service="${service.id}"}[11m])`, [".metric.slo_id"]);
  return [
    connect(
      subject,
      "see which SLO",
      "Bad requests in percent over 1d and 3d, and the budget that is left:",
      commands(
        recent("slo:sli_error:ratio1d"),
        recent("slo:sli_error:ratio3d"),
        recent("slo:error_budget:remaining_ratio"),
      ),
      "If HighErrorBudgetBurnRate fires as well, handle it first; this one has the same cause.",
    ),
    shapeOfBurn(subject),
    sourceOfBurn(subject),
  ];
}

function shapeOfBurn({ service }: HttpSubject): Part {
  return {
    title: "Find the shape: a steady leak, or bursts",
    text: [
      "Bad requests per hour for the last 3 days:",
      commands(
        history(
          `sum by (environment, slo_id) (slo:sli_error:increase1h{service="${service.id}"})`,
          259_200,
          "1h",
        ),
      ),
      "Bursts at the same hour: a scheduled job or a peak. One step up that stays: a release or a change at that hour. A slow rise: growth of data, or a leak. One old burst and quiet since: the alert clears by itself; find the cause of the burst.",
    ],
  };
}

function sourceOfBurn(subject: HttpSubject): Part {
  const { job, latency } = subject;
  const { bound } = latencyOf(latency);
  const by = "environment, method, route";
  const slow =
    `sum by (${by}) (increase(http_request_duration_seconds_count{job="${job.name}"}[1d])) - ` +
    `sum by (${by}) (increase(http_request_duration_seconds_bucket{job="${job.name}", le="${bound}"}[1d]))`;
  return {
    title: "Find where it comes from",
    text: [
      commands(
        query(
          `topk(10, sum by (${by}, status) (increase(http_requests_total{job="${job.name}", status=~"5.."}[1d])))`,
          [".metric.method", ".metric.route", ".metric.status"],
        ),
        query(`topk(10, ${slow})`, [".metric.method", ".metric.route"]),
        ...releases(subject),
        ...errorLog(subject, "24h"),
      ),
      "One route that holds most of it is the usual finding.",
    ],
  };
}

/** Little of a budget is left; one page for the three states. */
export function budgetPage(subject: HttpSubject): Page {
  const { service } = subject;
  return {
    slug: HTTP_RUNBOOKS.budget,
    title: "Low error budget",
    alerts: ["LowErrorBudget", "ErrorBudgetExhausting", "ErrorBudgetCaution"],
    severities: ["warning", "info"],
    severity: [
      "**Warning** for LowErrorBudget and ErrorBudgetExhausting: chat, no page. **Info** for ErrorBudgetCaution: the quiet channel and the daily mail. SEV-3 while nothing burns now; what burns has alerts of its own.",
    ],
    summary: [
      "Of the error budget of one SLO over the last 28 days only a part is left, and has been for 15 minutes:",
      [
        "- **ErrorBudgetCaution**: less than 50 %.",
        "- **LowErrorBudget**: less than 25 %.",
        "- **ErrorBudgetExhausting**: less than 10 %.",
      ].join("\n"),
      "They wait until a quarter of the 28 days holds data. The window rolls: budget comes back only as bad hours become older than 28 days.",
      budgetTable(service),
    ],
    impact: [
      "Users have already felt what was spent. The less is left, the smaller the change that breaks it.",
    ],
    steps: budgetSteps(subject),
    options: budgetOptions(subject),
    worked:
      "It worked when step 1 shows more than the bound of the state, and step 2 shows no more spending.",
    escalation: [
      "**Below 50 %:** the owner of the service knows within one working day.",
      "**Below 25 %:** owner within one working hour, engineering manager on the same day.",
      "**Below 10 %:** SEV-2: incident commander; manager on-call after 60 minutes.",
    ],
    afterwards: [...AFTER_FREEZE, CAUSE, LESSONS],
  };
}

function budgetSteps(subject: HttpSubject): readonly Part[] {
  const { service, availability, latency } = subject;
  const recent = (record: string): string =>
    query(`sort(100 * last_over_time(${record}{service="${service.id}"}[11m]))`, [".metric.slo_id"]);
  return [
    connect(
      subject,
      "read the state",
      "Budget left in percent, and the share of the window that is known:",
      commands(recent("slo:error_budget:remaining_ratio"), recent("slo:window:coverage_ratio")),
      "The first line of the first answer decides. Negative: the objective is missed. With less than 50 % known, one bad day weighs twice: say so when you announce it.",
    ),
    {
      title: "See whether it is still being spent",
      text: [
        "Bad requests in percent over the last day:",
        commands(recent("slo:sli_error:ratio1d")),
        `Above ${budgetPercent(availability)} for \`${sloId(service, availability)}\`, or ${budgetPercent(latency)} for \`${sloId(service, latency)}\`: it is. Stop that first, by [High error rate](${HTTP_RUNBOOKS.errors}.md) or [High latency](${HTTP_RUNBOOKS.latency}.md).`,
      ],
    },
    {
      title: "See when it was spent",
      text: [
        commands(history(`100 * slo:error_budget:remaining_ratio{service="${service.id}"}`, 2_419_200, "1d")),
        "A drop of 10 or more within a day is an incident: it has a report, or needs one. It comes back 28 days later.",
      ],
    },
  ];
}

function budgetOptions({ service }: HttpSubject): readonly Part[] {
  return [
    {
      title: "Less than 50 % left: be careful",
      text: [
        `Small releases, one at a time, in working hours, each watched for an hour on the dashboard \`${service.dashboard}\`. The largest cause of step 3 is the next item of work.`,
      ],
    },
    {
      title: "Less than 25 % left: freeze",
      text: [
        `Announce it in the channel of team ${service.team} with the numbers of step 1. Block the deploy job for everything but rollbacks, corrections that restore service, and security. It ends when more than 25 % are left for 24 hours, or by a written exception of the owner.`,
      ],
    },
    {
      title: "Less than 10 % left: reliability only",
      text: [
        "The whole team works on the causes of step 3, and reports every working day until more than 10 % are left. Below 0 the owner tells those to whom the objective was promised.",
      ],
    },
    {
      title: "The bad requests were not real",
      text: [
        `A fault of the measurement, see [SLI data missing](${HTTP_RUNBOOKS.dataMissing}.md) and [SLO bucket missing](${HTTP_RUNBOOKS.bucketMissing}.md): recorded history is not edited. Write down the days and the share, and let the owner grant an exception for exactly that share.`,
      ],
    },
  ];
}
