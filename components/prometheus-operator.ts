import * as pulumi from "@pulumi/pulumi";
import type { OperatorContent } from "../backends/operator/content";
import { configSecret, registerCustomObjects } from "./custom-objects";
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
      configSecret(name, alertmanager, this);
    }
    registerObjects(name, dashboards, { parent: this }, args.after);
    registerCustomObjects(name, objects, this, args.after);
    this.registerOutputs({ objects: objects.length });
  }
}
