import type { IContainer, IPodSpec } from "kubernetes-models/v1";
import type { MonitoringPlan, OwnPlan } from "../../plan/monitoring-plan";
import { PORTS, PROGRAMS, WEB_PORTS } from "../../plan/names";
import { receiverSecrets } from "../../plan/routing";
import { alertmanagerConfig, MOUNTED_PATHS } from "../alertmanager/config";
import { NOTIFICATION_TEMPLATES, TEMPLATE_FILE } from "../alertmanager/templates";
import { metadata, selector, serviceAccount, type KubernetesObject } from "./object";
import { podDefaults, priority, probes, resourcesOf, restricted } from "./pod";
import {
  clients,
  DATA_VOLUME,
  disruptionBudget,
  headlessName,
  ingressPolicy,
  serverIngress,
  services,
  statefulSet,
  type Server,
} from "./server";

const PORT = WEB_PORTS.alertmanager;
const MESH_PORT = 9094;
const RELOADER_PORT = 8080;
/** Twice the time in which members tell each other all that they know (`--cluster.pushpull-interval`, a minute). */
const EXCHANGE_SECONDS = 120;
const CONFIG_MAP = "alertmanager-config";
const CONFIG_FOLDER = "/etc/alertmanager/config";

/** The secret that holds one key per receiver, unless configuration names another one. */
const RECEIVERS_SECRET = "alertmanager-receivers";

/** `metadata` of the receivers' secret; undefined where somebody else keeps it, or runs Alertmanager. */
export function receiversSecret({ platform }: MonitoringPlan): KubernetesObject["metadata"] | undefined {
  return platform.alertmanager.existingSecret === undefined && platform.operator === undefined
    ? metadata(RECEIVERS_SECRET, platform.kubernetes.namespace, PROGRAMS.alertmanager)
    : undefined;
}

/** Everything that runs Alertmanager except the receivers' secret; the pod comes last. */
export function alertmanagerObjects(plan: OwnPlan): readonly KubernetesObject[] {
  const { kubernetes, alertmanager } = plan.platform;
  const server: Server = {
    program: PROGRAMS.alertmanager,
    namespace: kubernetes.namespace,
    port: PORT,
    settings: alertmanager,
    minReadySeconds: EXCHANGE_SECONDS,
  };
  const own = { podSelector: { matchLabels: selector(server.program) } };
  return [
    serviceAccount(server.program, server.namespace),
    ...services(server, MESH_PORT),
    configMap(server, plan),
    disruptionBudget(server.program, server.namespace),
    ingressPolicy(server, [
      { from: clients(kubernetes.clientNamespaces), ports: [{ port: PORTS.web, protocol: "TCP" }] },
      {
        from: [own],
        ports: [
          { port: PORTS.mesh, protocol: "TCP" },
          { port: MESH_PORT, protocol: "UDP" },
        ],
      },
    ]),
    ...serverIngress(server),
    statefulSet(server, pod(plan)),
  ];
}

function configMap({ namespace, program }: Server, { routing }: OwnPlan): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadata(CONFIG_MAP, namespace, program, "configuration"),
    data: {
      "alertmanager.yml": alertmanagerConfig(routing, MOUNTED_PATHS),
      [TEMPLATE_FILE]: NOTIFICATION_TEMPLATES,
    },
  };
}

function pod(plan: OwnPlan): IPodSpec {
  const { alertmanager } = plan.platform;
  const secretName = alertmanager.existingSecret ?? RECEIVERS_SECRET;
  return {
    ...podDefaults(PROGRAMS.alertmanager),
    ...priority(alertmanager),
    serviceAccountName: PROGRAMS.alertmanager,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 120,
    containers: [container(plan), reloader(plan)],
    volumes: [
      {
        name: "config",
        configMap: { name: CONFIG_MAP, items: [{ key: "alertmanager.yml", path: "alertmanager.yml" }] },
      },
      {
        name: "templates",
        configMap: { name: CONFIG_MAP, items: [{ key: TEMPLATE_FILE, path: TEMPLATE_FILE }] },
      },
      {
        name: "secrets",
        secret: {
          secretName,
          defaultMode: 0o440,
          // Named one by one, so that a key that is missing keeps the pod from starting instead of losing a page.
          items: receiverSecrets(plan.routing).map((key) => ({ key, path: key })),
        },
      },
    ],
  };
}

function container({ platform: { alertmanager, kubernetes } }: OwnPlan): IContainer {
  return {
    name: PROGRAMS.alertmanager,
    image: alertmanager.image,
    args: [
      `--config.file=${CONFIG_FOLDER}/alertmanager.yml`,
      "--storage.path=/alertmanager",
      "--data.retention=120h",
      // What was sent is written down only so often: a crash of all forgets the rest, and whose resolve is due.
      "--data.maintenance-interval=30s",
      // What was given up is counted by receiver.
      "--enable-feature=receiver-name-in-metrics",
      `--web.external-url=${alertmanager.address}`,
      // A path of the address is the proxy's business: probes, Prometheus and the reloader ask without it.
      "--web.route-prefix=/",
      `--web.listen-address=:${PORT}`,
      ...clusterFlags(alertmanager.replicas, kubernetes.namespace),
    ],
    ports: [
      { name: PORTS.web, containerPort: PORT, protocol: "TCP" },
      { name: PORTS.mesh, containerPort: MESH_PORT, protocol: "TCP" },
      { name: `${PORTS.mesh}-udp`, containerPort: MESH_PORT, protocol: "UDP" },
    ],
    ...(alertmanager.replicas === 1 ? {} : { env: [podAddress()] }),
    ...probes(120),
    resources: resourcesOf(alertmanager.resources),
    securityContext: restricted(),
    volumeMounts: [
      { name: "config", mountPath: CONFIG_FOLDER, readOnly: true },
      { name: "templates", mountPath: MOUNTED_PATHS.templates, readOnly: true },
      { name: "secrets", mountPath: MOUNTED_PATHS.secrets, readOnly: true },
      { name: DATA_VOLUME, mountPath: "/alertmanager", subPath: "alertmanager" },
    ],
  };
}

/** Peers by their stable names; alone, the mesh is switched off. Source: Alertmanager docs, "High Availability". */
function clusterFlags(replicas: number, namespace: string): readonly string[] {
  if (replicas === 1) {
    return ["--cluster.listen-address="];
  }
  const host = headlessName(PROGRAMS.alertmanager);
  return [
    `--cluster.listen-address=0.0.0.0:${MESH_PORT}`,
    `--cluster.advertise-address=$(POD_IP):${MESH_PORT}`,
    // A pod that comes back has another address; its peers look names up again.
    "--cluster.reconnect-timeout=5m",
    ...Array.from(
      { length: replicas },
      (_, index) => `--cluster.peer=${PROGRAMS.alertmanager}-${index}.${host}.${namespace}.svc:${MESH_PORT}`,
    ),
  ];
}

function podAddress(): NonNullable<IContainer["env"]>[number] {
  return { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } };
}

/** Alertmanager reads its configuration once; the sidecar asks for it again after a change. Secrets need no reload. */
function reloader({ platform: { alertmanager } }: OwnPlan): IContainer {
  return {
    name: "config-reloader",
    image: alertmanager.reloaderImage,
    args: [
      `--listen-address=:${RELOADER_PORT}`,
      `--reload-url=http://127.0.0.1:${PORT}/-/reload`,
      `--watched-dir=${CONFIG_FOLDER}`,
      `--watched-dir=${MOUNTED_PATHS.templates}`,
    ],
    ports: [{ name: "reloader", containerPort: RELOADER_PORT, protocol: "TCP" }],
    // Liveness alone: a sidecar that is not ready would take its Alertmanager out of service.
    livenessProbe: {
      httpGet: { path: "/healthz", port: "reloader" },
      periodSeconds: 10,
      failureThreshold: 6,
      timeoutSeconds: 5,
    },
    resources: resourcesOf({ cpu: "10m", memory: "32Mi" }),
    securityContext: restricted(),
    volumeMounts: [
      { name: "config", mountPath: CONFIG_FOLDER, readOnly: true },
      { name: "templates", mountPath: MOUNTED_PATHS.templates, readOnly: true },
    ],
  };
}
