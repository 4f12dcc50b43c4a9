import { budgetMinutes } from "../../slo/budget";
import { errorBudget } from "../../slo/objective";
import type { IncidentProcess } from "../../slo/operations";
import { moment } from "./incidents-page";
import { checklist, grouped, page, percent, spoken, table } from "./markdown";
import { operationsOf, slosOf, volumeOf, type Subject } from "./subject";

/** The form of an incident report; the steps and the budgets in it are those of the service. */
export function incidentTemplate(subject: Subject, incidents: IncidentProcess): string {
  const { channels } = incidents;
  return page([
    "# `<Title: what users noticed, in plain words>`",
    `Copy this form to \`${channels.reports}/${channels.reportName}\` and fill it in. No blame: what happened, not who.`,
    facts(subject, incidents),
    "## Summary",
    "`<Three sentences that somebody outside the team understands.>`",
    "## Impact",
    "`<Who noticed what, for how long, how many; data lost or wrong.>`",
    "## Error budget",
    budgets(subject),
    "## Timeline",
    timeline(incidents),
    "`<What else happened, with times: release, finding, change, effect.>`",
    "## Root cause",
    "`<The chain of causes, down to one that can be removed.>`",
    "## Resolution",
    "`<What ended it, and which temporary changes were taken back.>`",
    "## What helped, what hindered",
    "`<Alerts, runbooks, dashboards, access, luck.>`",
    "## Actions",
    table(["action", "owner", "ticket", "due"], [["`<action>`", "`<name>`", "`<id>`", "`<date>`"]]),
    checklist([
      "Every temporary change is taken back",
      "The root cause has a ticket with an owner",
      "The postmortem is held",
      "The runbook has the lessons in it",
    ]),
  ]);
}

function facts({ service }: Subject, { roles, severities }: IncidentProcess): string {
  return table(
    ["field", "value"],
    [
      ["Service", service.title],
      ["Severity", `\`<one of ${Object.keys(severities).join(", ")}>\``],
      ["Alert that told us", "`<name, or how else>`"],
      ["Began, noticed, resolved (UTC)", "`<times>`"],
      ...Object.values(roles).map(({ title }) => [title, "`<name>`"]),
      ["Status", "`<preliminary or full>`"],
    ],
  );
}

function timeline({ timeline: steps }: IncidentProcess): string {
  return table(
    ["due", "step", "done at (UTC)"],
    steps.map((step) => [moment(step), step.step, "`<time>`"]),
  );
}

function budgets(subject: Subject): string {
  return table(
    ["objective", "window", "budget", "as time of total failure", "declared rate", "used by this incident"],
    slosOf(subject).map((slo) => [
      slo.title,
      spoken(slo.window),
      percent(errorBudget(slo.objective)),
      `${grouped(budgetMinutes(slo.window, slo.objective))} min`,
      volumeOf(slo, operationsOf(subject))?.rate ?? "",
      "`<share>`",
    ]),
  );
}
