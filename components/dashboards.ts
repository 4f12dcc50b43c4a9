import * as pulumi from "@pulumi/pulumi";
import { Dashboard, DataSource, Folder } from "@pulumiverse/grafana/oss";

/** A dashboard as JSON text; its uid stands in the text. */
interface DashboardArgs {
  readonly uid: string;
  readonly json: string;
}

export interface DashboardsArgs {
  /** Title and uid of the folder that holds them. */
  readonly folder: { readonly title: string; readonly uid: string };
  /** The Prometheus that the dashboards ask. */
  readonly dataSource: { readonly uid: string; readonly name: string; readonly url: string };
  readonly dashboards: readonly DashboardArgs[];
}

/** Folder, data source and dashboards in an existing Grafana. */
export class Dashboards extends pulumi.ComponentResource {
  constructor(name: string, args: DashboardsArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:Dashboards", name, {}, opts);
    const folder = new Folder(`${name}-folder`, { ...args.folder }, { parent: this });
    const dataSource = new DataSource(
      `${name}-data-source`,
      {
        ...args.dataSource,
        type: "prometheus",
        accessMode: "proxy",
        jsonDataEncoded: JSON.stringify({ httpMethod: "POST", prometheusType: "Prometheus" }),
      },
      { parent: this },
    );
    for (const { uid, json } of args.dashboards) {
      new Dashboard(
        `${name}-${uid}`,
        // A dashboard of somebody else's with the same uid is an error, not a loss.
        { folder: args.folder.uid, configJson: json, overwrite: false },
        { parent: this, dependsOn: [folder, dataSource] },
      );
    }
    this.registerOutputs({ folder: args.folder.uid });
  }
}
