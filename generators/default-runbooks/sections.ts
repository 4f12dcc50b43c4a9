import { identityKey, noSlo } from "../../plan/identity";
import type { PlannedAlert } from "../../plan/monitoring-plan";
import { runbookFile } from "../../plan/runbook";
import { budgetMinutes } from "../../slo/budget";
import { PERIODS } from "../../slo/burn-rate";
import { milliseconds } from "../../slo/duration";
import { groupedBy, sortedBy } from "../../slo/order";
import { pairs, thresholds } from "../operations/burn-rates";
import { conditionOf } from "../operations/conditions";
import { bullets, checklist, grouped, percent, share, spoken, table } from "../operations/markdown";
import { audience } from "../operations/subject";
import type { SloContext } from "../slo-context";
import { SEVERITIES } from "../runbook-front-matter";
import { connect, podCommands, remedyPart } from "./commands";
import { releasesAndPods } from "./findings";
import { numberedParts, REMEDIES, type Part, type Sections, type Topic } from "./page";
import { listed, type RunbookSubject } from "./subject";

/** The sections of a page: what is said once of all its alerts, and what each topic adds. */
export function sectionsOf(subject: RunbookSubject, topics: readonly Topic[]): Sections {
  const each = (field: Exclude<keyof Topic, "options" | "remedies" | "steps">): readonly string[] => [
    ...new Set(topics.flatMap((one) => one[field])),
  ];
  const steps = [
    connect(subject),
    ...topics.flatMap((one) => one.steps),
    ...releasesAndPods(subject, podCommands(subject, "30m")),
  ];
  return {
    Severity: severity(subject),
    Summary: [summary(subject)],
    Impact: each("impact"),
    Diagnosis: numberedParts("Step", steps),
    Resolution: [
      ...numberedParts("Option", options(subject, topics)),
      `It worked when ${listed(each("worked"))}.`,
    ],
    Escalation: [bullets(escalation(subject, topics, each("escalation")))],
    "Post-Incident": [checklist(afterwards(subject, topics, each("afterwards")))],
    Figures: figures(subject),
  };
}

function severity(subject: RunbookSubject): readonly string[] {
  const { alerts, plan } = subject;
  const present = SEVERITIES.filter((one) => alerts.some((alert) => alert.severity === one));
  const goes = (one: (typeof SEVERITIES)[number]): string => `It goes to ${audience(subject, one)}`;
  const says = {
    critical: `**Critical.** ${goes("critical")}: act now. SEV-2; SEV-1 when most users are affected.`,
    warning: `**Warning.** ${goes("warning")} and wakes nobody. SEV-3; SEV-2 when users notice.`,
    info: `**Info.** ${goes("info")} and opens no incident.`,
    none: "**None.** Nobody hears of it.",
  };
  return present.length === 0
    ? [`**None.** No alert of ${plan.environment.name} leads here; people come from another page.`]
    : present.map((one) => says[one]);
}

/** When each alert fires; objectives for which one says the same stand together. */
function summary(subject: RunbookSubject): string {
  const said = groupedBy(sortedBy(subject.alerts, identityKey), (alert) =>
    [alert.alertname, conditionOf(alert, subject), alert.for].join("\n"),
  );
  const lines = [...said.values()].map((same) => line(subject, same[0], same));
  return lines.length === 0
    ? `An objective of ${subject.service.title} has this page for an alert that it cannot raise in ${subject.plan.environment.name}.`
    : bullets(lines);
}

function line(
  { plan, ...subject }: RunbookSubject,
  alert: PlannedAlert,
  same: readonly PlannedAlert[],
): string {
  const slos = same
    .filter(({ slo, alertname }) => slo !== noSlo(alertname))
    .map(({ service, slo }) => `\`${service}-${slo}\``);
  const of = slos.length === 0 ? "" : ` of ${listed(slos)}`;
  const wait = milliseconds(alert.for) === 0 ? "" : `, for ${spoken(alert.for)}`;
  return `**${alert.alertname}**${of}: ${conditionOf(alert, { plan, service: subject.service })}${wait}.`;
}

function options(subject: RunbookSubject, topics: readonly Topic[]): readonly Part[] {
  const wanted = new Set(topics.flatMap(({ remedies }) => remedies));
  const all = [
    ...REMEDIES.filter((remedy) => wanted.has(remedy)).flatMap((remedy) => remedyPart(subject, remedy)),
    ...topics.flatMap((one) => one.options),
  ];
  return all.length > 0
    ? all
    : [
        {
          title: "Repair what the diagnosis points to",
          text: [
            `Nothing that \`${subject.service.id}\` runs itself is measured here: call the owner of what is at fault, with the answers of the diagnosis.`,
          ],
        },
      ];
}

function escalation(
  { alerts, service: { team } }: RunbookSubject,
  topics: readonly Topic[],
  own: readonly string[],
): readonly string[] {
  if (alerts.some((alert) => alert.severity === "critical")) {
    return [
      "**0 to 5 minutes:** acknowledge the page.",
      "**5 to 15 minutes:** work through the diagnosis, and the option that it points to.",
      `**15 minutes:** for a SEV-1 an incident commander and the secondary of team ${team}.`,
      "**30 minutes:** status update in chat; bring in a senior engineer.",
      "**60 minutes:** manager on-call and, for a SEV-1, the CTO.",
      ...own,
    ];
  }
  return topics.every((one) => one.escalation.length > 0) && own.length > 0
    ? own
    : [
        `**Within 30 minutes in working hours:** somebody of team ${team} takes it in the chat thread. At night it waits for the morning, unless a page joins it.`,
        "**When users notice (SEV-2):** the on-call engineer takes over: 0 to 5 minutes acknowledge, 5 to 15 investigate, 30 status update and senior engineer, 60 manager on-call.",
        ...own,
      ];
}

function afterwards(
  { alerts, service, slug }: RunbookSubject,
  topics: readonly Topic[],
  own: readonly string[],
): readonly string[] {
  const pages = alerts.some((alert) => alert.severity === "critical");
  return [
    ...(topics.some(({ remedies }) => remedies.length > 0) ? ["Every temporary change is taken back"] : []),
    ...own,
    "SEV-1 and SEV-2: report, preliminary within 1 hour, full within 24 hours; SEV-3: a ticket is enough",
    ...(pages ? ["Blameless postmortem within one week, for SEV-1 and SEV-2"] : []),
    "The root cause has a ticket with an owner",
    `What this page should have said is in \`${runbookFile({ service: service.id, slug })}\``,
  ];
}

/** The arithmetic of the objectives of a page. */
function figures(subject: RunbookSubject): readonly string[] {
  const { contexts, slug, plan, service } = subject;
  const on = contexts.filter(({ slo }) => Object.values(slo.runbooks).includes(slug));
  const burning = on.filter(({ slo: { runbooks } }) => [runbooks.burn, runbooks.ticket].includes(slug));
  const periods = PERIODS.filter((period) => burning.some(({ slo }) => slo.window === period));
  return [
    ...(on.length === 0 ? [] : [budgets(on)]),
    ...periods.flatMap((period) => {
      const own = burning.filter(({ slo }) => slo.window === period);
      const [first] = own;
      const planned = plan.slos.filter(({ id }) => own.some((context) => context.id === id));
      return first === undefined
        ? []
        : [
            `Pairs of windows over ${spoken(period)}, and the share of bad events above which each fires:`,
            pairs(period, first.burn),
            thresholds(planned, first.burn, { plan, service }),
          ];
    }),
  ];
}

function budgets(contexts: readonly SloContext[]): string {
  return table(
    ["SLO", "objective", "bad is", "budget", "as time of total failure"],
    contexts.map(({ id, slo, objective, burn, budget }) => [
      `\`${id}\``,
      `${share(objective)} of ${slo.population} over ${spoken(burn.period)}`,
      slo.breach,
      percent(budget),
      `${grouped(budgetMinutes(burn.period, objective))} minutes`,
    ]),
  );
}
