import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Content, RunbookSource } from "../plan/content";
import { SELF } from "../plan/names";
import { sortedBy } from "../slo/order";
import { codeOf, readTextFile } from "./read-text";

/** No ConfigMap holds a larger page. */
const LARGEST = 1_000_000;

/** The folder of the runbooks. */
const RUNBOOKS = "runbooks";

/** The program's own pages, of the monitoring itself, which every repository has. */
const OWN = dirname(__dirname);

/**
 * Reads the runbooks below `root`, and those of the monitoring itself that are not there; files that begin with an underscore are templates. A page or a folder that is not
 * there is no fault of reading: every alert that misses its page says so. What cannot be read comes with the reason.
 */
export function readContent(root: string): Content {
  const { runbooks, ...rest } = contentBelow(root);
  const slugs = runbooks.filter(({ service }) => service === SELF.service).map(({ slug }) => slug);
  const own = contentBelow(OWN).runbooks.filter(
    ({ service, slug }) => service === SELF.service && !slugs.includes(slug),
  );
  return { ...rest, runbooks: sortedBy([...runbooks, ...own], ({ service, slug }) => `${service}/${slug}`) };
}

function contentBelow(root: string): Content {
  const top = entriesOf(root, RUNBOOKS);
  const services = top.names
    .filter((name) => isFolder(join(root, RUNBOOKS, name)))
    .map((service) => ({ service, ...entriesOf(root, `${RUNBOOKS}/${service}`) }));
  const runbooks = services.flatMap(({ service, names }) =>
    names
      .filter((file) => file.endsWith(".md") && !file.startsWith("_"))
      .map((file) => sourceOf(root, service, file)),
  );
  const unreadable = [top, ...services].flatMap(({ faults }) => faults);
  return {
    runbooks,
    ...(unreadable.length === 0 ? {} : { unreadable }),
  };
}

function sourceOf(root: string, service: string, file: string): RunbookSource {
  const read = readTextFile(join(root, RUNBOOKS, service, file), LARGEST);
  const slug = file.slice(0, -".md".length);
  return "text" in read ? { service, slug, text: read.text } : { service, slug, text: "", fault: read.fault };
}

interface Entries {
  readonly names: readonly string[];
  readonly faults: NonNullable<Content["unreadable"]>;
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
