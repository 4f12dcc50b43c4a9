import type { Content, RunbookSource } from "../plan/content";
import { runbookFile, type RunbookPage } from "../plan/runbook";
import { SELF } from "../plan/names";
import { TOCSIN } from "../slo/command";
import { suggestion } from "../slo/nearest";
import type { Problem } from "../slo/problem";
import type { Service } from "../slo/service";
import { remembered } from "../slo/remembered";
import { DEFAULT, readExtension, type Extension } from "./runbook-extension";
import {
  extensionProblems,
  FRONT_MATTER,
  frontMatter,
  frontMatterProblems,
  isSeverity,
  lineAt,
  textOf,
  textsOf,
  type Complaint,
  type FrontMatter,
} from "./runbook-front-matter";
import { emptySections, RUNBOOK_HEADINGS, sectionsIn } from "./runbook-sections";

/** `[x]` is a ticked box, so only the capital stands for something left out; the text of a link is none. */
const PLACEHOLDERS = [/\b(?:TODO|TBD|FIXME|lorem ipsum)\b|\[(?:Y|your[^\]]*)\](?![([:])/i, /\[X\](?![([:])/];

/** A page whose address is not known yet: it follows from the environment. */
export type UnplacedPage = Omit<RunbookPage, "queries" | "url">;

/** A runbook and what is wrong with it; a page comes out even of a faulty one, so that all problems show at once. */
export interface ReadRunbook {
  readonly page: UnplacedPage;
  readonly problems: readonly Problem[];
  /** What it adds to the default page, where it is no page of its own. */
  readonly extension?: Extension;
  /** What the page is for is not known, so that nothing can be said of it. */
  readonly isUnread?: true;
}

/**
 * Reads one runbook: front matter, title, headings in order, none empty, no placeholder left; or sections of a default
 * page, where it extends one. A checkout that turned line ends into CRLF gives the same page.
 */
export const readRunbook = remembered(
  ({ service, slug, text, fault }: RunbookSource) => JSON.stringify([service, slug, text, fault]),
  readSource,
);

function readSource(source: RunbookSource): ReadRunbook {
  const path = runbookFile(source);
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
  const line = lineAt(text, text.length - below.trimStart().length);
  const about: PageSource = { ...source, path, front, body, line };
  const { page, complaints, extension } = "extends" in front ? extensionOf(about) : wholePage(about, fault);
  return {
    page,
    problems: complaints.map((complaint) => ({ code: "runbook-invalid", path, ...complaint })),
    ...(extension === undefined ? {} : { extension }),
    ...(fault === undefined ? {} : { isUnread: true }),
  };
}

interface PageSource {
  readonly service: string;
  readonly slug: string;
  readonly path: string;
  readonly front: FrontMatter;
  /** What stands below the front matter, and the line that it begins on. */
  readonly body: string;
  readonly line: number;
}

type Read = Pick<ReadRunbook, "extension" | "page"> & { readonly complaints: readonly Complaint[] };

function wholePage(source: PageSource, fault: Complaint | undefined): Read {
  const { front, body } = source;
  const title = titleIn(body);
  return {
    page: pageOf(source, title),
    complaints: [
      ...(fault === undefined ? frontMatterProblems(front) : [fault]),
      ...(title === undefined ? [{ message: "there is no title", remedy: "Begin with `# <Title>`." }] : []),
      ...(DEFAULT.test(body)
        ? [
            {
              message: "[{{ default }}] stands for nothing here",
              remedy: "Add `extends: default` to the front matter, or take it out.",
            },
          ]
        : []),
      ...headingProblems(source).map((message) => ({
        message,
        remedy: `The headings are ${RUNBOOK_HEADINGS.join(", ")}, in this order.`,
      })),
      ...placeholderProblems(body),
    ],
  };
}

/** What it adds to the default page; that one is made from the plan. */
function extensionOf(source: PageSource): Read {
  const { extension, complaints } = readExtension(source, titleIn(source.body));
  return {
    page: pageOf(source, extension.title),
    extension,
    complaints: [...extensionProblems(source.front), ...complaints, ...placeholderProblems(source.body)],
  };
}

function titleIn(body: string): string | undefined {
  return /^# (.+)$/m.exec(body)?.[1]?.trim();
}

function pageOf({ service, slug, path, front, body, line }: PageSource, title = slug): UnplacedPage {
  const reviewed = textOf(front["last_review"]);
  return {
    service,
    slug,
    title,
    ...(reviewed === "" ? {} : { reviewed }),
    owner: textOf(front["owner"]),
    dashboard: textOf(front["dashboard"]),
    alerts: textsOf(front["alerts"]),
    severities: textsOf(front["severity"]).filter(isSeverity),
    markdown: body,
    parts: [{ at: 1, path, line }],
  };
}

/** Everything that is wrong with the pages themselves, whatever they are for. */
export function contentProblems(
  { runbooks, unreadable = [], former = [] }: Content,
  services: readonly Pick<Service, "id">[],
): readonly Problem[] {
  return [
    ...[SELF.service, ...services.map(({ id }) => id)].filter((id) => former.includes(id)).map(formerFolder),
    ...unreadable.map(unreadableContent),
    ...runbooks.flatMap((source) => readRunbook(source).problems),
  ];
}

/** Folders of pages whose service nobody has: nobody serves them. */
export function strayRunbooks({ runbooks }: Content, services: readonly string[]): readonly Problem[] {
  const strays = new Set(runbooks.map(({ service }) => service).filter((id) => !services.includes(id)));
  return [...strays].map((id) => ({
    code: "runbook-invalid",
    path: `services/${id}/runbooks`,
    message: `there is no service [${id}], so that nobody serves its pages`,
    remedy: `Delete the folder, or name it after its service. ${suggestion(id, services)}`,
  }));
}

/** A default page in place of what the team wrote would be noticed by nobody. */
function formerFolder(id: string): Problem {
  return {
    code: "runbook-invalid",
    path: `runbooks/${id}`,
    message: "nobody reads the pages of this folder: those of a service stand beside it",
    remedy:
      `\`mkdir -p services/${id} && git mv runbooks/${id} services/${id}/runbooks\`, and link to a page of another ` +
      "service as ../../<service>/runbooks/<slug>.md.",
  };
}

/** A page or a folder that could not be read. */
function unreadableContent({ path, fault }: { readonly path: string; readonly fault: string }): Problem {
  return {
    code: "runbook-invalid",
    path,
    message: fault,
    remedy: "Make it a text file, or a folder of text files, that you may read.",
  };
}

/** Of a page that says nothing there is nothing else to say. */
function unread({ service, slug }: RunbookSource, problem: Problem): ReadRunbook {
  const nothing = { owner: "", dashboard: "", alerts: [], severities: [], markdown: "", parts: [] };
  return { page: { service, slug, title: slug, ...nothing }, problems: [problem], isUnread: true };
}

function emptyPage(path: string, { service, slug }: RunbookSource): Problem {
  return {
    code: "runbook-invalid",
    path,
    message: "is empty",
    remedy:
      service === SELF.service
        ? "Take it away for the page that comes with the program, or write it anew."
        : `Take it away for the default page, or write it anew: \`rm ${path} && ${TOCSIN} new runbook ${service} ${slug}\`.`,
  };
}

function headingProblems({ body, line }: PageSource): readonly string[] {
  const { sections } = sectionsIn({ text: body, line });
  const found = sections.map(({ heading }) => heading);
  const missing = RUNBOOK_HEADINGS.filter((heading) => !found.includes(heading));
  if (missing.length > 0) {
    return [
      missing.length === 1
        ? `heading [${missing.join()}] is missing`
        : `headings [${missing.join(", ")}] are missing`,
    ];
  }
  const ordered = found.filter((heading) => (RUNBOOK_HEADINGS as readonly string[]).includes(heading));
  const inOrder = ordered.join() === RUNBOOK_HEADINGS.join();
  return [...emptySections(sections), ...(inOrder ? [] : [`headings stand as [${ordered.join(", ")}]`])];
}

function placeholderProblems(body: string): readonly Complaint[] {
  return PLACEHOLDERS.flatMap((pattern) => pattern.exec(body)?.slice(0, 1) ?? []).map((text) => ({
    message: `placeholder text [${text}] is left`,
    remedy: "Write what the reader needs at night.",
  }));
}
