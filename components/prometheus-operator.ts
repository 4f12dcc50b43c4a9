import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { OperatorContent } from "../backends/operator/content";
import { registerObjects } from "./kubernetes-object";

export interface PrometheusOperatorArgs {
  readonly content: OperatorContent;
  /** What has to be there before, such as the namespace of its objects. */
  readonly after: readonly pulumi.Resource[];
}

/** Rules, scraping, routes and dashboards for a Prometheus operator that is there already, and what it runs. */
export class PrometheusOperator extends pulumi.ComponentResource {
  constructor(name: string, args: PrometheusOperatorArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:PrometheusOperator", name, {}, opts);
    const { objects, dashboards, alertmanager } = args.content;
    if (alertmanager !== undefined) {
      new Secret(
        `${name}-alertmanager`,
        {
          metadata: alertmanager.metadata,
          type: "Opaque",
          stringData: pulumi.secret({ [alertmanager.key]: alertmanager.text }),
        },
        { parent: this },
      );
    }
    registerObjects(name, dashboards, { parent: this }, args.after);
    for (const object of objects) {
      const kind = object.kind.toLowerCase();
      new CustomResource(
        `${name}-${kind}-${object.metadata.name}`,
        { ...object },
        { parent: this, dependsOn: [...args.after] },
      );
    }
    this.registerOutputs({ objects: objects.length });
  }
}
