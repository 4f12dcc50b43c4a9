import type { IStatefulSetSpec } from "kubernetes-models/apps/v1";
import type { INetworkPolicySpec } from "kubernetes-models/networking.k8s.io/v1";
import { PORTS, PROGRAMS } from "../../plan/names";
import { prometheusService, type OwnPlatform, type Platform, type Storage } from "../../plan/platform";
import { metadata, selector, type KubernetesObject } from "./object";

/** A server as Kubernetes sees it. */
export interface Server {
  readonly program: string;
  readonly namespace: string;
  readonly port: number;
  readonly settings: OwnPlatform["alertmanager" | "prometheus"];
  /** Seconds for which a pod has to be ready before a rollout goes on with the next. */
  readonly minReadySeconds: number;
}

/** The Service that gives each pod of a server its own name. */
export function headlessName(program: string): string {
  return `${program}-headless`;
}

/** The two Services of a server: one that clients use, and one that names its pods before they are ready. */
export function services(
  { program, namespace, port }: Server,
  mesh: number | undefined,
): readonly KubernetesObject[] {
  const web = { name: PORTS.web, port, targetPort: PORTS.web };
  return [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: metadata(program, namespace, program),
      // One replica per client: two replicas differ by a scrape, and a graph should not jump between them.
      spec: { selector: selector(program), ports: [web], sessionAffinity: "ClientIP" },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: metadata(headlessName(program), namespace, program),
      spec: {
        clusterIP: "None",
        publishNotReadyAddresses: true,
        selector: selector(program),
        ports: [
          web,
          ...(mesh === undefined ? [] : [{ name: PORTS.mesh, port: mesh, targetPort: PORTS.mesh }]),
        ],
      },
    },
  ];
}

/** One pod at a time may be taken away; an unhealthy one always, or a node could never be drained. */
export function disruptionBudget(name: string, namespace: string, maxUnavailable = 1): KubernetesObject {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: metadata(name, namespace, name),
    spec: {
      maxUnavailable,
      selector: { matchLabels: selector(name) },
      unhealthyPodEvictionPolicy: "AlwaysAllow",
    },
  };
}

/** Who may open a server; what it may open is not restricted, since targets and receivers are anywhere. */
export function ingressPolicy(
  { program, namespace }: Pick<Server, "namespace" | "program">,
  ingress: NonNullable<INetworkPolicySpec["ingress"]>,
): KubernetesObject {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: metadata(program, namespace, program),
    spec: { podSelector: { matchLabels: selector(program) }, policyTypes: ["Ingress"], ingress },
  };
}

/** The way from outside, for those whom the ingress controller knows; none where configuration names none. */
export function serverIngress({ program, namespace, settings }: Server): readonly KubernetesObject[] {
  const { address, ingress } = settings;
  if (ingress === undefined) {
    return [];
  }
  const { hostname, pathname } = new URL(address);
  const backend = { service: { name: program, port: { name: PORTS.web } } };
  return [
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: {
        ...metadata(program, namespace, program),
        annotations: ingress.authentication,
      },
      spec: {
        ingressClassName: ingress.className,
        tls: [{ hosts: [hostname], secretName: ingress.tlsSecret }],
        rules: [{ host: hostname, http: { paths: [{ path: pathname, pathType: "Prefix", backend }] } }],
      },
    },
  ];
}

/** Pods of the same namespace and of the namespaces that configuration names. */
export function clients(
  clientNamespaces: readonly string[],
): NonNullable<NonNullable<INetworkPolicySpec["ingress"]>[number]["from"]> {
  return [{ podSelector: {} }, ...clientNamespaces.map(inNamespace)];
}

/** Pods of these programs, of the same namespace. */
export function fromPods(
  programs: readonly string[],
): NonNullable<NonNullable<INetworkPolicySpec["ingress"]>[number]["from"]> {
  return programs.map((program) => ({ podSelector: { matchLabels: selector(program) } }));
}

/** Pods of a namespace. Source: Kubernetes docs, "Network Policies". */
function inNamespace(name: string): {
  readonly namespaceSelector: { readonly matchLabels: Record<string, string> };
} {
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } };
}

/** Prometheus alone may open a port of a program: whoever else could would have it ask, or be told, what is not theirs. */
export function prometheusAlone(
  platform: Platform,
  { program, namespace, port }: Readonly<Record<"namespace" | "port" | "program", string>>,
): KubernetesObject {
  const home = prometheusService(platform).namespace;
  const podSelector = { matchLabels: selector(PROGRAMS.prometheus) };
  return ingressPolicy({ program, namespace }, [
    {
      from: [home === namespace ? { podSelector } : { ...inNamespace(home), podSelector }],
      ports: [{ port, protocol: "TCP" }],
    },
  ]);
}

/** The StatefulSet of a server; its volumes outlive it. */
export function statefulSet(
  { program, namespace, settings, minReadySeconds }: Server,
  pod: NonNullable<IStatefulSetSpec["template"]["spec"]>,
): KubernetesObject {
  const meta = metadata(program, namespace, program);
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: meta,
    spec: {
      serviceName: headlessName(program),
      replicas: settings.replicas,
      // All at once at the start, which Alertmanager's mesh wants; a rollout still goes on pod by pod.
      podManagementPolicy: "Parallel",
      updateStrategy: { type: "RollingUpdate" },
      minReadySeconds,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
      selector: { matchLabels: selector(program) },
      template: {
        metadata: {
          labels: { ...meta.labels },
          annotations: { "kubectl.kubernetes.io/default-container": program },
        },
        spec: pod,
      },
      volumeClaimTemplates: [volumeClaim(settings.storage)],
    },
  };
}

/** Name of the volume of a server's data. */
export const DATA_VOLUME = "data";

function volumeClaim({
  size,
  storageClass,
}: Storage): NonNullable<IStatefulSetSpec["volumeClaimTemplates"]>[number] {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: DATA_VOLUME },
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: size } },
      ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
    },
  };
}
