import {
  Deployment,
  StatefulSet,
  type DeploymentArgs,
  type StatefulSetArgs,
} from "@pulumi/kubernetes/apps/v1";
import { CronJob, type CronJobArgs } from "@pulumi/kubernetes/batch/v1";
import { HorizontalPodAutoscaler, type HorizontalPodAutoscalerArgs } from "@pulumi/kubernetes/autoscaling/v2";
import { ConfigMap, Namespace, Secret, Service, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { Ingress, NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1";
import { Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../backends/kubernetes/object";

/** Registers one object under a logical name. */
export function registerObject(
  name: string,
  object: KubernetesObject,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
  switch (object.kind) {
    case "ConfigMap":
      return new ConfigMap(name, object, opts);
    case "CronJob":
      return new CronJob(name, object as CronJobArgs, opts);
    // The schema's own types allow a number as a quantity, the provider's do not; ours are text.
    case "Deployment":
      return new Deployment(name, object as DeploymentArgs, opts);
    case "HorizontalPodAutoscaler":
      return new HorizontalPodAutoscaler(name, object as HorizontalPodAutoscalerArgs, opts);
    case "Ingress":
      return new Ingress(name, object, opts);
    case "Namespace":
      return new Namespace(name, object, opts);
    case "NetworkPolicy":
      return new NetworkPolicy(name, object, opts);
    case "PodDisruptionBudget":
      return new PodDisruptionBudget(name, object, opts);
    case "Role":
      return new Role(name, object, opts);
    case "RoleBinding":
      return new RoleBinding(name, object, opts);
    case "Service":
      return new Service(name, object, opts);
    case "ServiceAccount":
      return new ServiceAccount(name, object, opts);
    case "StatefulSet":
      return new StatefulSet(name, object as StatefulSetArgs, opts);
  }
}

export interface SecretContent {
  readonly metadata: KubernetesObject["metadata"];
  /** Plain texts by key, which are marked as secrets, so that the state holds them encrypted. */
  readonly values: Readonly<Record<string, string>>;
}

/** Registers a Secret under a logical name. */
export function registerSecret(
  name: string,
  { metadata, values }: SecretContent,
  opts: pulumi.CustomResourceOptions,
): Secret {
  return new Secret(name, { metadata, type: "Opaque", stringData: pulumi.secret(values) }, opts);
}

/** What mounts others. */
const WORKLOADS = new Set<KubernetesObject["kind"]>(["CronJob", "Deployment", "StatefulSet"]);

/**
 * Registers objects in their order; a pod waits for what it mounts, so that a start never fails half-way. A logical
 * name says which object it is, not where it stands, so that objects can come and go around it.
 */
export function registerObjects(
  prefix: string,
  objects: readonly KubernetesObject[],
  opts: pulumi.CustomResourceOptions,
  after: readonly pulumi.Resource[],
): void {
  const [workloads, others] = partition(objects, ({ kind }) => WORKLOADS.has(kind));
  const registered = others.map((object) =>
    registerObject(nameOf(prefix, object), object, { ...opts, dependsOn: [...after] }),
  );
  for (const workload of workloads) {
    registerObject(nameOf(prefix, workload), workload, { ...opts, dependsOn: [...after, ...registered] });
  }
}

function nameOf(prefix: string, { metadata: { name, namespace } }: KubernetesObject): string {
  return [prefix, namespace, name].filter((part) => part !== undefined).join("-");
}

function partition<T>(items: readonly T[], is: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(is), items.filter((item) => !is(item))];
}
