import type { IContainer, IPodSpec } from "kubernetes-models/v1";
import { PORTS } from "../../plan/names";
import type { Resources, ServerSettings } from "../../plan/platform";
import { selector } from "./object";

/** The user `nobody` of the official images. */
const NOBODY = 65_534;

/** Where a container finds the token and the certificates of its pod, if they are mounted. */
export const TOKEN_FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

/** What the pod security standard "restricted" asks of a container. */
export function restricted(): NonNullable<IContainer["securityContext"]> {
  return {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    readOnlyRootFilesystem: true,
  };
}

/** Requests, and a limit of memory only: a CPU limit throttles just when a server is needed most. */
export function resourcesOf({ cpu, memory }: Resources): NonNullable<IContainer["resources"]> {
  return { requests: { cpu, memory }, limits: { memory } };
}

/** What the pods of both servers have in common: no privileges, and no two on one node or in one zone if it can be. */
export function podDefaults(
  program: string,
): Pick<IPodSpec, "enableServiceLinks" | "securityContext" | "topologySpreadConstraints"> {
  const spread = (topologyKey: string): NonNullable<IPodSpec["topologySpreadConstraints"]>[number] => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: selector(program) },
  });
  return {
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: NOBODY,
      runAsGroup: NOBODY,
      fsGroup: NOBODY,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
    topologySpreadConstraints: [spread("kubernetes.io/hostname"), spread("topology.kubernetes.io/zone")],
  };
}

/** Who makes room for whom when nodes are full; pods are alike where configuration says nothing. */
export function priority({
  priorityClass,
}: Pick<ServerSettings, "priorityClass">): Pick<IPodSpec, "priorityClassName"> {
  return priorityClass === undefined ? {} : { priorityClassName: priorityClass };
}

/** Probes of a server that has the endpoints of the Prometheus project; some have none that says more than healthy. */
export function probes(
  startupSeconds: number,
  ready: "/-/ready" | "/-/healthy" = "/-/ready",
  port: string = PORTS.web,
): Pick<IContainer, "livenessProbe" | "readinessProbe" | "startupProbe"> {
  const probe = (path: string): { httpGet: { path: string; port: string } } => ({
    httpGet: { path, port },
  });
  return {
    startupProbe: {
      ...probe(ready),
      periodSeconds: 10,
      failureThreshold: Math.ceil(startupSeconds / 10),
    },
    readinessProbe: { ...probe(ready), periodSeconds: 5, failureThreshold: 3 },
    livenessProbe: { ...probe("/-/healthy"), periodSeconds: 10, failureThreshold: 6, timeoutSeconds: 5 },
  };
}
