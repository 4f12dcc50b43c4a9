import { parse, YAMLError } from "yaml";
import type { Severity } from "../slo/alert";
import { isDay } from "../slo/calendar";
import type { Problem } from "../slo/problem";
import { yamlFault } from "../slo/yaml-fault";

/** From the worst to the mildest, the order in which a page names them. */
export const SEVERITIES = ["critical", "warning", "info", "none"] as const satisfies readonly Severity[];

export type FrontMatter = Readonly<Record<string, unknown>>;
export type Complaint = Pick<Problem, "message" | "remedy">;

/** What stands in it. */
const KEYS = "owner, dashboard, alerts and severity";

/** What may stand in that of a page that adds to a default one. */
const EXTENSION_KEYS: readonly string[] = ["extends", "dashboard", "last_review"];

/** Four keys take less; the time to read it grows faster than its length. */
const LONGEST_FRONT_MATTER = 10_000;

export const FRONT_MATTER = /^---\n([\s\S]*?)\n---\n/;

/** The number of the line that holds a character of a text. */
export function lineAt(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}

/** What stands between the two lines of `---`. */
export interface ReadFrontMatter {
  readonly front: FrontMatter;
  /** Why nothing is known of what it says. */
  readonly fault?: Complaint;
}

/** Reads it; keys are not looked at. */
export function frontMatter(text: string): ReadFrontMatter {
  const block = FRONT_MATTER.exec(text)?.[1];
  if (block === undefined) {
    const message = "there is no front matter";
    return { front: {}, fault: { message, remedy: `Begin with it, between two lines of \`---\`: ${KEYS}.` } };
  }
  if (block.length > LONGEST_FRONT_MATTER) {
    const message = `the front matter holds [${block.length}] characters, and may hold ${LONGEST_FRONT_MATTER}`;
    return { front: {}, fault: { message, remedy: `Keep in it ${KEYS}, and put the rest into the page.` } };
  }
  try {
    const value: unknown = parse(block, { prettyErrors: false });
    return { front: typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {} };
  } catch (error) {
    const line = error instanceof YAMLError ? lineAt(block, error.pos[0]) + 1 : 1;
    return {
      front: {},
      fault: {
        message: `line ${line}: the front matter is not YAML: ${yamlFault(error)}`,
        remedy: "Correct it in that file.",
      },
    };
  }
}

/** A value that should be a text. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A value that should be a list of texts. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}

export function isSeverity(text: string): text is Severity {
  return (SEVERITIES as readonly string[]).includes(text);
}

/** A page says which alerts lead to it, or that it is a procedure; silence could be either, or forgotten. */
export function frontMatterProblems(front: FrontMatter): readonly Complaint[] {
  const unnamed = (["owner", "dashboard"] as const)
    .filter((key) => textOf(front[key]) === "")
    .map((key) => ({
      message: `the front matter names no [${key}]`,
      remedy: key === "owner" ? "Add `owner: <team>`." : "Add `dashboard: <uid>`, the one to open first.",
    }));
  const reviewed = reviewProblems(front["last_review"]);
  const alerts = textsOf(front["alerts"]);
  if (alerts.length > 0 === (front["procedure"] === true)) {
    const message = `the front matter has [${alerts.length}] alerts and [procedure: ${String(front["procedure"] === true)}]`;
    const remedy = "List the alerts that lead here, or write `procedure: true` if there are none.";
    return [...unnamed, ...reviewed, { message, remedy }];
  }
  return [...unnamed, ...reviewed, ...severityProblems(front)];
}

/** What a page says that adds to a default page: the plan says the rest. */
export function extensionProblems(front: FrontMatter): readonly Complaint[] {
  const known = front["extends"] === "default";
  const said = Object.keys(front).filter((key) => !EXTENSION_KEYS.includes(key));
  return [
    ...(known
      ? []
      : [
          {
            message: `the front matter has [extends: ${JSON.stringify(front["extends"])}]`,
            remedy: "Write `extends: default`, or leave it out and write all of the page.",
          },
        ]),
    ...(said.length === 0
      ? []
      : [
          {
            message: `the front matter has [${said.join(", ")}], which is not for a page that extends the default one`,
            remedy: `Keep only ${EXTENSION_KEYS.join(", ")}: the rest comes from the alerts that lead there.`,
          },
        ]),
    ...reviewProblems(front["last_review"]),
  ];
}

/** A day that there is, in the years of this program; whether it lies ahead is not known without a clock. */
function reviewProblems(value: unknown): readonly Complaint[] {
  const text = textOf(value);
  const seen = typeof value === "string" ? value : JSON.stringify(value);
  return value === undefined || (text.startsWith("20") && isDay(text))
    ? []
    : [
        {
          message: `the front matter has [last_review: ${seen}], which is not a date`,
          remedy: "Write the day of the last review, e.g. `last_review: 2026-11-21`.",
        },
      ];
}

function severityProblems(front: FrontMatter): readonly Complaint[] {
  const named = textsOf(front["severity"]);
  const ordered = SEVERITIES.filter((severity) => named.includes(severity));
  return ordered.join() === named.join() && named.length > 0 === (front["procedure"] !== true)
    ? []
    : [
        {
          message: `the front matter has [severity: ${named.join(", ")}]`,
          remedy: `List the severities of its alerts in the order ${SEVERITIES.join(", ")}; a procedure has none.`,
        },
      ];
}
