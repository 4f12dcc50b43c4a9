import { parse } from "yaml";
import type { Content, RunbookSource } from "../plan/content";
import type { RunbookPage } from "../plan/monitoring-plan";
import type { Severity } from "../slo/alert";
import type { Problem } from "../slo/problem";

/** The headings of every runbook, in order (OMNIHUB-RUN-0). */
const RUNBOOK_HEADINGS = [
  "Severity",
  "Summary",
  "Impact",
  "Diagnosis",
  "Resolution",
  "Escalation",
  "Post-Incident",
] as const;

/** From the worst to the mildest, the order in which a page names them. */
export const SEVERITIES = ["critical", "warning", "info", "none"] as const satisfies readonly Severity[];

type FrontMatter = Readonly<Record<string, unknown>>;
type Complaint = Pick<Problem, "message" | "remedy">;

/** Four keys take less; the time to read it grows faster than its length. */
const LONGEST_FRONT_MATTER = 10_000;

const FRONT_MATTER = /^---\n([\s\S]*?)\n---\n/;
/** `[x]` is a ticked box, so only the capital stands for something left out. */
const PLACEHOLDERS = [/\b(?:TODO|TBD|FIXME|lorem ipsum)\b|\[(?:Y|your[^\]]*)\]/i, /\[X\]/];

/** A page whose address is not known yet: it follows from the environment. */
export type UnplacedPage = Omit<RunbookPage, "url">;

/** A runbook and what is wrong with it; a page comes out even of a faulty one, so that all problems show at once. */
export interface ReadRunbook {
  readonly page: UnplacedPage;
  readonly problems: readonly Problem[];
}

/**
 * Reads one runbook: front matter, title, headings in order, none empty, no placeholder left. A checkout that turned
 * line ends into CRLF gives the same page.
 */
export function readRunbook(source: RunbookSource): ReadRunbook {
  const path = `runbooks/${source.service}/${source.slug}.md`;
  if (source.fault !== undefined) {
    return { page: emptyPage(source), problems: [unreadableContent({ path, fault: source.fault })] };
  }
  const text = source.text.replaceAll("\r\n", "\n");
  const front = frontMatter(text);
  const body = text.replace(FRONT_MATTER, "").trim();
  const title = /^# (.+)$/m.exec(body)?.[1]?.trim();
  const say = (message: string, remedy: string): Problem => ({
    code: "runbook-invalid",
    path,
    message,
    remedy,
  });
  const problems = [
    ...lengthProblems(text).map(({ message, remedy }) => say(message, remedy)),
    ...frontMatterProblems(front).map(({ message, remedy }) => say(message, remedy)),
    ...(title === undefined ? [say("there is no title", "Begin with `# <Title>`.")] : []),
    ...headingProblems(body).map((message) =>
      say(message, `The headings are ${RUNBOOK_HEADINGS.join(", ")}, in this order.`),
    ),
    ...placeholderProblems(body).map((text) =>
      say(`placeholder text [${text}] is left`, "Write what the reader needs at night."),
    ),
  ];
  return {
    page: {
      service: source.service,
      slug: source.slug,
      title: title ?? source.slug,
      owner: textOf(front["owner"]),
      dashboard: textOf(front["dashboard"]),
      alerts: textsOf(front["alerts"]),
      severities: textsOf(front["severity"]).filter(isSeverity),
      markdown: body,
    },
    problems,
  };
}

/** Everything that is wrong with the pages themselves, whatever they are for. */
export function contentProblems({ runbooks, unreadable = [] }: Content): readonly Problem[] {
  return [
    ...unreadable.map(unreadableContent),
    ...runbooks.flatMap((source) => readRunbook(source).problems),
  ];
}

/** A page or a folder that could not be read. */
function unreadableContent({ path, fault }: { readonly path: string; readonly fault: string }): Problem {
  return {
    code: "runbook-invalid",
    path,
    message: fault,
    remedy: "Make it a text, or a folder of texts, that you may read.",
  };
}

/** Stands for a page of which nothing is known, so that nothing else is said of it. */
function emptyPage({ service, slug }: RunbookSource): UnplacedPage {
  return { service, slug, title: slug, owner: "", dashboard: "", alerts: [], severities: [], markdown: "" };
}

function frontMatter(text: string): FrontMatter {
  const block = FRONT_MATTER.exec(text)?.[1];
  if (block === undefined) {
    return {};
  }
  if (block.length > LONGEST_FRONT_MATTER) {
    return {};
  }
  try {
    const value: unknown = parse(block);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function lengthProblems(text: string): readonly Complaint[] {
  const { length } = FRONT_MATTER.exec(text)?.[1] ?? "";
  return length <= LONGEST_FRONT_MATTER
    ? []
    : [
        {
          message: `the front matter holds [${length}] characters, and may hold ${LONGEST_FRONT_MATTER}`,
          remedy: "Keep owner, dashboard, alerts and severity in it, and put the rest into the page.",
        },
      ];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}

function isSeverity(text: string): text is Severity {
  return (SEVERITIES as readonly string[]).includes(text);
}

/** A page says which alerts lead to it, or that it is a procedure; silence could be either, or forgotten. */
function frontMatterProblems(front: FrontMatter): readonly Complaint[] {
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

/** A day that there is, in the years of this program; whether it lies ahead is not known without a clock. */
function reviewProblems(value: unknown): readonly Complaint[] {
  const text = textOf(value);
  const seen = typeof value === "string" ? value : JSON.stringify(value);
  const day = /^20\d\d-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : new Date(NaN);
  return value === undefined || (!Number.isNaN(day.getTime()) && day.toISOString().startsWith(text))
    ? []
    : [
        {
          message: `the front matter has [last_review: ${seen}], which is no day`,
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

function headingProblems(body: string): readonly string[] {
  const sections = body.split(/^## /m).slice(1);
  const found = sections.map((section) => (section.split("\n", 1)[0] ?? "").trim());
  const missing = RUNBOOK_HEADINGS.filter((heading) => !found.includes(heading));
  if (missing.length > 0) {
    return missing.map((heading) => `heading [${heading}] is missing`);
  }
  const empty = sections
    .filter((section) => section.split("\n").slice(1).join("").trim() === "")
    .map((section) => `section [${section.trim()}] is empty`);
  const ordered = found.filter((heading) => (RUNBOOK_HEADINGS as readonly string[]).includes(heading));
  const inOrder = ordered.join() === RUNBOOK_HEADINGS.join();
  return [...empty, ...(inOrder ? [] : [`headings stand as [${ordered.join(", ")}]`])];
}

function placeholderProblems(body: string): readonly string[] {
  return PLACEHOLDERS.flatMap((pattern) => pattern.exec(body)?.slice(0, 1) ?? []);
}
