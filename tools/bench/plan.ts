import { performance } from "node:perf_hooks";
import { formatProblems } from "../../slo/problem";
import { cataloguePlanner } from "./catalogue-plan";

/** In a process of its own: the plan of a generated catalogue, and nothing after it. Prints what it took. */
const planner = cataloguePlanner(Number(process.argv[2]));
const start = performance.now();
const used = process.cpuUsage();
const result = planner();
const { user, system } = process.cpuUsage(used);
const seconds = (performance.now() - start) / 1_000;
if (!result.ok) {
  throw new Error(formatProblems(result.problems));
}
const { slos, alerts, ruleGroups } = result.plan;
const rules = ruleGroups.reduce((sum, group) => sum + group.rules.length, 0);
const counts = { slos: slos.length, alerts: alerts.length, rules };
process.stdout.write(JSON.stringify({ seconds, processor: (user + system) / 1e6, ...counts }));
