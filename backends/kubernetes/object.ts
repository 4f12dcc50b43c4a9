import { createHash } from "node:crypto";
import type { IDeployment, IStatefulSet } from "kubernetes-models/apps/v1";
import type { IHorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2";
import type { IIngress, INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1";
import type { ICronJob } from "kubernetes-models/batch/v1";
import type { IPodDisruptionBudget } from "kubernetes-models/policy/v1";
import type { IRole, IRoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1";
import type { IConfigMap, INamespace, IService, IServiceAccount } from "kubernetes-models/v1";

/** Every name and namespace is literal: a preview shows them, and adding a namespace later replaces everything. */
interface Named {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** A Kubernetes object as a plain value. Secrets are not among them: their values belong to the engine. */
export type KubernetesObject = Named &
  (
    | IConfigMap
    | ICronJob
    | IDeployment
    | IHorizontalPodAutoscaler
    | IIngress
    | INamespace
    | INetworkPolicy
    | IPodDisruptionBudget
    | IRole
    | IRoleBinding
    | IService
    | IServiceAccount
    | IStatefulSet
  );

/** `metadata` of an object of the stack. Source: Kubernetes docs, "Recommended Labels". */
export function metadata(
  name: string,
  namespace: string,
  program: string,
  component?: string,
): Named["metadata"] {
  return {
    name,
    namespace,
    labels: {
      ...selector(program),
      ...(component === undefined ? {} : { "app.kubernetes.io/component": component }),
      "app.kubernetes.io/managed-by": "pulumi",
      "app.kubernetes.io/part-of": "tocsin",
    },
  };
}

/** The label by which Services, policies and Prometheus find the pods of a program. */
export function selector(program: string): Readonly<Record<string, string>> {
  return { "app.kubernetes.io/name": program };
}

/** Whom pods of a program run as; a token is for those alone that ask the cluster, and say so. */
export function serviceAccount(name: string, namespace: string, program = name): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: metadata(name, namespace, program),
    automountServiceAccountToken: false,
  };
}

/** Annotations of pods that read a content once: another one makes new pods. */
export function checksum(content: string): Readonly<Record<"checksum/content", string>> {
  return { "checksum/content": createHash("sha256").update(content).digest("hex") };
}
