import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Content } from "../plan/content";
import { sortedBy } from "../slo/order";

/** Reads the runbooks below `root`; files that begin with an underscore are templates. */
export function readContent(root: string): Content {
  const folder = join(root, "runbooks");
  const services = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const runbooks = services.flatMap((service) =>
    readdirSync(join(folder, service.name))
      .filter((file) => file.endsWith(".md") && !file.startsWith("_"))
      .map((file) => ({
        service: service.name,
        slug: file.slice(0, -".md".length),
        text: readFileSync(join(folder, service.name, file), "utf8"),
      })),
  );
  return { runbooks: sortedBy(runbooks, (runbook) => `${runbook.service}/${runbook.slug}`) };
}
