import { CustomResource, CustomResourcePatch } from "@pulumi/kubernetes/apiextensions";
import { Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { ManagedPrometheusContent } from "../backends/gmp/content";

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
    const secrets =
      alertmanager === undefined
        ? []
        : [
            new Secret(
              `${name}-alertmanager`,
              {
                metadata: alertmanager.metadata,
                type: "Opaque",
                stringData: pulumi.secret({ [alertmanager.key]: alertmanager.text }),
              },
              { parent: this },
            ),
          ];
    // Google made the object and may own its fields: ours are set by force, the rest stays.
    const metadata = { ...operatorConfig.metadata, annotations: { "pulumi.com/patchForce": "true" } };
    const settings = new CustomResourcePatch(
      `${name}-operator-config`,
      { ...operatorConfig, metadata },
      { parent: this, dependsOn: secrets },
    );
    for (const object of objects) {
      const kind = object.kind.toLowerCase();
      new CustomResource(
        `${name}-${kind}-${object.metadata.name}`,
        { ...object },
        { parent: this, dependsOn: [settings, ...args.after] },
      );
    }
    this.registerOutputs({ objects: objects.length });
  }
}
