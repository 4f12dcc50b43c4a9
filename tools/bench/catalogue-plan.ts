import { catalogue as ours } from "../../catalogue";
import { readContent } from "../../config/content";
import { readStackFile } from "../../config/stack-file";
import { planFrom, type PlanResult } from "../../generators/monitoring-plan";
import { onlyOf } from "../../test/support/stacks";
import { catalogue } from "./catalogue";

/** The stack that the benchmark plays. */
export const STACK = "prod";

/** Everything that the plan of a generated catalogue is made from, read beforehand, and the making of it. */
export function cataloguePlanner(size: number): () => PlanResult {
  const read = readStackFile(ours, STACK);
  // The teams of the catalogue have no receivers and services no addresses of their own, and those of the file none of it.
  const config = read.ok ? { ...read, environment: onlyOf(read.environment, []) } : read;
  const { environments } = ours;
  const services = catalogue(size);
  const content = readContent(ours.root);
  return () => planFrom(config, { services, environments }, content);
}
