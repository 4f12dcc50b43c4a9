import type { IDeploymentSpec } from "kubernetes-models/apps/v1";
import type { IContainer, IPodSpec, IVolume } from "kubernetes-models/v1";
import type { PlannedLongTerm, StoreRole, StoringPart } from "../../plan/long-term";
import { PORTS, PROGRAMS, THANOS_PORTS } from "../../plan/names";
import { ruleFiles } from "../prometheus/rules";
import { FOLDERS, sidecarArgs, TSDB } from "../thanos/flags";
import { OBJECT_STORE_FILE, objectStoreSecret } from "../thanos/object-store";
import { checksum, metadata, selector, type KubernetesObject } from "./object";
import { podDefaults, probes, resourcesOf, restricted, TOKEN_FOLDER } from "./pod";
import { DATA_VOLUME } from "./server";
import type { Program } from "./thanos-programs";

const STORE_VOLUME = "object-store";

/** The ConfigMap with the rules that span clusters. */
export const RULES = `${PROGRAMS.ruler}-rules`;

/** One that deletes, or records, is never there twice, which a StatefulSet sees to and a Deployment does not. */
export function isSingle({ replicas, role }: Program): boolean {
  return replicas === 1 && role !== undefined && role !== "reader";
}

export function thanosWorkload(
  namespace: string,
  longTerm: PlannedLongTerm,
  program: Program,
): KubernetesObject {
  const { name, replicas } = program;
  const meta = metadata(name, namespace, name);
  const template: IDeploymentSpec["template"] = {
    metadata: { labels: { ...meta.labels }, ...(program.rules === true ? rulesRead(longTerm) : {}) },
    spec: pod(longTerm, program),
  };
  const shared = { replicas, selector: { matchLabels: selector(name) }, template };
  return isSingle(program)
    ? {
        apiVersion: "apps/v1",
        kind: "StatefulSet",
        metadata: meta,
        spec: { ...shared, serviceName: name, updateStrategy: { type: "RollingUpdate" } },
      }
    : {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: meta,
        spec: {
          ...shared,
          strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        },
      };
}

/** A ruler reads its rules once: new ones are a new pod. Source: Thanos docs, "Ruler". */
function rulesRead(longTerm: PlannedLongTerm): { readonly annotations: Record<string, string> } {
  return { annotations: checksum(JSON.stringify([...ruleFiles(longTerm)])) };
}

/** Reading the list of blocks of years takes its time, and compacting a large one is not begun anew for nothing. */
const STARTUP_SECONDS = 900;

function pod(longTerm: PlannedLongTerm, program: Program): IPodSpec {
  const { name, args, grpc, part, role, rules } = program;
  return {
    ...podDefaults(name),
    serviceAccountName: name,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 120,
    containers: [
      {
        name,
        image: longTerm.image,
        args: [...args],
        ports: [
          { name: PORTS.web, containerPort: THANOS_PORTS.web, protocol: "TCP" },
          ...(grpc === undefined ? [] : [GRPC_PORT]),
        ],
        ...probes(STARTUP_SECONDS),
        resources: resourcesOf(part.resources),
        securityContext: restricted(),
        volumeMounts: [
          ...(role === undefined ? [] : [STORE_MOUNT]),
          ...("storage" in part ? [{ name: DATA_VOLUME, mountPath: FOLDERS.data }] : []),
          ...(rules === true ? [{ name: "rules", mountPath: FOLDERS.rules, readOnly: true }] : []),
        ],
      },
    ],
    volumes: [
      ...(role === undefined ? [] : [objectStoreVolume(role)]),
      ...("storage" in part ? [diskOf(part)] : []),
      ...(rules === true ? [{ name: "rules", configMap: { name: RULES } }] : []),
    ],
  };
}

const GRPC_PORT = { name: PORTS.grpc, containerPort: THANOS_PORTS.grpc, protocol: "TCP" } as const;
const STORE_MOUNT = { name: STORE_VOLUME, mountPath: FOLDERS.config, readOnly: true } as const;

function objectStoreVolume(role: StoreRole): IVolume {
  return {
    name: STORE_VOLUME,
    secret: {
      secretName: objectStoreSecret(role),
      defaultMode: 0o440,
      items: [{ key: OBJECT_STORE_FILE, path: OBJECT_STORE_FILE }],
    },
  };
}

/** All of it is in the bucket as well, but for the last two hours of the ruler. */
function diskOf({ storage: { size, storageClass } }: StoringPart): IVolume {
  return {
    name: DATA_VOLUME,
    ephemeral: {
      volumeClaimTemplate: {
        spec: {
          accessModes: ["ReadWriteOnce"],
          resources: { requests: { storage: size } },
          ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
        },
      },
    },
  };
}

/** Prometheus looks for targets by the token of its pod. What is mounted in its place keeps it from the sidecar. */
const NO_TOKEN = "no-token";

/**
 * The sidecar of each Prometheus. It has no probe of readiness: whether blocks can be uploaded has nothing to do with whether
 * Prometheus can be asked.
 */
export function sidecar(longTerm: PlannedLongTerm | undefined): {
  readonly containers: readonly IContainer[];
  readonly volumes: readonly IVolume[];
} {
  if (longTerm === undefined) {
    return { containers: [], volumes: [] };
  }
  const probe = { httpGet: { path: "/-/healthy", port: PORTS.sidecar } };
  return {
    containers: [
      {
        name: PROGRAMS.sidecar,
        image: longTerm.image,
        args: [...sidecarArgs()],
        ports: [{ name: PORTS.sidecar, containerPort: THANOS_PORTS.web, protocol: "TCP" }, GRPC_PORT],
        startupProbe: { ...probe, periodSeconds: 10, failureThreshold: STARTUP_SECONDS / 10 },
        livenessProbe: { ...probe, periodSeconds: 10, failureThreshold: 6, timeoutSeconds: 5 },
        resources: resourcesOf(longTerm.sidecar.resources),
        securityContext: restricted(),
        volumeMounts: [
          STORE_MOUNT,
          { name: DATA_VOLUME, mountPath: TSDB, subPath: "prometheus" },
          { name: NO_TOKEN, mountPath: TOKEN_FOLDER, readOnly: true },
        ],
      },
    ],
    volumes: [objectStoreVolume("writer"), { name: NO_TOKEN, emptyDir: {} }],
  };
}
