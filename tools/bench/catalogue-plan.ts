import { catalogue as ours } from "../../catalogue";
import { readContent } from "../../config/content";
import type { ConfigResult } from "../../config/environment";
import { readStackFile } from "../../config/stack-file";
import { HEARD_SEVERITIES } from "../../plan/environment";
import { planFrom, type PlanResult } from "../../generators/monitoring-plan";
import { catalogue } from "./catalogue";

/** The stack that the benchmark plays. */
export const STACK = "prod";

/** Everything that the plan of a generated catalogue is made from, read beforehand, and the making of it. */
export function cataloguePlanner(size: number): () => PlanResult {
  const config = withoutTeams(readStackFile(ours, STACK));
  const { environments } = ours;
  const services = catalogue(size);
  const content = readContent(ours.root);
  return () => planFrom(config, { services, environments }, content);
}

/** The teams of the catalogue have no receivers and services no addresses of their own, and those of the file none of the catalogue. */
function withoutTeams(config: ConfigResult): ConfigResult {
  if (!config.ok) {
    return config;
  }
  const { receivers, runbooks } = config.environment;
  const own = HEARD_SEVERITIES.map((severity) => [severity, receivers[severity]] as const).flatMap(
    ([severity, byTeam]) =>
      byTeam === undefined ? [] : [[severity, { default: byTeam["default"] ?? [] }] as const],
  );
  const environment = {
    ...config.environment,
    receivers: { ...receivers, ...Object.fromEntries(own) },
    runbooks: { default: runbooks["default"] ?? "" },
  };
  return { ...config, environment };
}
