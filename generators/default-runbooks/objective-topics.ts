import { RECORDS } from "../../plan/names";
import { budgetMinutes, BUDGET_BOUNDS } from "../../slo/budget";
import { pairsOf } from "../../slo/burn-rate";
import { milliseconds, type Duration } from "../../slo/duration";
import { grouped, percent, rangeOf, share, spoken } from "../operations/markdown";
import { equals, selector, type PromQl } from "../promql";
import { newest, recordNames, type SloContext } from "../slo-context";
import { history } from "./commands";
import { shown, whereFrom } from "./findings";
import { commands, topic, type Part, type Topic } from "./page";
import { hereOf, listed, pageLink, type RunbookSubject } from "./subject";

/** The budget of an objective burns fast. */
export function burnTopic(subject: RunbookSubject, context: SloContext): Topic {
  const { slo, budget, burn, objective } = context;
  const { title, population, breach, runbooks } = slo;
  return topic({
    impact: [
      `${title}: users meet ${population} that are ${breach}. Total failure spends the whole budget in ${minutes(context)}.`,
      ...(pairsOf(burn, "page", budget).length > 0
        ? []
        : [
            `No burn rate of an objective of ${share(objective)} can raise an alert of its own, because more than all ${population} would have to be ${breach}: people come from ${pageLink(subject, runbooks.ticket)}.`,
          ]),
    ],
    steps: [whereFrom(subject, context, burn.windows[0].long)],
    remedies: ["roll back", "restart", "add instances"],
    worked: [`less than ${percent(budget)} of ${population} are ${breach}`],
    afterwards: [`The budget that is left was looked at: ${pageLink(subject, runbooks.budget)}`],
  });
}

function minutes({ burn, objective }: SloContext): string {
  return `${grouped(budgetMinutes(burn.period, objective))} minutes`;
}

/** The newest value of a record of every objective of the service. */
function ofService(subject: RunbookSubject, record: string): PromQl {
  return selector(record, [equals("service", subject.service.id), ...hereOf(subject)]);
}

function sampled(subject: RunbookSubject, record: string, [first]: readonly SloContext[]): PromQl {
  return `sort(100 * ${newest(ofService(subject, record), first?.burn ?? { sampling: "5m" })})`;
}

function longest(durations: readonly Duration[]): Duration {
  return [...durations].sort((a, b) => milliseconds(b) - milliseconds(a))[0] ?? "28d";
}

/** The budget of objectives burns slowly. */
export function ticketTopic(subject: RunbookSubject, contexts: readonly SloContext[]): Topic {
  const [first] = contexts;
  if (first === undefined) {
    return topic({});
  }
  const windows = [...new Set(contexts.flatMap(({ burn: { windows: all } }) => [all[2].long, all[3].long]))];
  return topic({
    impact: [
      `A small, steady share of users is affected. If it goes on, ${listed(contexts.map(({ slo }) => pageLink(subject, slo.runbooks.budget)))} follows.`,
    ],
    steps: [
      {
        title: "See which objective, and what is left of its budget",
        text: shown(subject, [
          ...windows.map((window) => ({
            says: `percent that were bad over ${window}`,
            promql: sampled(subject, RECORDS.ratio(window), contexts),
          })),
          { says: "budget left", promql: sampled(subject, RECORDS.budgetRemaining, contexts) },
        ]),
      },
      shapeOfBurn(subject, contexts),
      ...causes(subject, contexts),
    ],
    remedies: ["roll back"],
    options: TICKET_OPTIONS,
    worked: ["the shorter window of the pair is below its share"],
    escalation: [
      `**Same working day:** somebody of team ${subject.service.team} takes the ticket.`,
      "**Not understood after one working day:** bring in a senior engineer.",
    ],
    afterwards: ["A test or an alert of its own would have caught it earlier: add it"],
  });
}

/** So many steps are found by nobody, and three times as many are more than a ConfigMap holds. */
const MOST_CAUSES = 100;

/** Where the bad events of each objective come from; of very many it stands on the pages of their fast burns alone. */
function causes(subject: RunbookSubject, contexts: readonly SloContext[]): readonly Part[] {
  if (contexts.length <= MOST_CAUSES) {
    return contexts.map((context) => whereFrom(subject, context, context.burn.windows[2].long));
  }
  const pages = listed(contexts.map(({ slo }) => pageLink(subject, slo.runbooks.burn)));
  const windows = listed(contexts.map(({ burn }) => spoken(burn.windows[2].long)));
  return [
    {
      title: "See where its bad events come from",
      text: [`Each objective has a step on ${pages}. Ask its queries over ${windows}.`],
    },
  ];
}

const TICKET_OPTIONS: readonly Part[] = [
  {
    title: "Repair the cause",
    text: [
      "Open a ticket with what was found and the budget that is left. It goes before feature work. An index, a timeout that fits the dependency, or a retry with backoff are the usual repairs.",
    ],
  },
  {
    title: "Change the objective, if it is wrong",
    text: ["Its owner changes it in the declaration of the service, by review. A silence hides it only."],
  },
];

function shapeOfBurn(subject: RunbookSubject, contexts: readonly SloContext[]): Part {
  const over = longest(contexts.map(({ burn }) => burn.windows[3].long));
  const records = [...new Set(contexts.map((context) => recordNames(context).increase("error")))];
  return {
    title: "Find the shape: a steady leak, or bursts",
    text: [
      `Bad events over the last ${spoken(over)}:`,
      commands(
        ...records.map((record) =>
          history(
            subject,
            `sum by (slo_id) (${ofService(subject, record)})`,
            milliseconds(over) / 1_000,
            "1h",
          ),
        ),
      ),
      "Bursts at the same hour: a scheduled job or a peak. One step up that stays: a release or a change at that hour. A slow rise: growth of data, or a leak. One old burst and quiet since: the alert clears by itself; find the cause of the burst.",
    ],
  };
}

/** Little of a budget is left. */
export function budgetTopic(subject: RunbookSubject, contexts: readonly SloContext[]): Topic {
  return topic({
    impact: [
      "Users have already felt what was spent. The less is left, the smaller the change that breaks it. The window rolls: budget comes back only as bad hours leave it.",
    ],
    steps: budgetSteps(subject, contexts),
    options: budgetOptions(subject, contexts),
    worked: ["more is left than the bound of the state, and no more is being spent"],
    escalation: [
      `**Below ${share(BUDGET_BOUNDS.caution)}:** the owner of the service knows within one working day.`,
      `**Below ${share(BUDGET_BOUNDS.low)}:** owner within one working hour, engineering manager on the same day.`,
      `**Below ${share(BUDGET_BOUNDS.exhausting)}:** SEV-2: incident commander; manager on-call after 60 minutes.`,
    ],
    afterwards: [
      "The end of a freeze is announced, and the block in the pipeline is gone",
      "Every day that used more than 10 % has a report",
      "The objective was reviewed with its owner: too strict, too lax, or right",
    ],
  });
}

function budgetSteps(subject: RunbookSubject, contexts: readonly SloContext[]): readonly Part[] {
  const period = longest(contexts.map(({ burn }) => burn.period));
  const windows = [...new Set(contexts.map(({ burn }) => burn.windows[2].long))];
  const burns = contexts.map(({ slo }) => pageLink(subject, slo.runbooks.burn));
  return [
    {
      title: "Read the state, and whether it is still being spent",
      text: [
        ...shown(subject, [
          { says: "budget left in percent", promql: sampled(subject, RECORDS.budgetRemaining, contexts) },
          {
            says: "percent of the window that is known",
            promql: sampled(subject, RECORDS.coverage, contexts),
          },
          ...windows.map((window) => ({
            says: `percent that were bad over ${window}`,
            promql: sampled(subject, RECORDS.ratio(window), contexts),
          })),
        ]),
        `The first line decides. Negative: the objective is missed. With less than 50 known, one bad day weighs twice. Still being spent is what stands in the last answer above its budget (${listed(contexts.map(({ id, budget }) => `\`${id}\` ${percent(budget)}`))}): stop that first, by ${listed(burns)}.`,
      ],
    },
    {
      title: "See when it was spent",
      text: [
        commands(
          history(
            subject,
            `100 * ${ofService(subject, RECORDS.budgetRemaining)}`,
            milliseconds(period) / 1_000,
            "1d",
          ),
        ),
        `A drop of 10 or more within a day is an incident: it has a report, or needs one. It comes back ${spoken(period)} later.`,
      ],
    },
  ];
}

/** What the service's own policy says of each state, or what is usual. */
function budgetOptions(subject: RunbookSubject, contexts: readonly SloContext[]): readonly Part[] {
  const own = subject.service.budgetPolicy;
  const measured = contexts.flatMap(({ slo: { runbooks } }) => [
    runbooks.dataMissing,
    ...(runbooks.bucketMissing === undefined ? [] : [runbooks.bucketMissing]),
  ]);
  return [
    ...(own === undefined
      ? usualPolicy(subject)
      : own.map((state) => ({
          title: `${state.name}: ${rangeOf(state)} left`,
          text: [`${state.action}.`],
        }))),
    {
      title: "What was bad was not real",
      text: [
        `A fault of the measurement, see ${listed(measured.map((slug) => pageLink(subject, slug)))}: recorded history is not edited. Write down the days and the share, and let the owner grant an exception for exactly that share.`,
      ],
    },
  ];
}

function usualPolicy({ service }: RunbookSubject): readonly Part[] {
  const below = (bound: keyof typeof BUDGET_BOUNDS): string => share(BUDGET_BOUNDS[bound]);
  return [
    {
      title: `Less than ${below("caution")} left: be careful`,
      text: [
        `Small releases, one at a time, in working hours, each watched for an hour on the dashboard \`${service.dashboard}\`. The largest cause is the next item of work.`,
      ],
    },
    {
      title: `Less than ${below("low")} left: freeze`,
      text: [
        `Announce it in the channel of team ${service.team} with the numbers of the first answer. Block the deploy job for everything but rollbacks, corrections that restore service, and security. \`kubectl rollout pause\` is no way to do it: a paused Deployment cannot be rolled back either. It ends when more than ${below("low")} are left for 24 hours, or by a written exception of the owner.`,
      ],
    },
    {
      title: `Less than ${below("exhausting")} left: reliability only`,
      text: [
        `The whole team works on the causes, and reports every working day until more than ${below("exhausting")} are left. Below 0 the owner tells those to whom the objective was promised.`,
      ],
    },
  ];
}
