import { aligned } from "../slo/aligned";
import type { Report } from "./report";
import type { Section } from "./section";
import { sectionsOf } from "./sections";
import { titleOf } from "./words";

/** A report in lines, for a terminal and for who reads mail without HTML. */
export function linesOf(report: Report): readonly string[] {
  return [titleOf(report), ...sectionsOf(report).flatMap((section) => ["", ...sectionLines(section)])];
}

function sectionLines({ title, head, rows, none, note }: Section): readonly string[] {
  return [
    title,
    ...(rows.length === 0 ? [none] : aligned([head, ...rows])),
    ...(note === undefined ? [] : [note]),
  ];
}
