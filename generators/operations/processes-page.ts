import type { ProcessSection } from "../../slo/operations";
import { bullets, numbered, page, sentences, table } from "./markdown";
import type { Subject } from "./subject";
import { title } from "./title";

/** What the document asks of people, a section each, in the order of the document. */
export function processesPage(subject: Subject, processes: readonly ProcessSection[]): string {
  return page([
    ...title("processes", subject),
    ...processes.flatMap((section) => [
      `## ${section.title}`,
      sentences(section.intro, `Source: ${section.source}.`),
      content(section),
    ]),
  ]);
}

function content(section: ProcessSection): string {
  switch (section.kind) {
    case "steps":
      return numbered(section.items);
    case "points":
      return bullets(section.items);
    case "table":
      return table(section.columns, section.rows);
  }
}
