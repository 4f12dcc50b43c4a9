import * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../backends/kubernetes/object";
import { registerObject } from "./kubernetes-object";

export interface MonitoringNamespaceArgs {
  readonly object: KubernetesObject;
}

/**
 * The namespace of everything that the stack runs; the others are made after it. A destroy or another name leaves it in
 * the cluster: to delete it would delete the claims of all volumes, and with them every measured month.
 */
export class MonitoringNamespace extends pulumi.ComponentResource {
  readonly namespace: pulumi.CustomResource;

  constructor(name: string, args: MonitoringNamespaceArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:MonitoringNamespace", name, {}, opts);
    this.namespace = registerObject(name, args.object, { parent: this, retainOnDelete: true });
    this.registerOutputs({ name: args.object.metadata.name });
  }
}
