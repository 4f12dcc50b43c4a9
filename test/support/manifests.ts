import { Deployment, StatefulSet } from "kubernetes-models/apps/v1";
import { HorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2";
import { Ingress, NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1";
import { Role, RoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1";
import { ConfigMap, Namespace, Secret, Service, ServiceAccount } from "kubernetes-models/v1";
import type { KubernetesObject } from "../../backends/kubernetes/object";

/** A model of the Kubernetes API, made from its published schema. */
interface Model {
  readonly validate: () => void;
}

/** One model per kind, complete by its type; the secret is registered by its component. */
const MODELS: Readonly<Record<KubernetesObject["kind"] | "Secret", new (object: never) => Model>> = {
  ConfigMap,
  Deployment,
  HorizontalPodAutoscaler,
  Ingress,
  Namespace,
  NetworkPolicy,
  PodDisruptionBudget,
  Role,
  RoleBinding,
  Secret,
  Service,
  ServiceAccount,
  StatefulSet,
};

/** The kinds that have a model. */
export const KINDS = Object.keys(MODELS);

/** What an API server would refuse of an object, or drop in silence. */
export function faultsOf(object: object): readonly string[] {
  const { kind } = object as { readonly kind?: string };
  const model = Object.entries(MODELS).find(([name]) => name === kind)?.[1];
  if (model === undefined) {
    return [`[${kind ?? ""}] is of no kind that is known here`];
  }
  const seen = new Set<string>();
  const watched = watch(new model(object as never), "", seen);
  const wrong = errorOf(() => watched.validate());
  return [...(wrong === undefined ? [] : [wrong]), ...unread(object, "", seen)];
}

function errorOf(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * The schemas say which fields there are, but their models pass over a field that they do not know, as an API server
 * does. A field that validation never looks at is one that no schema has.
 */
function watch<T extends object>(value: T, place: string, seen: Set<string>): T {
  return new Proxy(value, {
    get: (target, key) => {
      const inner: unknown = Reflect.get(target, key);
      const here = `${place}/${String(key)}`;
      seen.add(here);
      return typeof inner === "object" && inner !== null ? watch(inner, here, seen) : inner;
    },
  });
}

function unread(value: unknown, place: string, seen: ReadonlySet<string>): readonly string[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = `${place}/${key}`;
    return seen.has(here) ? unread(inner, here, seen) : [`data${here} is a field that no schema has`];
  });
}
