import * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../backends/kubernetes/object";
import { registerObjects } from "./kubernetes-object";

export interface BlackboxExporterArgs {
  /** As `blackboxObjects` gives them. */
  readonly objects: readonly KubernetesObject[];
  /** What has to be there before, such as the namespace. */
  readonly after: readonly pulumi.Resource[];
}

/** What asks services from outside, as a client would. */
export class BlackboxExporter extends pulumi.ComponentResource {
  constructor(name: string, args: BlackboxExporterArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:BlackboxExporter", name, {}, opts);
    registerObjects(name, args.objects, { parent: this }, args.after);
    this.registerOutputs({});
  }
}
