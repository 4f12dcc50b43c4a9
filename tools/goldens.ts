import { existsSync } from "node:fs";
import { join } from "node:path";
import { alertRoutes } from "../backends/alertmanager/routes";
import type { FileSet } from "../backends/file-set";
import { monitoringFiles, probeFiles, runbookFiles } from "../backends/files";
import { allObjects, clusterObjects } from "../backends/kubernetes/cluster";
import { dashboardJson } from "../backends/grafana/layout";
import { kubernetesFiles } from "../backends/kubernetes/files";
import type { KubernetesObject } from "../backends/kubernetes/object";
import { judge, type JudgedPlan } from "../cli/compliance";
import { ROOT } from "../cli/root";
import { requireStack } from "../cli/stack";
import type { Evaluation, ProgramResource } from "../evaluation/evaluate";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import { sortedBy } from "../slo/order";
import { catalogue } from "../test/fixture/catalogue";
import { readableJson } from "../test/support/golden";

/** Where the goldens lie. */
export const GOLDENS = join(ROOT, "test", "golden");

/** Folders that hold nothing but goldens of this module. */
export const OWN_FOLDERS = ["dev", "prod"] as const;

/** The runbooks' web server, and one page as its reader gets it; the others differ in their text only. */
const SITE = ["runbooks/nginx.conf", "runbooks/pages/tocsin/unknown-severity.html"];

/** Rules of other services look the same; more of them would make the goldens too long to be read. */
const RULES = ["orders", "tocsin"].map((owner) => `prometheus/rules/${owner}.yml`);

/** Manifests that say how something runs; what else there is stands in `resources.txt`, and tests go through all of it. */
const MANIFESTS = [
  "namespace-monitoring",
  "monitoring-deployment-blackbox-exporter",
  "monitoring-deployment-runbooks",
  "monitoring-ingress-runbooks",
  "monitoring-networkpolicy-prometheus",
  "monitoring-statefulset-alertmanager",
  "monitoring-statefulset-prometheus",
  "orders-prod-horizontalpodautoscaler-api-gateway",
].map((name) => `kubernetes/${name}.yaml`);

/**
 * What a reviewer reads of a change: the artefacts of prod, and where dev differs. By path below `GOLDENS`; secrets
 * are not in them, so that they are the same for everyone.
 */
export async function goldenFiles(): Promise<FileSet> {
  const prod = await judge(requireStack(catalogue, "prod"));
  const dev = await judge(requireStack(catalogue, "dev"));
  const files = [
    ...within("prod", [...settings(prod), ...rules(prod), ...manifests(prod), ...site(prod)]),
    ...within("dev", differing(dev, prod)),
    ...dashboards(prod),
  ];
  return new Map(sortedBy(files, ([path]) => path));
}

type Files = readonly (readonly [path: string, text: string])[];

function within(folder: string, files: Files): Files {
  return files.map(([path, text]) => [`${folder}/${path}`, text]);
}

function settings({ plan, judged }: JudgedPlan): Files {
  return [
    ...chosen(plan, ["alertmanager/alertmanager.yml", "prometheus/prometheus.yml"]),
    ...probeFiles(plan),
    ["alertmanager/routes.json", linePerItem(alertRoutes(plan))],
    ["resources.txt", resourceLines(judged)],
  ];
}

function rules({ plan }: JudgedPlan): Files {
  return chosen(plan, RULES);
}

function site({ plan }: JudgedPlan): Files {
  return [...runbookFiles(plan)].filter(([path]) => SITE.includes(path));
}

function chosen(plan: MonitoringPlan, paths: readonly string[]): Files {
  return [...monitoringFiles(plan)].filter(([path]) => paths.includes(path));
}

function manifests({ plan }: JudgedPlan): Files {
  const shown = allObjects(clusterObjects(plan)).map(withoutChecksum);
  return [...kubernetesFiles(shown)].filter(([path]) => MANIFESTS.includes(path));
}

/** The manifests of one stack that another one does not have as they are, and its settings. */
function differing(one: JudgedPlan, other: JudgedPlan): Files {
  const known = new Map(manifests(other));
  return [...settings(one), ...manifests(one).filter(([path, text]) => known.get(path) !== text)];
}

/** A checksum tells a reviewer nothing, and changes with every word of a runbook. */
function withoutChecksum(object: KubernetesObject): KubernetesObject {
  const template = object.kind === "Deployment" ? object.spec?.template : undefined;
  if (object.kind !== "Deployment" || object.spec === undefined || template === undefined) {
    return object;
  }
  const annotations = { "checksum/content": "of the ConfigMaps" };
  return {
    ...object,
    spec: { ...object.spec, template: { ...template, metadata: { ...template.metadata, annotations } } },
  };
}

/** The dashboards of which somebody keeps a golden; all of them would be too many. */
function dashboards({ plan }: JudgedPlan): Files {
  return plan.dashboards
    .map((one) => [`grafana/${one.uid}.json`, readableJson(dashboardJson(one))] as const)
    .filter(([path]) => existsSync(join(GOLDENS, path)));
}

/** A list in JSON with an item on each line: a route that changed is one line of a diff. */
function linePerItem(items: readonly object[]): string {
  return `[\n${items.map((item) => `  ${JSON.stringify(item)}`).join(",\n")}\n]\n`;
}

/** One line per resource. */
function resourceLines({ resources }: Evaluation): string {
  return resources.map((resource) => `${resourceLine(resource)}\n`).join("");
}

function resourceLine({ type, name, parent = "", provider = "", retainOnDelete }: ProgramResource): string {
  const nameIn = (urn: string): string => urn.split("::")[3] ?? "";
  return [
    `${type} ${name}`,
    `in ${nameIn(parent)}`,
    ...(provider === "" ? [] : [`by ${nameIn(provider)}`]),
    ...(retainOnDelete ? ["retained on deletion"] : []),
  ].join(", ");
}
