import { parse, YAMLError } from "yaml";
import type { Content, RunbookSource } from "../plan/content";
import type { RunbookPage } from "../plan/monitoring-plan";
import { SELF } from "../plan/names";
import type { Severity } from "../slo/alert";
import { suggestion } from "../slo/nearest";
import type { Problem } from "../slo/problem";
import { remembered } from "../slo/remembered";

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

/** What stands in it. */
const KEYS = "owner, dashboard, alerts and severity";

/** Four keys take less; the time to read it grows faster than its length. */
const LONGEST_FRONT_MATTER = 10_000;

const FRONT_MATTER = /^---\n([\s\S]*?)\n---\n/;
/** `[x]` is a ticked box, so only the capital stands for something left out; the text of a link is none. */
const PLACEHOLDERS = [/\b(?:TODO|TBD|FIXME|lorem ipsum)\b|\[(?:Y|your[^\]]*)\](?![([:])/i, /\[X\](?![([:])/];

/** A page whose address is not known yet: it follows from the environment. */
export type UnplacedPage = Omit<RunbookPage, "url">;

/** A runbook and what is wrong with it; a page comes out even of a faulty one, so that all problems show at once. */
export interface ReadRunbook {
  readonly page: UnplacedPage;
  readonly problems: readonly Problem[];
  /** What the page is for is not known, so that nothing can be said of it. */
  readonly isUnread?: true;
}

/**
 * Reads one runbook: front matter, title, headings in order, none empty, no placeholder left. A checkout that turned
 * line ends into CRLF gives the same page.
 */
export const readRunbook = remembered(
  ({ service, slug, text, fault }: RunbookSource) => JSON.stringify([service, slug, text, fault]),
  readSource,
);

function readSource(source: RunbookSource): ReadRunbook {
  const path = `runbooks/${source.service}/${source.slug}.md`;
  if (source.fault !== undefined) {
    return unread(source, unreadableContent({ path, fault: source.fault }));
  }
  const text = source.text.replaceAll("\r\n", "\n");
  if (text.trim() === "") {
    return unread(source, emptyPage(path, source));
  }
  const { front, fault } = frontMatter(text);
  const below = text.replace(FRONT_MATTER, "");
  const body = below.trim();
  const title = /^# (.+)$/m.exec(body)?.[1]?.trim();
  const complaints = [
    ...(fault === undefined ? frontMatterProblems(front) : [fault]),
    ...(title === undefined ? [{ message: "there is no title", remedy: "Begin with `# <Title>`." }] : []),
    ...bodyProblems(body),
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
      line: lineAt(text, text.length - below.trimStart().length),
    },
    problems: complaints.map((complaint) => ({ code: "runbook-invalid", path, ...complaint })),
    ...(fault === undefined ? {} : { isUnread: true }),
  };
}

function bodyProblems(body: string): readonly Complaint[] {
  return [
    ...headingProblems(body).map((message) => ({
      message,
      remedy: `The headings are ${RUNBOOK_HEADINGS.join(", ")}, in this order.`,
    })),
    ...placeholderProblems(body).map((text) => ({
      message: `placeholder text [${text}] is left`,
      remedy: "Write what the reader needs at night.",
    })),
  ];
}

/** Everything that is wrong with the pages themselves, whatever they are for. */
export function contentProblems({ runbooks, unreadable = [] }: Content): readonly Problem[] {
  return [
    ...unreadable.map(unreadableContent),
    ...runbooks.flatMap((source) => readRunbook(source).problems),
  ];
}

/** Folders of pages whose service nobody has: they are served, and no alert leads to them. */
export function strayRunbooks({ runbooks }: Content, services: readonly string[]): readonly Problem[] {
  const strays = new Set(runbooks.map(({ service }) => service).filter((id) => !services.includes(id)));
  return [...strays].map((id) => ({
    code: "runbook-invalid",
    path: `runbooks/${id}`,
    message: `there is no service [${id}], so no alert leads to its pages, which are served all the same`,
    remedy: `Delete the folder, or name it after its service. ${suggestion(id, services)}`,
  }));
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

/** Of a page that says nothing there is nothing else to say. */
function unread({ service, slug }: RunbookSource, problem: Problem): ReadRunbook {
  const nothing = { owner: "", dashboard: "", alerts: [], severities: [], markdown: "", line: 1 };
  return { page: { service, slug, title: slug, ...nothing }, problems: [problem], isUnread: true };
}

function emptyPage(path: string, { service, slug }: RunbookSource): Problem {
  return {
    code: "runbook-invalid",
    path,
    message: "is empty",
    remedy:
      service === SELF.service
        ? "Copy runbooks/_template.md over it, and fill it in."
        : `Write it anew: \`rm ${path} && npm run -s tocsin -- new runbook ${service} ${slug}\`.`,
  };
}

/** The number of the line that holds a character of a text. */
export function lineAt(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}

interface ReadFrontMatter {
  readonly front: FrontMatter;
  /** Why nothing is known of what it says. */
  readonly fault?: Complaint;
}

function frontMatter(text: string): ReadFrontMatter {
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
    const [line, says] =
      error instanceof YAMLError ? [lineAt(block, error.pos[0]) + 1, error.message] : [1, ""];
    const message = /call stack/.test(says) || says === "" ? "it is nested deeper than can be read" : says;
    return {
      front: {},
      fault: {
        message: `line ${line}: the front matter is not YAML: ${message}`,
        remedy: "Correct it there.",
      },
    };
  }
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
    return [
      missing.length === 1
        ? `heading [${missing.join()}] is missing`
        : `headings [${missing.join(", ")}] are missing`,
    ];
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
