import type { Severity } from "../../slo/alert";
import type { OnCall } from "../../slo/operations";
import { bullets, checklist, inDays, page, sentences, spoken, table } from "./markdown";
import { alertsOf, audience, operationsOf, type Subject } from "./subject";
import { title } from "./title";

/** Who is called for what, how fast they answer, and what they check when a shift begins and ends. */
export function onCallPage(subject: Subject, onCall: OnCall): string {
  const { budgetPolicy, incidents, toil } = operationsOf(subject);
  return page([
    ...title("on-call", subject),
    "## Rotations",
    rotations(onCall),
    "## What calls whom",
    table(
      ["severity", "goes to", "alerts"],
      (["critical", "warning", "info"] as const).map((severity) => [
        severity,
        audience(subject, severity),
        named(subject, severity),
      ]),
    ),
    ...digest(subject),
    sentences(
      "When each fires: [service level objectives](slos.md).",
      incidents && "What an incident's severity is: [incidents](incidents.md).",
    ),
    "## Response",
    response(onCall),
    `Source: ${onCall.targets.source}.`,
    "## Start of a shift",
    checklist(onCall.startOfShift.items),
    sentences(
      `Source: ${onCall.startOfShift.source}.`,
      `The budgets are on the [dashboard](${dashboard(subject)})${budgetPolicy === undefined ? "" : ", the states in the [policy](slos.md#error-budget-policy)"}.`,
    ),
    "## End of a shift",
    checklist(onCall.endOfShift.items),
    sentences(`Source: ${onCall.endOfShift.source}.`, toil && "Toil is listed [here](toil.md)."),
  ]);
}

function rotations({ rotations: all }: OnCall): string {
  return table(
    ["who", "called for", "shift", "offset", "source"],
    all.map(({ name, calledFor, shift, source }) => [
      name,
      calledFor,
      shift === undefined ? "not given" : inDays(shift.length),
      shift === undefined ? "" : inDays(shift.offset),
      source,
    ]),
  );
}

function named(subject: Subject, severity: Severity): string {
  const names = alertsOf(subject)
    .filter((alert) => alert.severity === severity)
    .map(({ alertname }) => `\`${alertname}\``);
  return names.length === 0 ? "none" : [...new Set(names)].join(", ");
}

function digest({ plan }: Subject): readonly string[] {
  return plan.routing.timeIntervals.length === 0
    ? []
    : [
        bullets(
          plan.routing.timeIntervals.map(
            ({ start, end, location }) =>
              `Between ${start} and ${end} (${location}) one mail a day lists what still fires.`,
          ),
        ),
      ];
}

function response({ targets }: OnCall): string {
  return table(
    ["what", "within", "counted from"],
    [
      ["Acknowledge the page", spoken(targets.acknowledge), "the page"],
      ["Be at work on it", spoken(targets.engage), "the page"],
      ["First status update", spoken(targets.statusUpdate), "the page"],
      ["Resolve or escalate", spoken(targets.resolveOrEscalate), "the page"],
      ["Full incident report", spoken(targets.report), "the resolution"],
    ],
  );
}

function dashboard({ service, plan }: Subject): string {
  return plan.services.find(({ id }) => id === service.id)?.dashboardUrl ?? "";
}
