import { alertRoutes } from "../backends/alertmanager/routes";
import { deliveredDashboards } from "../backends/grafana/content";
import type { Evaluation } from "../evaluation/evaluate";
import type { JudgedStack } from "../evaluation/stack";
import { servicesIn } from "../generators/objectives";
import { ruleTestFiles } from "../backends/prometheus/rule-tests";
import { BACKENDS } from "../backends/table";
import { ruleTests } from "../backends/rule-tests/rule-tests";
import type { Catalogue } from "../slo/catalogue";
import { sortedBy } from "../slo/order";
import { judge } from "./compliance";
import { replaceFolder, requireReplaceable } from "./folder";
import { checkWithServers, findReaders, sayUnread } from "./server-check";
import { refused, requireStack, type LoadedStack } from "./stack";

/** A file that tells a render from any other folder. */
const PROOF = "resources.json";

/** `tocsin render <stack> --out DIR`: everything that an environment gets, byte for byte the same at each run. */
export async function renderCommand(
  catalogue: Catalogue,
  stack: string,
  { out }: { readonly out: string },
): Promise<void> {
  requireReplaceable(out, PROOF);
  const { tools, missing } = await findReaders();
  const plan = requireStack(catalogue, stack);
  const [{ judged, policyConfig, ...loaded }, problems] = await Promise.all([
    judge(plan),
    checkWithServers(stack, plan.plan, catalogue.services, tools),
  ]);
  if (problems.length > 0) {
    throw refused(catalogue, stack, problems);
  }
  const files = renderedFiles(loaded, judged, policyConfig);
  replaceFolder(out, files, PROOF);
  process.stdout.write(`${files.size} files of [${stack}] are in ${out}\n`);
  sayUnread(missing);
}

/** The files of a stack by relative path, sorted. */
function renderedFiles(
  { plan, environment, catalogue }: Pick<LoadedStack, "plan" | "environment" | "catalogue">,
  { resources, violations }: JudgedStack,
  policyConfig: object,
): ReadonlyMap<string, string> {
  const files = [
    ...Object.values(BACKENDS).flatMap(({ files: told }) => [...told(plan)]),
    ...[...ruleTestFiles(ruleTests(plan, servicesIn(catalogue.services, environment)))].map(
      ([path, text]) => [`prometheus/${path}`, text] as const,
    ),
    ...deliveredDashboards(plan).map(
      ({ uid, json: dashboard }) => [`grafana/dashboards/${uid}.json`, json(dashboard)] as const,
    ),
    ["alertmanager/routes.json", json(alertRoutes(plan))] as const,
    ["plan.json", json(plan)] as const,
    // As the engine takes it: `pulumi up --policy-pack policies --policy-pack-config <folder>/policy-config.json`.
    ["policy-config.json", json(policyConfig)] as const,
    ["resources.json", json(shownResources(resources))] as const,
    ["violations.json", json(violations)] as const,
  ];
  return new Map(sortedBy(files, ([path]) => path));
}

/** Resources as they may be shown: secrets are masked. */
function shownResources(resources: Evaluation["resources"]): readonly object[] {
  return resources.map(({ type, name, urn, shown, parent, provider, retainOnDelete, dependencies }) => ({
    type,
    name,
    urn,
    inputs: shown,
    parent,
    provider,
    retainOnDelete,
    dependencies,
  }));
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
