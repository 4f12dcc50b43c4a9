import type { Correction } from "../../slo/correction";
import type { Service } from "../../slo/service";
import { bullets, page, table } from "./markdown";

/** Where the page lies, from the root of the repository. */
export const CORRECTIONS_PAGE = "docs/seed-corrections.md";

/** One page for the owners of all documents; services without corrections are not on it. */
export function correctionsPage(services: readonly Service[]): string {
  return page([
    "# Corrections to the documents",
    "Generated from `services/*-corrections.ts`; change those, not this page.",
    "For the owners of the documents that the services here were built from. Where a document contradicts itself or gives a value that cannot be right, the corrected value is built; this page says which and why, so that the document can be mended. The ids are those of the [acceptance list](acceptance.md), and code and tests cite them.",
    ...services.flatMap(section),
  ]);
}

function section({ title, document, corrections = [], leftOpen = [] }: Service): readonly string[] {
  if (corrections.length === 0) {
    return [];
  }
  const areas = [...new Set(corrections.map(({ area }) => area))];
  return [
    `## ${document ?? title}`,
    ...areas.flatMap((area) => [
      `### ${area}`,
      rows(corrections.filter((correction) => correction.area === area)),
    ]),
    ...(leftOpen.length === 0 ? [] : ["### Left open by the document", bullets(leftOpen)]),
  ];
}

function rows(corrections: readonly Correction[]): string {
  return table(
    ["id", "the document says", "what is built", "why"],
    corrections.map(({ id, says, built, why }) => [id, says, built, why]),
  );
}
