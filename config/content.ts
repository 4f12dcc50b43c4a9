import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Content, RunbookSource } from "../plan/content";
import { SELF } from "../plan/names";
import { sortedBy } from "../slo/order";
import { codeOf, readTextFile } from "./read-text";

/** No ConfigMap holds a larger page. */
const LARGEST = 1_000_000;

/** The folders of the services, and that of the runbooks in each. */
const SERVICES = "services";
const RUNBOOKS = "runbooks";

/** The program's own pages, of the monitoring itself, which every repository has. */
const OWN = join(dirname(__dirname), "generators/self-runbooks");

const PAGE = /\.md$/;

/** Names that somebody might give to a page, which nothing would read. */
const NO_PAGE = /\.(?:markdown|mdown|mdx|md|txt)$/i;

type Faults = NonNullable<Content["unreadable"]>;

/**
 * Reads the runbooks of the services below `root`, and those of the monitoring itself that are not there; files that
 * begin with an underscore are drafts. A page or a folder that is not there is no fault of reading: every alert that
 * misses its page says so. What cannot be read comes with the reason.
 */
export function readContent(root: string): Content {
  const services = foldersIn(root, SERVICES);
  const read = services.folders.map((service) => pagesIn(root, service));
  const runbooks = read.flatMap(({ pages }) => pages);
  const slugs = runbooks.filter(({ service }) => service === SELF.service).map(({ slug }) => slug);
  const own = sourcesIn(OWN, SELF.service, entriesOf(OWN, "").names).filter(
    ({ slug }) => !slugs.includes(slug),
  );
  const unreadable = [services, ...read].flatMap(({ faults }) => faults);
  const former = formerFolders(root);
  return {
    runbooks: sortedBy([...runbooks, ...own], ({ service, slug }) => `${service}/${slug}`),
    ...(unreadable.length === 0 ? {} : { unreadable }),
    ...(former.length === 0 ? {} : { former }),
  };
}

function pagesIn(
  root: string,
  service: string,
): { readonly pages: readonly RunbookSource[]; readonly faults: Faults } {
  const path = `${SERVICES}/${service}/${RUNBOOKS}`;
  const { names, faults } = entriesOf(root, path);
  const strange = names.filter((name) => !name.startsWith("_") && !PAGE.test(name) && NO_PAGE.test(name));
  return {
    pages: sourcesIn(join(root, path), service, names),
    faults: [
      ...faults,
      ...strange.map((name) => ({ path: `${path}/${name}`, fault: "has a name that does not end in .md" })),
    ],
  };
}

function sourcesIn(folder: string, service: string, names: readonly string[]): readonly RunbookSource[] {
  return names
    .filter((name) => PAGE.test(name) && !name.startsWith("_"))
    .map((name) => {
      const read = readTextFile(join(folder, name), LARGEST);
      const slug = name.replace(PAGE, "");
      return "text" in read
        ? { service, slug, text: read.text }
        : { service, slug, text: "", fault: read.fault };
    });
}

/** Services whose pages lie where they lay before 0.2: `runbooks/<service>/`. */
function formerFolders(root: string): readonly string[] {
  return foldersIn(root, RUNBOOKS).folders.filter((service) =>
    entriesOf(root, `${RUNBOOKS}/${service}`).names.some((name) => PAGE.test(name)),
  );
}

function foldersIn(
  root: string,
  path: string,
): { readonly folders: readonly string[]; readonly faults: Faults } {
  const { names, faults } = entriesOf(root, path);
  return { folders: names.filter((name) => isFolder(join(root, path, name))), faults };
}

interface Entries {
  readonly names: readonly string[];
  readonly faults: Faults;
}

function entriesOf(root: string, path: string): Entries {
  try {
    return { names: readdirSync(join(root, path)), faults: [] };
  } catch (error) {
    const code = codeOf(error);
    return { names: [], faults: code === "ENOENT" ? [] : [{ path, fault: `cannot be read [${code}]` }] };
  }
}

/** A link that leads nowhere, or round in circles, is taken for a folder, whose reading says so. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return true;
  }
}
