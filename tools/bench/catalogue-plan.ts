import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../cli/root";
import { readContent } from "../../config/content";
import type { ConfigResult } from "../../config/environment";
import { readStackFile } from "../../config/stack-file";
import { planFrom, type PlanResult } from "../../generators/monitoring-plan";
import { sortedBy } from "../../slo/order";
import type { RunbookSource } from "../../plan/content";
import { catalogue } from "./catalogue";
import { catalogueRunbooks } from "./runbooks";

/** The stack that the benchmark plays. */
export const STACK = "prod";

/** The pages of a generated catalogue of so many services. */
export function runbooksFor(size: number): readonly RunbookSource[] {
  return catalogueRunbooks(catalogue(size), readFileSync(join(ROOT, "runbooks/_template.md"), "utf8"));
}

/** Everything that the plan of a generated catalogue is made from, read beforehand, and the making of it. */
export function cataloguePlanner(size: number): () => PlanResult {
  const config = withoutTeams(readStackFile(ROOT, STACK));
  const services = catalogue(size);
  const pages = [...readContent(ROOT).runbooks, ...runbooksFor(size)];
  const runbooks = sortedBy(pages, ({ service, slug }) => `${service}/${slug}`);
  return () => planFrom(config, services, { runbooks });
}

/** The teams of the catalogue have no receivers and services no addresses of their own, and those of the file none of the catalogue. */
function withoutTeams(config: ConfigResult): ConfigResult {
  if (!config.ok) {
    return config;
  }
  const { receivers, runbooks } = config.environment;
  const pagerduty =
    receivers.pagerduty === undefined
      ? {}
      : {
          pagerduty: {
            ...receivers.pagerduty,
            routingKeySecrets: { default: receivers.pagerduty.routingKeySecrets["default"] ?? "" },
          },
        };
  const environment = {
    ...config.environment,
    receivers: { ...receivers, ...pagerduty, teamChat: {} },
    runbooks: { default: runbooks["default"] ?? "" },
  };
  return { ...config, environment };
}
