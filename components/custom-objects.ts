import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import type { Secret } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../backends/kubernetes/object";
import { registerSecret } from "./kubernetes-object";

/** A configuration of an Alertmanager that is not the stack's own, as its operator looks for it. */
interface ForeignConfig {
  readonly metadata: KubernetesObject["metadata"];
  readonly key: string;
  readonly text: string;
}

/** The secret with a whole configuration, receivers' secrets among it. */
export function configSecret(
  name: string,
  { metadata, key, text }: ForeignConfig,
  parent: pulumi.Resource,
): Secret {
  return registerSecret(`${name}-alertmanager`, { metadata, values: { [key]: text } }, { parent });
}

/** Objects of kinds that an operator brought. @param after what has to be there before */
export function registerCustomObjects(
  name: string,
  objects: readonly CustomObject[],
  parent: pulumi.Resource,
  after: readonly pulumi.Resource[],
): void {
  for (const object of objects) {
    new CustomResource(
      `${name}-${object.kind.toLowerCase()}-${object.metadata.name}`,
      { ...object },
      { parent, dependsOn: [...after] },
    );
  }
}

interface CustomObject extends Pick<KubernetesObject, "metadata"> {
  readonly apiVersion: string;
  readonly kind: string;
}
