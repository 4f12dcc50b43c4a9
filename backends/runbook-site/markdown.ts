import MarkdownIt from "markdown-it";
import { remembered } from "../../slo/remembered";
import type { RunbookQuery } from "../../plan/runbook";
import { escapeHtml } from "./html";

/** Where another runbook is, seen from the page that links to it; undefined where there is none. */
export type Neighbours = (service: string | undefined, slug: string) => string | undefined;

/** A heading of the second level, for the list at the top of a page. */
interface Section {
  readonly id: string;
  /** Plain text. */
  readonly title: string;
}

/** Markdown as HTML. */
interface RenderedMarkdown {
  readonly html: string;
  readonly sections: readonly Section[];
}

type Token = MarkdownIt.Token;

/** `slug.md` of the same service, `../tocsin/slug.md` of another one; with a heading behind `#` or without. */
const RUNBOOK_LINK = /^(?:\.\/)?(?:\.\.\/\.\.\/([a-z0-9-]+)\/runbooks\/)?([a-z0-9-]+)\.md(#.*)?$/;

/** Addresses that a page may link to; anything else, such as `javascript:`, is text. */
const WEB_LINK = /^(?:https?:\/\/|mailto:|#)/i;

/** A box at the beginning of a list item, ticked or not. */
const BOX = /^\[([ xX])\] /;

/** What a page asks Prometheus, and where that is asked. */
export type AskedQueries = {
  readonly queries: readonly RunbookQuery[];
  /** Absent: nobody can open it. */
  readonly prometheus?: string;
};

/** What the links of a page need to know while they are written. */
type Page = AskedQueries & {
  readonly neighbours: Neighbours;
  /** Of the links that are open, the last one last: whether they lead anywhere. */
  readonly open: boolean[];
};

type Rule = (tokens: readonly Token[], index: number, options: unknown, page: Page) => string;

/**
 * HTML of a runbook, in a time that grows with its length and no faster, whatever it holds. HTML in Markdown is shown
 * as the text that it is; an image becomes a link, since no page loads anything.
 */
export function renderMarkdown(
  markdown: string,
  neighbours: Neighbours,
  asked: AskedQueries = { queries: [] },
): RenderedMarkdown {
  const { tokens, sections } = parsed(markdown);
  const page: Page = { ...asked, neighbours, open: [] };
  return { html: PARSER.renderer.render([...tokens], PARSER.options, page), sections };
}

/** A page that may be written: its headings have names, its boxes are boxes. */
interface ParsedMarkdown {
  readonly tokens: readonly Token[];
  readonly sections: readonly Section[];
  /** Names of all headings. */
  readonly headings: ReadonlySet<string>;
}

const parsed = remembered((markdown: string) => markdown, parse);

function parse(markdown: string): ParsedMarkdown {
  const tokens = PARSER.parse(markdown, {});
  const sections: Section[] = [];
  const headings = new Set<string>();
  for (const [index, token] of tokens.entries()) {
    if (token.type === "list_item_open") {
      tickBox(tokens[index + 2]?.children ?? []);
    }
    if (token.type === "heading_open") {
      const title = plainText(tokens[index + 1]?.children ?? []);
      const id = uniqueId(title, headings);
      token.attrSet("id", id);
      if (token.tag === "h2") {
        sections.push({ id, title });
      }
    }
  }
  return { tokens, sections, headings };
}

/** A link of a page as it is written, and the line of the Markdown that it is on, from 1 on. */
interface WrittenLink {
  readonly href: string;
  readonly line: number;
}

/** Where the links of a page lead, images among them, and the names of its headings, which links may lead to. */
export function linksOf(markdown: string): {
  readonly links: readonly WrittenLink[];
  readonly headings: ReadonlySet<string>;
} {
  const links: WrittenLink[] = [];
  const { tokens, headings } = parsed(markdown);
  for (const { map, children } of tokens) {
    let line = (map?.[0] ?? 0) + 1;
    for (const [at, child] of (children ?? []).entries()) {
      line += child.type === "softbreak" || child.type === "hardbreak" ? 1 : 0;
      const href = attributeOf(children ?? [], at, child.type === "image" ? "src" : "href");
      if (child.type === "image" || child.type === "link_open") {
        links.push({ href, line });
      }
    }
  }
  return { links, headings };
}

/** The page that a link leads to, by its slug, and by its service where that is another one; undefined where it leads elsewhere. */
export function runbookLink(
  href: string,
): { readonly service: string | undefined; readonly slug: string; readonly heading: string } | undefined {
  const [, service, slug, heading = ""] = RUNBOOK_LINK.exec(href) ?? [];
  return slug === undefined ? undefined : { service, slug, heading };
}

/** Whether an address is one that a page may link to. */
export function isWebLink(href: string): boolean {
  return WEB_LINK.test(href);
}

/** A block of code, above it what it asks Prometheus as links: a phone has no shell. */
const block: Rule = (tokens, index, _options, page) =>
  `${queryLinks(tokens[index]?.map ?? [0, 0], page)}<pre tabindex="0"><code>${escapeHtml(contentOf(tokens, index).replace(/\n$/, ""))}</code></pre>\n`;

function queryLinks([from, to]: readonly [number, number], { queries, prometheus }: Page): string {
  const own = queries.filter(({ line }) => line > from && line <= to);
  if (prometheus === undefined || own.length === 0) {
    return "";
  }
  const links = own.map((query, at) =>
    anchorWith(
      queryAddress(prometheus, query),
      `Open in Prometheus${own.length === 1 ? "" : ` (${at + 1})`}`,
    ),
  );
  return `<p class="queries">${links.join(" ")}</p>\n`;
}

/** Prometheus' own page of an expression, as its alerts link to it: a table, or a graph over a range. */
function queryAddress(prometheus: string, { query, seconds }: RunbookQuery): string {
  const parameters = new URLSearchParams({
    "g0.expr": query,
    ...(seconds === undefined ? { "g0.tab": "1" } : { "g0.tab": "0", "g0.range_input": `${seconds}s` }),
  });
  return `${prometheus.replace(/\/$/, "")}/graph?${parameters.toString()}`;
}

const RULES: Readonly<Record<string, Rule>> = {
  box: (tokens, index) => {
    const ticked = contentOf(tokens, index) === " " ? "" : 'checked="" ';
    return `<input ${ticked}disabled="" type="checkbox"> `;
  },
  code_block: block,
  code_inline: (tokens, index) => `<code>${escapeHtml(contentOf(tokens, index))}</code>`,
  fence: block,
  heading_close: (tokens, index) => `</a></${tokens[index]?.tag ?? ""}>\n`,
  heading_open: (tokens, index) => {
    const id = attributeOf(tokens, index, "id");
    return `<${tokens[index]?.tag ?? ""} id="${id}"><a href="#${id}">`;
  },
  image: (tokens, index, _options, { neighbours }) => {
    const address = attributeOf(tokens, index, "src");
    const text = escapeHtml(contentOf(tokens, index) || address);
    const target = targetOf(address, neighbours);
    return target === undefined ? text : `${anchorTo(target)}${text}</a>`;
  },
  link_close: (_tokens, _index, _options, { open }) => (open.pop() === true ? "</a>" : ""),
  link_open: (tokens, index, _options, { neighbours, open }) => {
    const target = targetOf(attributeOf(tokens, index, "href"), neighbours);
    open.push(target !== undefined);
    return target === undefined ? "" : anchorTo(target);
  },
  table_close: () => "</table>\n</div>\n",
  table_open: () => '<div class="table" tabindex="0"><table>\n',
  text: (tokens, index) => escapeHtml(contentOf(tokens, index)),
};

const PARSER = parser();

function parser(): MarkdownIt.MarkdownIt {
  const markdown = new MarkdownIt("default", { html: false, linkify: true });
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  // What may be linked to is decided by `targetOf`, which knows the other pages.
  markdown.validateLink = () => true;
  Object.assign(markdown.renderer.rules, RULES);
  return markdown;
}

function contentOf(tokens: readonly Token[], index: number): string {
  return tokens[index]?.content ?? "";
}

function attributeOf(tokens: readonly Token[], index: number, name: string): string {
  return String(tokens[index]?.attrGet(name) ?? "");
}

function anchorTo(target: string): string {
  return `<a href="${escapeHtml(target)}" rel="noreferrer">`;
}

function anchorWith(target: string, text: string): string {
  return `${anchorTo(target)}${escapeHtml(text)}</a>`;
}

/** GitHub's list of things to do: a box in the place of `[ ]`. */
function tickBox(children: Token[]): void {
  const [first] = children;
  const box = first?.type === "text" ? BOX.exec(first.content)?.[1] : undefined;
  if (first !== undefined && box !== undefined) {
    const token = new MarkdownIt.Token("box", "input", 0);
    token.content = box;
    first.content = first.content.slice("[ ] ".length);
    children.unshift(token);
  }
}

function plainText(children: readonly Token[]): string {
  return children.map(({ content }) => content).join("");
}

function targetOf(href: string, neighbours: Neighbours): string | undefined {
  const link = runbookLink(href);
  if (link !== undefined) {
    const page = neighbours(link.service, link.slug);
    return page === undefined ? undefined : `${page}${link.heading}`;
  }
  return isWebLink(href) ? href : undefined;
}

/** As GitHub makes them, so that a link to a heading works in both places. */
function uniqueId(title: string, taken: Set<string>): string {
  const base = title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
  let id = base;
  for (let count = 1; taken.has(id); count += 1) {
    id = `${base}-${count}`;
  }
  taken.add(id);
  return id;
}
