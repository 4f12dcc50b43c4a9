import { incidentTemplate } from "./operations/incident-template";
import { incidentsPage } from "./operations/incidents-page";
import { onCallPage } from "./operations/on-call-page";
import { slosPage } from "./operations/slos-page";
import type { Subject } from "./operations/subject";
import { toilPage } from "./operations/toil-page";

/**
 * The pages of a service for people, by path from the root of the repository. Every number on them that is also in a
 * rule is computed from the value that the rule was made from.
 */
export function operationsPages(subject: Subject): ReadonlyMap<string, string> {
  const folder = `docs/services/${subject.service.id}`;
  return new Map([
    [`${folder}/incidents.md`, incidentsPage(subject)],
    [`${folder}/on-call.md`, onCallPage(subject)],
    [`${folder}/slos.md`, slosPage(subject)],
    [`${folder}/toil.md`, toilPage(subject)],
    [`${subject.operations.incidents.channels.reports}/_template.md`, incidentTemplate(subject)],
  ]);
}
