import { markdownLines } from "../slo/markdown";
import { suggestion } from "../slo/nearest";
import { duplicates } from "../slo/order";
import { textOf, type Complaint, type FrontMatter } from "./runbook-front-matter";
import { DEFAULT_HEADINGS, emptySections, isHeading, sectionsIn, type Section } from "./runbook-sections";

/** The line of a section that stands for what the default page says there. */
export const DEFAULT = /^\{\{ *default *\}\}$/m;

/** A file whose sections take the place of those of the default page. */
export interface Extension {
  readonly title?: string;
  readonly dashboard?: string;
  readonly sections: readonly Section[];
}

/**
 * Reads the sections of a file that extends the default page: any of its headings, each once.
 * @param line on which the body begins in its file
 */
export function readExtension(
  { front, body, line }: { readonly front: FrontMatter; readonly body: string; readonly line: number },
  title: string | undefined,
): { readonly extension: Extension; readonly complaints: readonly Complaint[] } {
  const { above, sections } = sectionsIn({ text: body, line });
  const dashboard = textOf(front["dashboard"]);
  return {
    extension: {
      ...(title === undefined ? {} : { title }),
      ...(dashboard === "" ? {} : { dashboard }),
      sections,
    },
    complaints: [
      ...(above.text.replace(/^# .*$/m, "").trim() === "" ? [] : [ABOVE]),
      ...(sections.length > 0
        ? []
        : [
            {
              message: "it adds no section to the default page",
              remedy: `Add one of ${DEFAULT_HEADINGS.join(", ")}, or delete the file.`,
            },
          ]),
      ...(markdownLines(body).isUnclosed
        ? [{ message: "a block of code is not closed", remedy: "End it with its own line of marks." }]
        : []),
      ...sections.flatMap(sectionProblems),
      ...duplicates(sections.map(({ heading }) => heading)).map((heading) => ({
        message: `section [${heading}] is there twice`,
        remedy: "Put both below one heading.",
      })),
      ...emptySections(sections).map((message) => ({ message, remedy: "Fill it, or take its heading out." })),
    ],
  };
}

const ABOVE: Complaint = {
  message: "text stands above the first heading",
  remedy: "Put it below `## Summary` or another heading of the default page.",
};

function sectionProblems({ heading, text }: Section): readonly Complaint[] {
  const marks = text.split("\n").filter((line) => DEFAULT.test(line));
  return [
    ...(isHeading(heading)
      ? []
      : [
          {
            message: `[${heading}] is not a section of a default page`,
            remedy: suggestion(heading, DEFAULT_HEADINGS),
          },
        ]),
    ...(marks.length < 2
      ? []
      : [
          {
            message: `section [${heading}] has [{{ default }}] ${marks.length} times`,
            remedy: "Keep the one where the text of the default page belongs.",
          },
        ]),
  ];
}
