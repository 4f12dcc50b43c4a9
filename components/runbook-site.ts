import * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../backends/kubernetes/object";
import { registerObjects } from "./kubernetes-object";

export interface RunbookSiteArgs {
  /** As `runbookObjects` gives them. */
  readonly objects: readonly KubernetesObject[];
  /** Base addresses of the runbooks. */
  readonly addresses: readonly string[];
  /** What has to be there before, such as the namespace. */
  readonly after: readonly pulumi.Resource[];
}

/** The runbooks that alerts link to: pages, the web server and the way to it. */
export class RunbookSite extends pulumi.ComponentResource {
  readonly addresses: readonly string[];

  constructor(name: string, args: RunbookSiteArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:RunbookSite", name, {}, opts);
    this.addresses = args.addresses;
    registerObjects(name, args.objects, { parent: this }, args.after);
    this.registerOutputs({ addresses: this.addresses });
  }
}
