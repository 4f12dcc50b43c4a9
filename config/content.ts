import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Content } from "../plan/content";
import { sortedBy } from "../slo/order";

/**
 * Reads the runbooks below `root`; files that begin with an underscore are templates. A page or a folder that is not
 * there is no fault of reading: every alert that misses its page says so.
 */
export function readContent(root: string): Content {
  const folder = join(root, "runbooks");
  const runbooks = namesIn(folder, "folder").flatMap((service) =>
    namesIn(join(folder, service), "file")
      .filter((file) => file.endsWith(".md") && !file.startsWith("_"))
      .map((file) => ({
        service,
        slug: file.slice(0, -".md".length),
        text: readFileSync(join(folder, service, file), "utf8"),
      })),
  );
  return { runbooks: sortedBy(runbooks, (runbook) => `${runbook.service}/${runbook.slug}`) };
}

function namesIn(folder: string, kind: "file" | "folder"): readonly string[] {
  return existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() === (kind === "folder"))
        .map(({ name }) => name)
    : [];
}
