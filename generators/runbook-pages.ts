import { DEFAULT_PART, runbookFile, type RunbookPage, type RunbookPart } from "../plan/runbook";
import { suggestion } from "../slo/nearest";
import { groupedBy } from "../slo/order";
import type { Problem } from "../slo/problem";
import type { DefaultRunbook } from "./default-runbooks/default-runbooks";
import { DEFAULT, type Extension } from "./runbook-extension";
import { DEFAULT_HEADINGS, type Heading } from "./runbook-sections";
import type { ReadRunbook, UnplacedPage } from "./runbooks";

/** The place of a page. */
export function pageKey({ service, slug }: Pick<RunbookPage, "service" | "slug">): string {
  return `${service}/${slug}`;
}

/** Pages, and of which of them nothing can be said. */
interface RunbookPages {
  readonly pages: readonly UnplacedPage[];
  readonly problems: readonly Problem[];
  /** By place: those that could not be read, and those of which it is not known what leads to them. */
  readonly open: ReadonlySet<string>;
}

/**
 * Every page: those of files, default ones with what a file adds to them, and default ones as they are.
 * @param unknown places of alerts that could not be planned; what links to one is not blamed that there is no page
 */
export function runbookPages(
  read: readonly ReadRunbook[],
  defaults: readonly DefaultRunbook[],
  unknown: readonly Pick<RunbookPage, "service" | "slug">[],
): RunbookPages {
  const byKey = new Map(defaults.map((one) => [pageKey(one), one]));
  const slugs = groupedBy(defaults, ({ service }) => service);
  const open = new Set(
    [...unknown, ...read.filter(({ isUnread }) => isUnread).map(({ page }) => page)].map(pageKey),
  );
  const written = read.map(({ page, extension }): { page: UnplacedPage; problems: readonly Problem[] } => {
    const base = byKey.get(pageKey(page));
    if (extension === undefined || (base === undefined && open.has(pageKey(page)))) {
      return { page, problems: [] };
    }
    if (base === undefined) {
      return { page, problems: [nothingToExtend(page, slugs.get(page.service) ?? [])] };
    }
    const { page: merged, problems } = extended(base, extension, runbookFile(page));
    return { page: page.reviewed === undefined ? merged : { ...merged, reviewed: page.reviewed }, problems };
  });
  const files = new Set(read.map(({ page }) => pageKey(page)));
  const made = defaults.filter((one) => !files.has(pageKey(one))).map(defaultPage);
  const known = new Set([...files, ...made.map(pageKey)]);
  const blanks = new Map(
    unknown.filter((one) => !known.has(pageKey(one))).map((one) => [pageKey(one), blank(one)]),
  );
  return {
    pages: [...written.map(({ page }) => page), ...made, ...blanks.values()],
    problems: written.flatMap(({ problems }) => problems),
    open: new Set([
      ...open,
      ...written.flatMap(({ page, problems }) => (problems.length > 0 ? pageKey(page) : [])),
    ]),
  };
}

/** What stands for a page that could not be made. */
function blank({ service, slug }: Pick<RunbookPage, "service" | "slug">): UnplacedPage {
  const nothing = { owner: "", dashboard: "", alerts: [], severities: [], markdown: "", parts: [] };
  return { service, slug, title: slug, ...nothing };
}

function nothingToExtend(page: UnplacedPage, defaults: readonly DefaultRunbook[]): Problem {
  return {
    code: "runbook-invalid",
    path: runbookFile(page),
    message: `there is no default page to extend, because no alert of [${page.service}] leads here`,
    remedy: `Name the slug of an alert, or write a page of its own. ${suggestion(
      page.slug,
      defaults.map(({ slug }) => slug),
    )}`,
  };
}

/** Markdown, and where it was written. */
interface Piece {
  readonly text: string;
  readonly path: string;
  readonly line: number;
}

/** A default page that nobody adds anything to. */
function defaultPage(base: DefaultRunbook): UnplacedPage {
  const sections = DEFAULT_HEADINGS.map((heading) => ({ heading, pieces: defaultPieces(base, heading) }));
  return {
    ...assembled(base, base.title, sections),
    ...(base.advice.length === 0 ? { isDefault: true } : {}),
  };
}

function extended(
  base: DefaultRunbook,
  { title = base.title, dashboard = base.dashboard, sections }: Extension,
  path: string,
): { readonly page: UnplacedPage; readonly problems: readonly Problem[] } {
  const own = new Map(sections.map((section) => [section.heading, section]));
  const pieces = DEFAULT_HEADINGS.map((heading) => {
    const section = own.get(heading);
    const theirs = defaultPieces(base, heading);
    return {
      heading,
      pieces: section === undefined ? theirs : spliced({ ...section, path }, theirs),
    };
  });
  const lacking = sections.filter(
    ({ heading, text }) => DEFAULT.test(text) && heading === "Figures" && base.sections.Figures.length === 0,
  );
  return {
    page: { ...assembled(base, title, pieces), dashboard },
    problems: lacking.map(({ heading }) => ({
      code: "runbook-invalid",
      path,
      message: `section [${heading}] has [{{ default }}], and the default page has no such section`,
      remedy: "Take the line out.",
    })),
  };
}

/** What the default page says below a heading: of the diagnosis first what the service advises. */
function defaultPieces(
  { sections, advice, service, slug }: DefaultRunbook,
  heading: Heading,
): readonly Piece[] {
  const advised = heading === "Diagnosis" ? advice : [];
  const said = sections[heading];
  return [
    ...(advised.length === 0
      ? []
      : [{ text: advised.join("\n\n"), path: `services.${service}.advice.${slug}`, line: 1 }]),
    ...(said.length === 0
      ? []
      : [{ text: said.join("\n\n"), path: `${runbookFile({ service, slug })}${DEFAULT_PART}`, line: 1 }]),
  ];
}

/** A section of a file, with the default's text in the place of the line that stands for it. */
function spliced({ text, path, line }: Piece, theirs: readonly Piece[]): readonly Piece[] {
  const at = DEFAULT.exec(text);
  if (at === null) {
    return [{ text, path, line }];
  }
  const before = text.slice(0, at.index).trimEnd();
  const after = text.slice(at.index + at[0].length);
  const skipped = after.length - after.trimStart().length;
  const lineOfRest = line + text.slice(0, at.index + at[0].length + skipped).split("\n").length - 1;
  return [
    ...(before === "" ? [] : [{ text: before, path, line }]),
    ...theirs,
    ...(after.trim() === "" ? [] : [{ text: after.trim(), path, line: lineOfRest }]),
  ];
}

/** The page of its sections, those that say something, with its steps and options counted through. */
function assembled(
  base: DefaultRunbook,
  title: string,
  sections: readonly { readonly heading: Heading; readonly pieces: readonly Piece[] }[],
): UnplacedPage {
  const path = `${runbookFile(base)}${DEFAULT_PART}`;
  const frame = (text: string): Piece => ({ text, path, line: 1 });
  const pieces = [
    frame(`# ${title}`),
    ...sections.flatMap(({ heading, pieces: own }) =>
      own.length === 0 ? [] : [frame(`## ${heading}`), ...own],
    ),
  ];
  const parts: RunbookPart[] = [];
  let at = 1;
  for (const { text, path: from, line } of pieces) {
    // Nobody wrote a default text, so that its lines are those of the page itself.
    parts.push({ at, path: from, line: from === path ? at : line });
    at += text.split("\n").length + 1;
  }
  const { service, slug, owner, dashboard, alerts, severities } = base;
  return {
    ...{ service, slug, title, owner, dashboard, alerts, severities },
    markdown: countedThrough(pieces.map(({ text }) => text).join("\n\n")),
    parts: parts.filter((part, index) => part.path !== path || parts[index - 1]?.path !== path),
  };
}

/** Steps and options have numbers of the page that they are on, whoever wrote them. */
function countedThrough(markdown: string): string {
  const counts = { Step: 0, Option: 0 };
  return markdown.replaceAll(/^### (Step|Option)(?: \d+)?:/gm, (_, word: "Option" | "Step") => {
    counts[word] += 1;
    return `### ${word} ${counts[word]}:`;
  });
}
