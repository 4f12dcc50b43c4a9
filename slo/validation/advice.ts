import { markdownLines } from "../markdown";
import { suggestion } from "../nearest";
import type { Problem } from "../problem";
import { runbookSlugs, type Service } from "../service";

/** Advice is paragraphs of a page that an alert leads to: nothing in it may be taken for another section. */
export function checkAdvice(service: Service): readonly Problem[] {
  const slugs = runbookSlugs(service);
  return Object.entries(service.advice ?? {}).flatMap(([slug, paragraphs]) => {
    const problem = (message: string, remedy: string): Problem => ({
      code: "runbook-invalid",
      path: `services.${service.id}.advice.${slug}`,
      message,
      remedy,
    });
    return [
      ...(slugs.includes(slug)
        ? []
        : [problem(`no alert of [${service.id}] leads to a runbook [${slug}]`, suggestion(slug, slugs))]),
      ...paragraphs.flatMap((text) => {
        const { headings, isUnclosed } = markdownLines(text);
        return [
          ...(headings(2).length === 0
            ? []
            : [problem("a paragraph holds a heading", "Leave headings to the page; `###` is free.")]),
          ...(isUnclosed
            ? [problem("a block of code is not closed", "End it with its own line of marks.")]
            : []),
        ];
      }),
    ];
  });
}
