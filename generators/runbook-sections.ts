import { markdownLines } from "../slo/markdown";

/** The headings of every runbook, in order. */
export const RUNBOOK_HEADINGS = [
  "Severity",
  "Summary",
  "Impact",
  "Diagnosis",
  "Resolution",
  "Escalation",
  "Post-Incident",
] as const;

/** Those of a default page, which has its tables at the end. */
export const DEFAULT_HEADINGS = [...RUNBOOK_HEADINGS, "Figures"] as const;
export type Heading = (typeof DEFAULT_HEADINGS)[number];

/** Whether a heading is one of a default page. */
export function isHeading(text: string): text is Heading {
  return (DEFAULT_HEADINGS as readonly string[]).includes(text);
}

/** What stands below a heading of the second level. */
export interface Section {
  readonly heading: string;
  /** Without blank lines around it. */
  readonly text: string;
  /** The line on which the text begins, counted as the lines of the whole are. */
  readonly line: number;
}

/** A text in Markdown, and the line on which it begins. */
interface Lines {
  readonly text: string;
  readonly line: number;
}

/** What stands above the first heading of the second level, and the sections below. What a block of code holds is no heading. */
export function sectionsIn({ text, line }: Lines): {
  readonly above: Lines;
  readonly sections: readonly Section[];
} {
  const lines = text.split("\n");
  const headings = markdownLines(text)
    .headings(2)
    .filter((at) => /^## /.test(lines[at] ?? ""));
  const starts = [...headings, lines.length];
  const between = (from: number, to: number): Lines => trimmed(lines.slice(from, to), line + from);
  return {
    above: between(0, starts[0] ?? lines.length),
    sections: starts.slice(0, -1).map((at, index) => ({
      heading: (lines[at] ?? "").slice("## ".length).trim(),
      ...between(at + 1, starts[index + 1] ?? lines.length),
    })),
  };
}

function trimmed(lines: readonly string[], line: number): Lines {
  const first = lines.findIndex((text) => text.trim() !== "");
  return first < 0
    ? { text: "", line }
    : { text: lines.slice(first).join("\n").trimEnd(), line: line + first };
}

/** What is wrong with sections that say nothing. */
export function emptySections(sections: readonly Section[]): readonly string[] {
  return sections.filter(({ text }) => text === "").map(({ heading }) => `section [${heading}] is empty`);
}
