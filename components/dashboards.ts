import * as pulumi from "@pulumi/pulumi";
import { Dashboard, DataSource, Folder } from "@pulumiverse/grafana/oss";

/** A dashboard as JSON text; its uid stands in the text. */
interface DashboardArgs {
  readonly uid: string;
  readonly json: string;
}

/** A Prometheus API that Grafana asks. */
export interface DataSourceArgs {
  readonly uid: string;
  readonly name: string;
  readonly url: string;
}

export interface DashboardsArgs {
  /** Title and uid of the folder that holds them. */
  readonly folder: { readonly title: string; readonly uid: string };
  /** The Prometheus that the dashboards ask; absent where Grafana knows it already. */
  readonly dataSource?: DataSourceArgs;
  /** What some of them ask instead. */
  readonly otherDataSources: readonly DataSourceArgs[];
  readonly dashboards: readonly DashboardArgs[];
}

/** Folder, data sources and dashboards in an existing Grafana. */
export class Dashboards extends pulumi.ComponentResource {
  constructor(name: string, args: DashboardsArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:Dashboards", name, {}, opts);
    const folder = new Folder(`${name}-folder`, { ...args.folder }, { parent: this });
    const dataSources = [
      ...(args.dataSource === undefined ? [] : [this.dataSource(`${name}-data-source`, args.dataSource)]),
      ...args.otherDataSources.map((other) => this.dataSource(`${name}-data-source-${other.uid}`, other)),
    ];
    for (const { uid, json } of args.dashboards) {
      new Dashboard(
        `${name}-${uid}`,
        // A dashboard of somebody else's with the same uid is an error, not a loss.
        { folder: args.folder.uid, configJson: json, overwrite: false },
        { parent: this, dependsOn: [folder, ...dataSources] },
      );
    }
    this.registerOutputs({ folder: args.folder.uid });
  }

  private dataSource(name: string, args: DataSourceArgs): DataSource {
    return new DataSource(
      name,
      {
        ...args,
        type: "prometheus",
        accessMode: "proxy",
        jsonDataEncoded: JSON.stringify({ httpMethod: "POST", prometheusType: "Prometheus" }),
      },
      { parent: this },
    );
  }
}
