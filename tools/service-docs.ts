import { readContent } from "../config/content";
import { readStackFile } from "../config/stack-file";
import { generatePlan } from "../generators/monitoring-plan";
import { CORRECTIONS_PAGE, correctionsPage } from "../generators/operations/corrections-page";
import { operationsPages } from "../generators/operations-pages";
import { catalogue } from "../catalogue";
import { formatProblems } from "../slo/problem";
import { sortedBy } from "../slo/order";

/** The stack whose numbers the pages give: the one that wakes people. */
const STACK = "prod";

/** How to write the pages anew, for whoever finds them out of date. */
export const RENDER_COMMAND = "node --require tsx/cjs tools/render-service-docs.ts";

/**
 * The pages that are made from services, by path from `root`.
 * @throws Error with every problem of the stack, its services and its runbooks, or if two services write one page.
 */
export function serviceDocs(root: string): ReadonlyMap<string, string> {
  const { services, environments } = catalogue;
  const config = readStackFile({ root, environments }, STACK);
  if (!config.ok) {
    throw new Error(formatProblems(config.problems));
  }
  const result = generatePlan(services, config.environment, readContent(root));
  if (!result.ok) {
    throw new Error(formatProblems(result.problems));
  }
  const { plan } = result;
  const pages = services.flatMap((service) => [...operationsPages({ service, plan })]);
  const all = [...pages, [CORRECTIONS_PAGE, correctionsPage(services)] as const];
  const files = new Map(sortedBy(all, ([file]) => file));
  if (files.size < all.length) {
    const twice = all.map(([file]) => file).filter((file, index, names) => names.indexOf(file) !== index);
    throw new Error(`[${twice.join(", ")}] is written by two services; give each folder of reports to one`);
  }
  return files;
}
