import { toYaml, type FileSet } from "../file-set";
import type { KubernetesObject } from "./object";

/** One YAML file per object, `<namespace>-<kind>-<name>.yaml`; secrets are not among them. */
export function kubernetesFiles(objects: readonly KubernetesObject[]): FileSet {
  return new Map(
    objects.map((object) => {
      const { name, namespace } = object.metadata;
      const parts = [namespace, object.kind.toLowerCase(), name].filter((part) => part !== undefined);
      return [`kubernetes/${parts.join("-")}.yaml`, toYaml(object)];
    }),
  );
}
