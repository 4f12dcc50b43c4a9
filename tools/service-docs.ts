import { readContent } from "../config/content";
import { readStackFile } from "../config/stack-file";
import { generatePlan } from "../generators/monitoring-plan";
import { slosPage } from "../backends/handbook/slos-page";
import { catalogue } from "../catalogue";
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
  return new Map(
    sortedBy(services, ({ id }) => id).map((service) => [
      `docs/services/${service.id}/slos.md`,
      slosPage({ service, plan }),
    ]),
  );
}
