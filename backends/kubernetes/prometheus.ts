import type { IConfigMap, IContainer, IPodSpec, IVolume } from "kubernetes-models/v1";
import { runsServers, type Discovery, type MonitoringPlan, type OwnPlan } from "../../plan/monitoring-plan";
import { PORTS, PROGRAMS, WEB_PORTS } from "../../plan/names";
import { bytesOf } from "../../plan/quantity";
import { remoteWriteSecrets } from "../../plan/remote-write";
import { milliseconds } from "../../slo/duration";
import { compareText } from "../../slo/order";
import { alertTimerFlags } from "../prometheus/alert-timers";
import { featureFlags, prometheusConfig } from "../prometheus/config";
import { WRITING_SECRETS } from "../prometheus/remote-write";
import { blockFlags, TSDB } from "../thanos/flags";
import { sidecar } from "./thanos-pods";
import { metadata, serviceAccount, type KubernetesObject } from "./object";
import { podDefaults, priority, probes, resourcesOf, restricted } from "./pod";
import { fittingRuleFiles, type RuleFile } from "./rule-files";
import {
  clients,
  DATA_VOLUME,
  disruptionBudget,
  fromPods,
  ingressPolicy,
  serverIngress,
  services,
  statefulSet,
  type Server,
} from "./server";

const CONFIG_FOLDER = "/etc/prometheus/config";
const CONFIG_MAP = "prometheus-config";

/** The secret by which Prometheus writes to others, one key for each of theirs. */
const WRITING_SECRET = "prometheus-remote-write";
const WRITING_VOLUME = "remote-write";

/** `metadata` of that secret; undefined where nobody is written to by one. */
export function writingSecret(plan: MonitoringPlan): KubernetesObject["metadata"] | undefined {
  const { kubernetes, remoteWrite } = plan.platform;
  return runsServers(plan) && remoteWriteSecrets(remoteWrite).length > 0
    ? metadata(WRITING_SECRET, kubernetes.namespace, PROGRAMS.prometheus, "configuration")
    : undefined;
}

/** Replaying the log of two hours takes minutes on a slow disk; a kill in the middle starts it anew. */
const STARTUP_SECONDS = 900;

/**
 * Prometheus is ready before it has scraped anything. After so many intervals it has seen every target and evaluated
 * every rule, and the next pod may be taken away without a moment in which nobody does.
 */
const EVALUATIONS = 4;

/** Everything that runs Prometheus; the pod comes last, after what it mounts. */
export function prometheusObjects(plan: OwnPlan): readonly KubernetesObject[] {
  const { kubernetes, prometheus } = plan.platform;
  const server: Server = {
    program: PROGRAMS.prometheus,
    namespace: kubernetes.namespace,
    port: WEB_PORTS.prometheus,
    settings: prometheus,
    minReadySeconds: EVALUATIONS * Math.ceil(milliseconds(plan.scrape.interval) / 1_000),
  };
  const rules = fittingRuleFiles(plan);
  return [
    serviceAccount(server.program, server.namespace),
    ...discoveredNamespaces(plan).flatMap((namespace) => access(server, namespace)),
    ...services(server, undefined),
    configMap(server, CONFIG_MAP, "configuration", { "prometheus.yml": prometheusConfig(plan) }),
    ...rules.map((file) => configMap(server, ruleConfigMap(file), "rules", { [file.name]: file.text })),
    disruptionBudget(server.program, server.namespace),
    ingressPolicy(server, [
      {
        from: clients([...kubernetes.clientNamespaces, ...grafanaNamespace(plan)]),
        ports: [{ port: PORTS.web, protocol: "TCP" }],
      },
      ...sidecarClients(plan),
    ]),
    ...serverIngress(server),
    statefulSet(server, pod(plan, rules)),
  ];
}

/** The query of this cluster, and whatever lets that of another in; who scrapes them is Prometheus. */
function sidecarClients({
  platform: { kubernetes, longTerm },
}: OwnPlan): Parameters<typeof ingressPolicy>[1] {
  const outside = clients(kubernetes.clientNamespaces).slice(1);
  return longTerm === undefined
    ? []
    : [
        {
          from: [...fromPods([PROGRAMS.query]), ...outside],
          ports: [{ port: PORTS.grpc, protocol: "TCP" }],
        },
        { from: fromPods([PROGRAMS.prometheus]), ports: [{ port: PORTS.sidecar, protocol: "TCP" }] },
      ];
}

/** Grafana asks from there; it may be among the clients already. */
function grafanaNamespace({ platform: { grafana, kubernetes } }: OwnPlan): readonly string[] {
  const known = [...kubernetes.clientNamespaces, kubernetes.namespace];
  return grafana.namespace === undefined || known.includes(grafana.namespace) ? [] : [grafana.namespace];
}

/** One ConfigMap per file, named after it: a change of one service touches one object. */
function ruleConfigMap(file: RuleFile): string {
  return `prometheus-rules-${file.name.replace(/\.yml$/, "")}`;
}

function configMap(
  { namespace, program }: Server,
  name: string,
  component: string,
  data: NonNullable<IConfigMap["data"]>,
): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadata(name, namespace, program, component),
    data,
  };
}

/** Namespaces in which Prometheus looks for targets or for Alertmanager. */
function discoveredNamespaces({ scrape }: OwnPlan): readonly string[] {
  const found = [scrape.alertmanagers, ...scrape.jobs.map((job) => job.discovery)].flatMap(
    (discovery: Discovery) => (discovery.kind === "kubernetes" ? [discovery.namespace] : []),
  );
  return [...new Set(found)].sort(compareText);
}

/** Pods may be listed in just these namespaces, nothing else and nowhere else. */
function access({ program, namespace }: Server, target: string): readonly KubernetesObject[] {
  // The namespace belongs to others, and may be watched from several: the name says whose these are.
  const name = `tocsin-${program}-${namespace}`;
  const meta = metadata(name, target, program);
  return [
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: meta,
      rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: meta,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
      subjects: [{ kind: "ServiceAccount", name: program, namespace }],
    },
  ];
}

function pod(plan: OwnPlan, rules: readonly RuleFile[]): IPodSpec {
  const beside = sidecar(plan.platform.longTerm);
  return {
    ...podDefaults(PROGRAMS.prometheus),
    ...priority(plan.platform.prometheus),
    serviceAccountName: PROGRAMS.prometheus,
    automountServiceAccountToken: true,
    // A block in the making is written out before the end.
    terminationGracePeriodSeconds: 600,
    containers: [container(plan), ...beside.containers],
    volumes: [
      ...beside.volumes,
      ...writingVolume(plan),
      {
        name: "config",
        projected: {
          sources: [
            { configMap: { name: CONFIG_MAP, items: [{ key: "prometheus.yml", path: "prometheus.yml" }] } },
            ...rules.map((file) => ({
              configMap: {
                name: ruleConfigMap(file),
                items: [{ key: file.name, path: `rules/${file.name}` }],
              },
            })),
          ],
        },
      },
    ],
  };
}

/** Named one by one, so that a key that is missing keeps the pod from starting. */
function writingVolume({ platform: { remoteWrite } }: OwnPlan): readonly IVolume[] {
  const items = remoteWriteSecrets(remoteWrite).map((key) => ({ key, path: key }));
  return items.length === 0
    ? []
    : [{ name: WRITING_VOLUME, secret: { secretName: WRITING_SECRET, defaultMode: 0o440, items } }];
}

function container(plan: OwnPlan): IContainer {
  const { prometheus } = plan.platform;
  return {
    name: PROGRAMS.prometheus,
    image: prometheus.image,
    args: flags(plan),
    env: [{ name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
    ports: [{ name: PORTS.web, containerPort: WEB_PORTS.prometheus, protocol: "TCP" }],
    ...probes(STARTUP_SECONDS),
    resources: resourcesOf(prometheus.resources),
    securityContext: restricted(),
    volumeMounts: [
      { name: "config", mountPath: CONFIG_FOLDER, readOnly: true },
      { name: DATA_VOLUME, mountPath: TSDB, subPath: "prometheus" },
      ...writingVolume(plan).map(({ name }) => ({ name, mountPath: WRITING_SECRETS, readOnly: true })),
    ],
  };
}

function flags({ platform: { longTerm, prometheus }, scrape }: OwnPlan): string[] {
  return [
    `--config.file=${CONFIG_FOLDER}/prometheus.yml`,
    "--config.auto-reload",
    "--config.auto-reload-interval=30s",
    `--storage.tsdb.path=${TSDB}`,
    `--storage.tsdb.retention.time=${scrape.retention}`,
    `--storage.tsdb.retention.size=${usableBytes(prometheus.storage.claims ?? prometheus.storage.size)}`,
    ...blockFlags(longTerm),
    `--query.lookback-delta=${scrape.lookback}`,
    ...alertTimerFlags((duration) => duration),
    ...featureFlags(scrape),
    `--web.external-url=${prometheus.address}`,
    // A path of the address is the proxy's business: probes, scrapes and neighbours ask without it.
    "--web.route-prefix=/",
    `--web.listen-address=:${WEB_PORTS.prometheus}`,
  ];
}

/** Four fifths of the volume, in KB: the log and a block in the making come on top of what retention counts. */
function usableBytes(size: string): string {
  const bytes = bytesOf(size);
  if (bytes === undefined) {
    throw new RangeError(`[${size}] is not an amount of disk such as 50Gi`);
  }
  return `${(bytes * 4n) / 5n / 1024n}KB`;
}
