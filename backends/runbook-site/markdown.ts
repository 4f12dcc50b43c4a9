import { Marked, Renderer, type Tokens } from "marked";
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

/** `slug.md` of the same service, `../tocsin/slug.md` of another one; with a heading behind `#` or without. */
const RUNBOOK_LINK = /^(?:\.\/)?(?:\.\.\/([a-z0-9-]+)\/)?([a-z0-9-]+)\.md(#.*)?$/;

/** Addresses that a page may link to; anything else, such as `javascript:`, is text. */
const WEB_LINK = /^(?:https?:\/\/|mailto:|#)/i;

/**
 * HTML of a runbook. HTML in Markdown is shown as the text that it is; an image becomes a link, since no page loads
 * anything.
 */
export function renderMarkdown(markdown: string, neighbours: Neighbours): RenderedMarkdown {
  const sections: Section[] = [];
  const ids = new Set<string>();
  const linked = (href: string, text: string): string => {
    const target = targetOf(href, neighbours);
    return target === undefined ? text : `<a href="${escapeHtml(target)}" rel="noreferrer">${text}</a>`;
  };
  const marked = new Marked({
    gfm: true,
    renderer: {
      html: ({ text }: Tokens.HTML | Tokens.Tag) => escapeHtml(text),
      image: ({ href, text }) => linked(href, escapeHtml(text === "" ? href : text)),
      link({ href, tokens }) {
        return linked(href, this.parser.parseInline(tokens));
      },
      table(token) {
        return `<div class="table">${Renderer.prototype.table.call(this, token)}</div>\n`;
      },
      code: ({ text }) => `<pre tabindex="0"><code>${escapeHtml(text)}</code></pre>\n`,
      heading({ depth, tokens }) {
        const title = this.parser.parseInline(tokens, this.parser.textRenderer);
        const id = uniqueId(title, ids);
        if (depth === 2) {
          sections.push({ id, title });
        }
        return `<h${depth} id="${id}"><a href="#${id}">${this.parser.parseInline(tokens)}</a></h${depth}>\n`;
      },
    },
  });
  return { html: marked.parse(markdown, { async: false }), sections };
}

function targetOf(href: string, neighbours: Neighbours): string | undefined {
  const [, service, slug, heading = ""] = RUNBOOK_LINK.exec(href) ?? [];
  if (slug !== undefined) {
    const page = neighbours(service, slug);
    return page === undefined ? undefined : `${page}${heading}`;
  }
  return WEB_LINK.test(href) ? href : undefined;
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
