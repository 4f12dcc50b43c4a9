import { allObjects, clusterObjects } from "../../backends/kubernetes/cluster";
import type { KubernetesObject } from "../../backends/kubernetes/object";
import { DATA_VOLUME } from "../../backends/kubernetes/server";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { containerOf, filesIn, ofKind, workload, type Workload } from "./pods";

/** The file system and the network of a pod, as far as this machine can play them. */
export interface Pod {
  readonly root: string;
  /** Where the volume of its data is, if not with the rest. */
  readonly data?: string;
  readonly web: number;
  /** Ports of the mesh that a pod listens on, by its number. */
  readonly mesh: readonly number[];
  /** Ports of the mesh under which the others know a pod, where they differ from the former. */
  readonly advertised?: readonly number[];
  readonly number: number;
}

/** What a server of a plan is started with. */
export interface PodProgram {
  readonly args: readonly string[];
  /** Every file that it reads, by absolute path. */
  readonly files: ReadonlyMap<string, string>;
}

/** The Kubernetes objects of a plan. */
export function objectsOfPlan(plan: MonitoringPlan): readonly KubernetesObject[] {
  return allObjects(clusterObjects(plan));
}

/** The flags and files of one pod; folders, addresses and secrets are replaced, nothing else. */
export function podProgram(
  objects: readonly KubernetesObject[],
  name: "alertmanager" | "prometheus",
  pod: Pod,
  secret: (key: string) => string,
): PodProgram {
  const server = workload(objects, name);
  const maps = ofKind(objects, "ConfigMap");
  const files = [...filesIn(server, containerOf(server))].map(([file, { kind, object, key }]) => {
    const text = maps.find(({ metadata }) => metadata.name === object)?.data?.[key] ?? "";
    return [
      `${pod.root}${file}`,
      kind === "Secret" ? secret(key) : onThisMachine(text, server, pod),
    ] as const;
  });
  return { args: argsOf(server, pod), files: new Map(files) };
}

/** A text with the folders that a container mounts, where this machine has them. */
function onThisMachine(text: string, server: Workload, { root, data }: Pod): string {
  return (containerOf(server).volumeMounts ?? []).reduce((result, { name, mountPath }) => {
    const place = name === DATA_VOLUME ? (data ?? root) : root;
    // A name that only begins alike is another folder, and the address of a Service is none.
    return result.replace(new RegExp(`(?<=^|[=\\s])${mountPath}(?=/|$)`, "gm"), `${place}${mountPath}`);
  }, text);
}

function argsOf(server: Workload, pod: Pod): readonly string[] {
  const advertised = pod.advertised ?? pod.mesh;
  const at = (ports: readonly number[], number: number): string => `127.0.0.1:${ports[number] ?? 0}`;
  return (containerOf(server).args ?? []).map((arg) =>
    onThisMachine(arg, server, pod)
      .replace(/^(--web\.listen-address=):\d+$/, `$1127.0.0.1:${pod.web}`)
      .replace("0.0.0.0:9094", at(pod.mesh, pod.number))
      .replace("$(POD_IP):9094", at(advertised, pod.number))
      .replace(
        /^(--cluster\.peer=)alertmanager-(\d)\..*$/,
        (_all, flag: string, peer: string) => `${flag}${at(advertised, Number(peer))}`,
      ),
  );
}
