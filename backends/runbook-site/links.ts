import { runbookFile, writtenAt, type RunbookPage } from "../../plan/runbook";
import { suggestion } from "../../slo/nearest";
import type { Problem } from "../../slo/problem";
import { isWebLink, linksOf, runbookLink } from "./markdown";

type Links = ReturnType<typeof linksOf>;
type Page = Pick<RunbookPage, "markdown" | "parts" | "service" | "slug">;

/** Links of pages that lead nowhere once the pages are served: the reader at night would find a text in their place. */
export function checkLinks(pages: readonly Page[]): readonly Problem[] {
  const known = new Map(pages.map((page) => [keyOf(page), page]));
  const read = new Map<Page, Links>();
  const linksIn = (page: Page): Links => {
    const links = read.get(page) ?? linksOf(page.markdown);
    read.set(page, links);
    return links;
  };
  const isFound = (href: string, page: Page): boolean =>
    isWebLink(href) ? !href.startsWith("#") : isPage(href, page, known);
  return pages
    .filter((page) => addressesIn(page.markdown).some((href) => !isFound(href, page)))
    .flatMap((page) =>
      linksIn(page).links.flatMap(({ href, line }) => {
        const why = deadBecause(href, page, known, linksIn);
        return why === undefined
          ? []
          : [
              {
                code: "runbook-invalid" as const,
                path: writtenAt(page, line),
                message: `the link [${href}] leads nowhere: ${why.message}`,
                remedy: why.remedy,
              },
            ];
      }),
    );
}

function keyOf({ service, slug }: Pick<RunbookPage, "service" | "slug">): string {
  return `${service}/${slug}`;
}

/** Whatever may be an address of a link, found in a fraction of the time that it takes to read Markdown. */
function addressesIn(markdown: string): readonly string[] {
  const written = /\]\(([^)\s]*)|^ *\[[^\]]+\]:\s*(\S*)|<([a-z][a-z\d+.-]*:)/gim;
  return [...markdown.matchAll(written)].map(
    ([, inline, defined, automatic]) => inline ?? defined ?? automatic ?? "",
  );
}

function isPage(href: string, page: Page, known: ReadonlyMap<string, Page>): boolean {
  const { service = page.service, slug = "", heading } = runbookLink(href) ?? {};
  return heading === "" && known.has(keyOf({ service, slug }));
}

type Reason = Pick<Problem, "message" | "remedy">;

function deadBecause(
  href: string,
  page: Page,
  known: ReadonlyMap<string, Page>,
  linksIn: (page: Page) => Links,
): Reason | undefined {
  if (href.startsWith("#")) {
    return missingHeading(href, linksIn(page));
  }
  const link = runbookLink(href);
  if (link === undefined) {
    return isWebLink(href)
      ? undefined
      : {
          message: "the site has runbooks alone",
          remedy:
            "Link to a page, as in service-down.md or ../../shop/runbooks/service-down.md, or to an https address.",
        };
  }
  const { service = page.service, slug, heading } = link;
  const target = known.get(keyOf({ service, slug }));
  if (target === undefined) {
    const all = [...known.values()];
    const slugs = all.filter((one) => one.service === service).map((one) => one.slug);
    const services = [...new Set(all.map((one) => one.service))];
    const remedy = slugs.length > 0 ? suggestion(slug, slugs) : suggestion(service, services);
    return { message: `there is no ${runbookFile({ service, slug })}`, remedy };
  }
  return heading === "" ? undefined : missingHeading(heading, linksIn(target));
}

function missingHeading(fragment: string, { headings }: Links): Reason | undefined {
  const id = decoded(fragment.slice(1));
  return id === "" || headings.has(id)
    ? undefined
    : { message: `its page has no heading [${id}]`, remedy: suggestion(id, [...headings]) };
}

/** Markdown encodes what an address may not hold. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
