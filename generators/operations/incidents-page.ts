import { milliseconds } from "../../slo/duration";
import type { IncidentProcess, TimelineStep } from "../../slo/operations";
import { bullets, page, spoken, table } from "./markdown";
import type { Subject } from "./subject";
import { title } from "./title";

/** Severities, roles, timeline and reports of a service's incidents. */
export function incidentsPage(subject: Subject, incidents: IncidentProcess): string {
  const { channels, roles, timeline } = incidents;
  return page([
    ...title("incidents", subject),
    `Source: ${incidents.source}.`,
    "## Severities",
    severities(incidents),
    "The severity of an alert says how somebody hears of it, that of an incident how many people drop what they do.",
    "## Roles",
    ...Object.entries(roles).flatMap(([id, role]) => [`### ${role.title} (${id})`, bullets(role.duties)]),
    "## Timeline",
    table(
      ["when", "what"],
      timeline.map((step) => [moment(step), step.step]),
    ),
    "## Where",
    bullets([
      `Talk: \`${channels.chat}\``,
      `Tell users: ${channels.statusPage}`,
      `Write down: \`${channels.reports}/${channels.reportName}\`, from the [template](${templateFrom(channels.reports)})`,
    ]),
    `Source: ${channels.source}.`,
  ]);
}

function severities({ severities: all }: IncidentProcess): string {
  return table(
    ["severity", "definition", "response", "escalation"],
    Object.entries(all).map(
      ([
        id,
        {
          name,
          definition,
          response,
          escalation: { action, within },
        },
      ]) => [
        `${id} (${name})`,
        definition,
        response,
        within === undefined ? action : `${action}, within ${spoken(within)}`,
      ],
    ),
  );
}

/** When a step is due, as people count in an incident. */
export function moment({ after, from }: TimelineStep): string {
  if (from === "alert") {
    return spoken(after);
  }
  return milliseconds(after) === 0 ? "resolution" : `resolution + ${spoken(after)}`;
}

function templateFrom(reports: string): string {
  return `../../../${reports}/_template.md`;
}
