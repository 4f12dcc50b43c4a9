import { fieldAt, knownMembers, textOf } from "./field";

/** A container of a resource that runs pods. */
export interface Container {
  /** Where it is, for people. */
  readonly place: string;
  readonly spec: unknown;
}

/** Where the spec of a pod stands, by the type token of the resource. */
const POD_SPECS: ReadonlyMap<string, readonly string[]> = new Map(
  (
    [
      ["apps/v1:DaemonSet", ["spec", "template", "spec"]],
      ["apps/v1:Deployment", ["spec", "template", "spec"]],
      ["apps/v1:ReplicaSet", ["spec", "template", "spec"]],
      ["apps/v1:StatefulSet", ["spec", "template", "spec"]],
      ["batch/v1:CronJob", ["spec", "jobTemplate", "spec", "template", "spec"]],
      ["batch/v1:Job", ["spec", "template", "spec"]],
      ["core/v1:Pod", ["spec"]],
    ] as const
  ).flatMap(([kind, path]): [string, readonly string[]][] => [
    [`kubernetes:${kind}`, path],
    [`kubernetes:${kind}Patch`, path],
  ]),
);

/** The containers of a resource, first those that prepare; none of a resource that runs nothing. */
export function containersOf(type: string, props: unknown): readonly Container[] {
  const path = POD_SPECS.get(type);
  return path === undefined
    ? []
    : ["initContainers", "containers"].flatMap((list) =>
        knownMembers(fieldAt(props, ...path, list)).map((spec, index) => ({
          place: `container ${textOf(fieldAt(spec, "name")) ?? `number ${index + 1}`}`,
          spec,
        })),
      );
}
