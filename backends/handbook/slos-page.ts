import type { PlannedAlert, PlannedSlo } from "../../plan/monitoring-plan";
import { runbookFile, writtenIn } from "../../plan/runbook";
import { BUDGET_ALERTS } from "../../generators/budget-alerts";
import { budgetEvents, budgetMinutes, BUDGET_BOUNDS } from "../../slo/budget";
import { errorBudget, exactRatio } from "../../slo/objective";
import type { BudgetState } from "../../slo/budget-policy";
import { burnRates } from "../../generators/operations/burn-rates";
import { capacitySection } from "./capacity";
import { conditionOf } from "../../generators/operations/conditions";
import { grouped, page, percent, rangeOf, share, spoken, table } from "../../generators/operations/markdown";
import { alertsOf, audience, slosOf, volumeOf, type Subject } from "../../generators/operations/subject";
import { title } from "./title";

/** Objectives, budgets, burn rates, the error budget policy and every alert of a service. */
export function slosPage(subject: Subject): string {
  return page([
    ...title("service level objectives", subject),
    "## Objectives",
    objectives(subject),
    "The window rolls. The budget as time is how long every event may be bad; where one in ten is, it is ten times as long.",
    ...events(subject),
    ...unmeasured(subject),
    ...policy(subject),
    ...burnRates(subject),
    ...capacitySection(subject),
    "## Alerts",
    alerts(subject),
    [
      "A burn must hold over both of its windows, and must be more than chance makes of a service at its objective.",
      "`for` is 0 s where the windows wait already, and where waiting would do harm.",
    ].join("\n"),
  ]);
}

function objectives(subject: Subject): string {
  return table(
    ["objective", "target", "window", "budget", "as time", "what uses it up", "fast burn goes to"],
    slosOf(subject).map((slo) => [
      slo.title,
      share(slo.objective),
      spoken(slo.window),
      percent(errorBudget(slo.objective)),
      `${grouped(budgetMinutes(slo.window, slo.objective))} min`,
      breachOf(slo, subject),
      audience(subject, slo.response === "page" ? "critical" : "warning"),
    ]),
  );
}

function breachOf({ slo }: PlannedSlo, { service }: Subject): string {
  return service.slos.find(({ id }) => id === slo)?.breach ?? "";
}

/** Budgets in events, of the objectives of which somebody declared how many there are. */
function events(subject: Subject): readonly string[] {
  const rows = slosOf(subject).flatMap((slo) => {
    const volume = volumeOf(slo, subject);
    if (volume === undefined) {
      return [];
    }
    const { total, bad } = budgetEvents(slo.window, slo.objective, volume.perDay);
    return [[slo.title, volume.rate, `${grouped(bad)} of ${grouped(total)} ${volume.events}`]];
  });
  return rows.length === 0
    ? []
    : [table(["objective", "declared rate", "budget in events per window"], rows)];
}

/** What the document promises and nothing measures, so that nobody takes silence for success. */
function unmeasured({ service: { unmeasured: slos = [] } }: Subject): readonly string[] {
  return slos.length === 0
    ? []
    : [
        "## Not measured yet",
        "No rule, no alert and no panel stands behind these objectives.",
        table(
          ["objective", "target", "budget", "why it is not measured", "what it needs"],
          slos.map(({ title: name, objective, why, needs }) => [
            name,
            share(objective),
            percent(errorBudget(objective)),
            why,
            needs,
          ]),
        ),
      ];
}

function policy(subject: Subject): readonly string[] {
  const { budgetPolicy } = subject.service;
  return budgetPolicy === undefined
    ? []
    : [
        "## Error budget policy",
        table(
          ["budget left", "state", "what the team does"],
          budgetPolicy.map((state) => [rangeOf(state), state.name, state.action]),
        ),
        policyNotes(subject, budgetPolicy),
      ];
}

/** The state that an alert announces is found by the value that its rule compares with. */
function policyNotes(subject: Subject, states: readonly BudgetState[]): string {
  const notes = Object.entries(BUDGET_BOUNDS).flatMap(([state, bound]) => {
    const { name } = BUDGET_ALERTS[state as keyof typeof BUDGET_BOUNDS];
    const [announced] = states.filter(({ to }) => exactRatio(to).eq(exactRatio(bound)));
    const [alert] = alertsOf(subject).filter(({ alertname }) => alertname === name);
    return announced === undefined || alert === undefined
      ? []
      : [
          `\`${name}\` (${alert.severity}) says below ${share(bound)}, once that has lasted ${spoken(alert.for)}, that the state ${announced.name} has begun.`,
        ];
  });
  return [
    "A bound belongs to the state above it. Each objective has its state, and the worst of them decides.",
    ...notes,
  ].join("\n");
}

/** A page that nobody wrote is on the site alone. */
function runbookLink({ runbook }: PlannedAlert, written: ReadonlySet<string>): string {
  const { slug, url } = runbook;
  return `[${slug}](${written.has(slug) ? `../../../${runbookFile(runbook)}` : url})`;
}

function alerts(subject: Subject): string {
  const { plan, service } = subject;
  const pages = plan.runbooks.filter(
    (page) => page.service === service.id && writtenIn(page).includes(runbookFile(page)),
  );
  const written = new Set(pages.map(({ slug }) => slug));
  return table(
    ["alert", "objective", "severity", "goes to", "fires when", "for", "runbook"],
    alertsOf(subject).map((alert) => [
      `\`${alert.alertname}\``,
      slosOf(subject).find(({ slo }) => slo === alert.slo)?.title ?? "",
      alert.severity,
      audience(subject, alert.severity),
      conditionOf(alert, subject),
      spoken(alert.for),
      runbookLink(alert, written),
    ]),
  );
}
