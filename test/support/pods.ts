import type { ICronJob } from "kubernetes-models/batch/v1";
import type { IContainer, IPodSpec, IPodTemplateSpec, IVolume } from "kubernetes-models/v1";
import type { IDeployment, IStatefulSet } from "kubernetes-models/apps/v1";
import type { KubernetesObject } from "../../backends/kubernetes/object";
import type { ProgramResource } from "../../evaluation/evaluate";
import { kubernetesObjects } from "./invariants";

/** The Kubernetes objects of a program, without the secret. */
export function objectsOf(resources: readonly ProgramResource[]): readonly KubernetesObject[] {
  return kubernetesObjects(resources)
    .filter(({ props }) => props["kind"] !== "Secret")
    .map(({ props }) => props as unknown as KubernetesObject);
}

/** Objects of one kind. */
export function ofKind<Kind extends KubernetesObject["kind"]>(
  objects: readonly KubernetesObject[],
  kind: Kind,
): readonly Extract<KubernetesObject, { readonly kind: Kind }>[] {
  return objects.filter(
    (object): object is Extract<KubernetesObject, { readonly kind: Kind }> => object.kind === kind,
  );
}

/** A workload of the stack and the pods that it makes. */
export interface Workload<Kind = IDeployment | IStatefulSet> {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly object: Kind;
  readonly pod: IPodSpec;
}

export function workloads(objects: readonly KubernetesObject[]): readonly Workload[] {
  return [...ofKind(objects, "StatefulSet"), ...ofKind(objects, "Deployment")].map((object) =>
    madeFrom(object, object.spec?.template, objects),
  );
}

/** The same of what runs for a while, now and then. */
export function cronJobs(objects: readonly KubernetesObject[]): readonly Workload<ICronJob>[] {
  return ofKind(objects, "CronJob").map((object) =>
    madeFrom(object, object.spec?.jobTemplate.spec?.template, objects),
  );
}

function madeFrom<Kind extends KubernetesObject>(
  object: Kind,
  template: IPodTemplateSpec | undefined,
  objects: readonly KubernetesObject[],
): Workload<Kind> {
  const { metadata } = object;
  const pod = template?.spec;
  if (pod === undefined || metadata.namespace === undefined) {
    throw new Error(`[${metadata.name}] has no pod or no namespace`);
  }
  return {
    name: metadata.name,
    namespace: metadata.namespace,
    labels: template?.metadata?.labels ?? {},
    object,
    pod: { ...pod, volumes: (pod.volumes ?? []).map((volume) => whole(volume, objects)) },
  };
}

/** What both ways to mount a ConfigMap say. */
type MountedMap = Pick<NonNullable<IVolume["configMap"]>, "items" | "name">;

/** A ConfigMap that is mounted without naming its keys gives a file for each. */
function whole(volume: IVolume, objects: readonly KubernetesObject[]): IVolume {
  const named = <T extends MountedMap>(source: T): T => {
    const { data = {} } =
      ofKind(objects, "ConfigMap").find(({ metadata }) => metadata.name === source.name) ?? {};
    return source.items === undefined
      ? { ...source, items: Object.keys(data).map((key) => ({ key, path: key })) }
      : source;
  };
  const { configMap, projected } = volume;
  return {
    ...volume,
    ...(configMap === undefined ? {} : { configMap: named(configMap) }),
    ...(projected === undefined
      ? {}
      : {
          projected: {
            ...projected,
            sources: (projected.sources ?? []).map((source) =>
              source.configMap === undefined ? source : { ...source, configMap: named(source.configMap) },
            ),
          },
        }),
  };
}

/** @throws Error where there is no workload of the name */
export function workload(objects: readonly KubernetesObject[], name: string): Workload {
  const found = workloads(objects).find((one) => one.name === name);
  if (found === undefined) {
    throw new Error(`no workload is called [${name}]`);
  }
  return found;
}

/** Workloads with data of their own. */
export function statefulSets(
  all: readonly Workload[],
): readonly (Workload & { readonly object: IStatefulSet })[] {
  return all.filter(
    (one): one is Workload & { readonly object: IStatefulSet } => one.object.kind === "StatefulSet",
  );
}

/** @throws Error where the pod has no container of the name */
export function containerOf({ name, pod }: Pick<Workload, "name" | "pod">): IContainer {
  const found = pod.containers.find((container) => container.name === name);
  if (found === undefined) {
    throw new Error(`the pods of [${name}] have no container of that name`);
  }
  return found;
}

/** The value of `--flag=value`, or undefined where a container is not given the flag. */
export function flag({ args = [] }: IContainer, name: string): string | undefined {
  return args.find((arg) => arg.startsWith(`--${name}=`))?.slice(`--${name}=`.length);
}

/** A key of an object, mounted as a file: `ConfigMap prometheus-config prometheus.yml`. */
export interface MountedFile {
  readonly kind: "ConfigMap" | "Secret";
  readonly object: string;
  readonly key: string;
  /** Below the folder that the volume is mounted at. */
  readonly path: string;
}

/** The files of a volume; none for a folder of data. */
export function filesOf(volume: IVolume): readonly MountedFile[] {
  const from = (
    kind: MountedFile["kind"],
    object: string | undefined,
    items: readonly { readonly key: string; readonly path: string }[] | undefined,
  ): readonly MountedFile[] =>
    object === undefined ? [] : (items ?? []).map(({ key, path }) => ({ kind, object, key, path }));
  return [
    ...from("ConfigMap", volume.configMap?.name, volume.configMap?.items),
    ...from("Secret", volume.secret?.secretName, volume.secret?.items),
    ...(volume.projected?.sources ?? []).flatMap(({ configMap, secret }) => [
      ...from("ConfigMap", configMap?.name, configMap?.items),
      ...from("Secret", secret?.name, secret?.items),
    ]),
  ];
}

/** Every file that a container finds, by its absolute path. */
export function filesIn(
  { pod }: Pick<Workload, "pod">,
  container: IContainer,
): ReadonlyMap<string, MountedFile> {
  return new Map(
    (container.volumeMounts ?? []).flatMap((mount) =>
      (pod.volumes ?? [])
        .filter((volume) => volume.name === mount.name)
        .flatMap(filesOf)
        .map((file) => [`${mount.mountPath}/${file.path}`, file] as const),
    ),
  );
}
