import { alertRoutes } from "../backends/alertmanager/routes";
import { monitoringFiles, probeFiles, runbookFiles } from "../backends/files";
import { allObjects, clusterObjects } from "../backends/kubernetes/cluster";
import { kubernetesFiles } from "../backends/kubernetes/files";
import type { Evaluation } from "../evaluation/evaluate";
import { servicesIn } from "../generators/objectives";
import { ruleTestFiles } from "../generators/rule-tests/test-files";
import { services } from "../services";
import { sortedBy } from "../slo/order";
import { judge } from "./compliance";
import { replaceFolder, requireReplaceable } from "./folder";
import { requireStack, type LoadedStack } from "./stack";

/** A file that tells a render from any other folder. */
const PROOF = "resources.json";

/** `tocsin render <stack> --out DIR`: everything that an environment gets, byte for byte the same at each run. */
export async function renderCommand(stack: string, { out }: { readonly out: string }): Promise<void> {
  requireReplaceable(out, PROOF);
  const { judged, ...loaded } = await judge(requireStack(stack));
  const files = renderedFiles(loaded, judged);
  replaceFolder(out, files, PROOF);
  process.stdout.write(`${files.size} files of [${stack}] are in ${out}\n`);
}

/** The files of a stack by relative path, sorted. */
function renderedFiles(
  { plan, environment }: Pick<LoadedStack, "plan" | "environment">,
  { resources }: Pick<Evaluation, "resources">,
): ReadonlyMap<string, string> {
  const files = [
    ...monitoringFiles(plan),
    ...probeFiles(plan),
    ...runbookFiles(plan),
    ...prefixed("prometheus", ruleTestFiles(plan, servicesIn(services, environment))),
    ...plan.dashboards.map(
      ({ uid, json: dashboard }) => [`grafana/dashboards/${uid}.json`, json(dashboard)] as const,
    ),
    ...kubernetesFiles(allObjects(clusterObjects(plan))),
    ["alertmanager/routes.json", json(alertRoutes(plan))] as const,
    ["plan.json", json(plan)] as const,
    ["resources.json", json(shownResources(resources))] as const,
  ];
  return new Map(sortedBy(files, ([path]) => path));
}

/** Resources as they may be shown: secrets are masked. */
function shownResources(resources: Evaluation["resources"]): readonly object[] {
  return resources.map(({ type, name, urn, shown, parent, provider, protect, dependencies }) => ({
    type,
    name,
    urn,
    inputs: shown,
    parent,
    provider,
    protect,
    dependencies,
  }));
}

function prefixed(
  folder: string,
  files: ReadonlyMap<string, string>,
): readonly (readonly [string, string])[] {
  return [...files].map(([path, text]) => [`${folder}/${path}`, text] as const);
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
