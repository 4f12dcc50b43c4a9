import { readContent } from "../config/content";
import { readStackFile } from "../config/stack-file";
import { generatePlan } from "../generators/monitoring-plan";
import { CORRECTIONS_PAGE, correctionsPage } from "../generators/operations/corrections-page";
import { operationsPages } from "../generators/operations-pages";
import { services } from "../services";
import { omnihub } from "../services/omnihub";
import { omnihubOperations } from "../services/omnihub-operations";
import { formatProblems } from "../slo/problem";
import { sortedBy } from "../slo/order";

/** The stack whose numbers the pages give: the one that wakes people. */
const STACK = "prod";

/** How to write the pages anew, for whoever finds them out of date. */
export const RENDER_COMMAND = "node --require tsx/cjs tools/render-service-docs.ts";

/**
 * The pages that are made from services, by path from `root`.
 * @throws Error with every problem of the stack, its services and its runbooks.
 */
export function serviceDocs(root: string): ReadonlyMap<string, string> {
  const config = readStackFile(root, STACK);
  if (!config.ok) {
    throw new Error(formatProblems(config.problems));
  }
  const service = { ...omnihub, operations: omnihubOperations };
  const result = generatePlan([service], config.environment, readContent(root));
  if (!result.ok) {
    throw new Error(formatProblems(result.problems));
  }
  const pages = operationsPages({ service, operations: service.operations, plan: result.plan });
  const all = new Map([...pages, [CORRECTIONS_PAGE, correctionsPage(services)]]);
  return new Map(sortedBy(all, ([file]) => file));
}
