import * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../backends/kubernetes/object";
import { registerObjects, registerSecret, type SecretContent } from "./kubernetes-object";

export interface PrometheusArgs {
  /** As `prometheusObjects` gives them. */
  readonly objects: readonly KubernetesObject[];
  /** The address that people open. */
  readonly address: string;
  /** By which it writes to others; absent where it needs nothing for that. */
  readonly writing?: SecretContent | undefined;
  /** What has to be there before, such as the namespace. */
  readonly after: readonly pulumi.Resource[];
}

/** Prometheus with its rules: the StatefulSet and all that it needs. */
export class Prometheus extends pulumi.ComponentResource {
  readonly address: string;

  constructor(name: string, args: PrometheusArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:Prometheus", name, {}, opts);
    this.address = args.address;
    const { after, writing } = args;
    const secrets =
      writing === undefined
        ? []
        : [registerSecret(`${name}-remote-write`, writing, { parent: this, dependsOn: [...after] })];
    registerObjects(name, args.objects, { parent: this }, [...after, ...secrets]);
    this.registerOutputs({ address: this.address });
  }
}
