import * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../backends/kubernetes/object";
import { registerObject } from "./kubernetes-object";

export interface AutoscalerArgs {
  /** As `autoscalerObjects` gives them: one of each kind. */
  readonly objects: readonly KubernetesObject[];
}

/** The autoscaler of a service's Deployment, and its disruption budget. The Deployment is the service's own. */
export class Autoscaler extends pulumi.ComponentResource {
  constructor(name: string, args: AutoscalerArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:Autoscaler", name, {}, opts);
    for (const object of args.objects) {
      registerObject(name, object, { parent: this });
    }
    this.registerOutputs({});
  }
}
