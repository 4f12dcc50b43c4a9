import type { MonitoringPlan } from "../../plan/monitoring-plan";
import type { RunbookPage } from "../../plan/runbook";
import { sortedBy } from "../../slo/order";
import { notFoundHtml, siteRenderer, type ListedPage } from "./pages";

/** A file of the site. */
export interface SiteFile {
  /** Id of the service whose page or list it is; absent for lists over several, and for the page of a wrong address. */
  readonly service?: string;
  readonly name: string;
  readonly html: string;
}

/** What the web server answers with at one address. */
export interface Entry {
  /** `runbooks.example.com/high-error-rate`; the path alone where any host name will do. */
  readonly address: string;
  /** Below the folder of the site. */
  readonly file: string;
}

/** The runbooks of a plan as HTML, and where each file is found. */
export interface RunbookSite {
  readonly files: readonly SiteFile[];
  /** Addresses that alerts and their pages have, host name and path. */
  readonly named: readonly Entry[];
  /** The same pages under any host name, by service: `/shop/high-error-rate`. */
  readonly unnamed: readonly Entry[];
}

/** The file that stands in the place of one that is not there. */
const NOT_FOUND = { name: "not-found.html" };
export const NOT_FOUND_PATH = pathOf(NOT_FOUND);

/** The site of a plan. A page stands in one file, whatever its addresses are; links in it are relative. */
export function runbookSite(plan: MonitoringPlan): RunbookSite {
  const render = siteRenderer(plan);
  const [named, unnamed] = [namedLists(plan), unnamedLists(plan)];
  const pages = plan.runbooks.map((page) => ({ page, file: pageFile(page) }));
  return {
    files: sortedBy(
      [
        ...pages.map(({ page, file }) => ({ ...file, html: render.runbook(page) })),
        ...[...named, ...unnamed].map((list) => ({ ...listFile(list), html: render.list(list.listed) })),
        { ...NOT_FOUND, html: notFoundHtml("/") },
      ],
      pathOf,
    ),
    named: byAddress([
      ...pages.map(({ page, file }) => ({ address: hostAndPath(page.url), file: pathOf(file) })),
      ...named.map((list) => ({ address: list.address, file: pathOf(listFile(list)) })),
    ]),
    unnamed: byAddress([
      ...pages.map(({ page, file }) => ({ address: unnamedPath(page), file: pathOf(file) })),
      ...unnamed.map((list) => ({ address: list.address, file: pathOf(listFile(list)) })),
    ]),
  };
}

/** The folder of a service's pages, and that of the files that belong to none. */
export function folderOf(service: string | undefined): string {
  return service === undefined ? "lists" : `pages/${service}`;
}

/** Where a file lies below the folder of the site. */
export function pathOf({ service, name }: Pick<SiteFile, "service" | "name">): string {
  return `${folderOf(service)}/${name}`;
}

function pageFile({ service, slug }: RunbookPage): { readonly service: string; readonly name: string } {
  return { service, name: `${slug}.html` };
}

function byAddress(entries: readonly Entry[]): readonly Entry[] {
  return sortedBy(entries, ({ address }) => address);
}

/** A list of pages and where it is found. */
interface PageList {
  readonly address: string;
  readonly name: string;
  readonly listed: readonly ListedPage[];
}

/** The list of one service lies with its pages, so that what is stored together grows with the service alone. */
function listFile({ name, listed }: PageList): Pick<SiteFile, "service" | "name"> {
  const [first, ...others] = new Set(listed.map(({ page }) => page.service));
  return first !== undefined && others.length === 0 ? { service: first, name } : { name };
}

/** At every base address the pages at and below it. */
function namedLists(plan: MonitoringPlan): readonly PageList[] {
  const folders = [
    ...plan.platform.runbookSite.addresses,
    ...plan.runbooks.map(({ url }) => new URL("./", url).href),
  ].map(hostAndPath);
  return listsOf(plan, new Set(folders), ({ url }) => hostAndPath(url)).map((list) => ({
    ...list,
    // The check lets no underscore into an address, so no two of these names are the same.
    name: `index_${list.address.replaceAll("/", "_")}.html`,
  }));
}

/** All pages at the root, and those of each service in its folder. */
function unnamedLists(plan: MonitoringPlan): readonly PageList[] {
  const folders = new Set(["/", ...plan.runbooks.map(({ service }) => `/${service}/`)]);
  return listsOf(plan, folders, unnamedPath).map((list) => ({
    ...list,
    name: `index${list.address.slice(0, -1).replace("/", ".")}.html`,
  }));
}

/** What is below each folder, found from the pages up, so that the work grows with them and no faster. */
function listsOf(
  plan: MonitoringPlan,
  folders: ReadonlySet<string>,
  addressOf: (page: RunbookPage) => string,
): readonly Omit<PageList, "name">[] {
  const lists = new Map(
    [...folders].map((address) => [address, { address, listed: new Array<ListedPage>() }]),
  );
  for (const page of plan.runbooks) {
    const address = addressOf(page);
    for (const { index } of address.matchAll(/\//g)) {
      const href = address.slice(index + 1);
      lists.get(address.slice(0, index + 1))?.listed.push({ page, href });
    }
  }
  return [...lists.values()];
}

function unnamedPath({ service, slug }: RunbookPage): string {
  return `/${service}/${slug}`;
}

/** What the server sees of an address: `runbooks.example.com/high-error-rate`. */
export function hostAndPath(url: string): string {
  const { hostname, pathname } = new URL(url);
  return `${hostname}${pathname}`;
}
