import { incidentTemplate } from "./operations/incident-template";
import { incidentsPage } from "./operations/incidents-page";
import { onCallPage } from "./operations/on-call-page";
import { processesPage } from "./operations/processes-page";
import { slosPage } from "./operations/slos-page";
import { operationsOf, type Subject } from "./operations/subject";
import { toilPage } from "./operations/toil-page";

/**
 * The pages of a service for people, by path from the root of the repository: its objectives always, the others where
 * somebody wrote down what they say. Every number on them that is also in a rule is computed from the value that the
 * rule was made from.
 */
export function operationsPages(subject: Subject): ReadonlyMap<string, string> {
  const folder = `docs/services/${subject.service.id}`;
  const { incidents, onCall, processes = [], toil } = operationsOf(subject);
  const pages = new Map([[`${folder}/slos.md`, slosPage(subject)]]);
  if (incidents !== undefined) {
    pages.set(`${folder}/incidents.md`, incidentsPage(subject, incidents));
    pages.set(`${incidents.channels.reports}/_template.md`, incidentTemplate(subject, incidents));
  }
  if (onCall !== undefined) {
    pages.set(`${folder}/on-call.md`, onCallPage(subject, onCall));
  }
  if (processes.length > 0) {
    pages.set(`${folder}/processes.md`, processesPage(subject, processes));
  }
  if (toil !== undefined) {
    pages.set(`${folder}/toil.md`, toilPage(subject, toil));
  }
  return pages;
}
