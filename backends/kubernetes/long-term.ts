import { isHub, storeRoles, type HubSettings, type PlannedLongTerm } from "../../plan/long-term";
import { runsServers, type MonitoringPlan, type OwnPlan } from "../../plan/monitoring-plan";
import { PORTS, PROGRAMS, THANOS_PORTS } from "../../plan/names";
import { ruleFiles } from "../prometheus/rules";
import { OBJECT_STORE_FILE, objectStoreConfig, objectStoreSecret } from "../thanos/object-store";
import { metadata, selector, serviceAccount, type KubernetesObject } from "./object";
import { clients, disruptionBudget, fromPods, ingressPolicy } from "./server";
import { isSingle, RULES, thanosWorkload } from "./thanos-pods";
import { programsOf, type Program } from "./thanos-programs";

/** The secrets by which the bucket is asked, each of them for one role. @param secrets texts by their keys */
export function objectStoreSecrets(
  { platform: { longTerm, kubernetes } }: MonitoringPlan,
  secrets: Readonly<Record<string, string>>,
): readonly { readonly metadata: KubernetesObject["metadata"]; readonly values: Record<string, string> }[] {
  return longTerm === undefined
    ? []
    : storeRoles(longTerm).map((role) => ({
        metadata: metadata(objectStoreSecret(role), kubernetes.namespace, PROGRAMS.store, "configuration"),
        values: { [OBJECT_STORE_FILE]: objectStoreConfig(longTerm, role, secrets) },
      }));
}

/** What keeps samples for years, but for the sidecars, which are in the pods of Prometheus. */
export function longTermObjects(plan: MonitoringPlan): readonly KubernetesObject[] {
  const { longTerm } = plan.platform;
  if (longTerm === undefined || !runsServers(plan)) {
    return [];
  }
  const { namespace } = plan.platform.kubernetes;
  return [
    service(PROGRAMS.sidecar, namespace, { pods: PROGRAMS.prometheus, port: PORTS.grpc, headless: true }),
    ...(isHub(longTerm) ? hubObjects(plan, longTerm) : []),
  ];
}

function hubObjects(plan: OwnPlan, longTerm: HubSettings & PlannedLongTerm): readonly KubernetesObject[] {
  const { namespace } = plan.platform.kubernetes;
  const programs = programsOf(plan, longTerm);
  const rules = [...ruleFiles(longTerm)].map(([path, text]) => [path.replace("rules/", ""), text]);
  return [
    ...(rules.length === 0
      ? []
      : [
          {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: metadata(RULES, namespace, PROGRAMS.ruler, "rules"),
            data: Object.fromEntries(rules) as Record<string, string>,
          } as const,
        ]),
    ...programs.flatMap((program) => objectsOf(plan, program)),
    ...programs.map((program) => thanosWorkload(namespace, longTerm, program)),
  ];
}

/** What stands around a workload. */
function objectsOf(plan: OwnPlan, program: Program): readonly KubernetesObject[] {
  const { namespace } = plan.platform.kubernetes;
  const { name, grpc } = program;
  return [
    serviceAccount(name, namespace),
    service(name, namespace, {
      pods: name,
      port: grpc === undefined ? PORTS.web : PORTS.grpc,
      headless: grpc !== undefined || isSingle(program),
    }),
    disruptionBudget(name, namespace),
    policy(plan, program),
  ];
}

/** Where each of its pods is asked, or has a name of its own as a StatefulSet wants it, all of them are named. */
function service(
  name: string,
  namespace: string,
  {
    pods,
    port,
    headless,
  }: { readonly pods: string; readonly port: "grpc" | "web"; readonly headless: boolean },
): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata(name, namespace, name),
    spec: {
      ...(headless ? { clusterIP: "None" } : {}),
      selector: selector(pods),
      ports: [{ name: port, port: THANOS_PORTS[port], targetPort: port }],
    },
  };
}

function policy({ platform: { kubernetes, grafana } }: OwnPlan, program: Program): KubernetesObject {
  const { name, grpc = [], web, open } = program;
  const { clientNamespaces, namespace } = kubernetes;
  const others = [...clientNamespaces, ...(grafana.namespace === undefined ? [] : [grafana.namespace])];
  return ingressPolicy({ program: name, namespace }, [
    {
      from: open === true ? clients([...new Set(others)]) : fromPods([PROGRAMS.prometheus, ...web]),
      ports: [{ port: PORTS.web, protocol: "TCP" }],
    },
    ...(grpc.length === 0
      ? []
      : [{ from: fromPods(grpc), ports: [{ port: PORTS.grpc, protocol: "TCP" as const }] }]),
  ]);
}
