import { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions";
import * as pulumi from "@pulumi/pulumi";
import type { ManagedPrometheusContent } from "../backends/gmp/content";
import { configSecret, registerCustomObjects } from "./custom-objects";

export interface ManagedPrometheusArgs {
  readonly content: ManagedPrometheusContent;
  /** What has to be there before, such as the namespace of jobs that belong to the stack. */
  readonly after: readonly pulumi.Resource[];
}

/** Rules and scraping of Google Managed Prometheus, which runs in the cluster and belongs to Google. */
export class ManagedPrometheus extends pulumi.ComponentResource {
  constructor(name: string, args: ManagedPrometheusArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:ManagedPrometheus", name, {}, opts);
    const { objects, operatorConfig, alertmanager } = args.content;
    const secrets = alertmanager === undefined ? [] : [configSecret(name, alertmanager, this)];
    // Google made the object and may own its fields: ours are set by force, the rest stays.
    const metadata = { ...operatorConfig.metadata, annotations: { "pulumi.com/patchForce": "true" } };
    const settings = new CustomResourcePatch(
      `${name}-operator-config`,
      { ...operatorConfig, metadata },
      { parent: this, dependsOn: secrets },
    );
    registerCustomObjects(name, objects, this, [settings, ...args.after]);
    this.registerOutputs({ objects: objects.length });
  }
}
