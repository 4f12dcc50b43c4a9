import * as pulumi from "@pulumi/pulumi";
import type { ClusterObjects } from "../backends/kubernetes/cluster";
import type { KubernetesObject } from "../backends/kubernetes/object";
import type { Platform } from "../plan/platform";
import { Alertmanager } from "./alertmanager";
import { Autoscaler } from "./autoscaler";
import { BackupJobs } from "./backup-jobs";
import { BlackboxExporter } from "./blackbox-exporter";
import { LongTerm, type LongTermArgs } from "./long-term";
import { DigestJobs } from "./digest-jobs";
import type { SecretContent } from "./kubernetes-object";
import { MonitoringNamespace } from "./monitoring-namespace";
import { Prometheus } from "./prometheus";
import { RunbookSite } from "./runbook-site";

export interface MonitoringArgs {
  readonly platform: Platform;
  readonly cluster: ClusterObjects;
  /** `metadata` of the receivers' secret; absent where somebody else keeps it. */
  readonly receiversSecret?: KubernetesObject["metadata"] | undefined;
  /** The secret of who sends reports; absent where nobody does, or it is that of the receivers. */
  readonly digestSecret?: SecretContent | undefined;
  /** By which Prometheus writes to others; absent where it needs nothing for that. */
  readonly writingSecret?: SecretContent | undefined;
  /** What the receivers need, by key. */
  readonly receivers: Readonly<Record<string, string>>;
  /** By which the object store is asked; none where Prometheus keeps all. */
  readonly objectStore: LongTermArgs["secrets"];
}

/**
 * All that runs in the cluster: namespace, Prometheus and Alertmanager where no operator runs them, what asks from
 * outside, runbooks, the services' autoscalers, and what backs up their stores.
 */
export class Monitoring extends pulumi.ComponentResource {
  /** What everything else in it waits for. */
  readonly namespace: pulumi.CustomResource;
  readonly runbookSite: RunbookSite;

  constructor(name: string, args: MonitoringArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:Monitoring", name, {}, opts);
    const { cluster, platform } = args;
    const home = new MonitoringNamespace(
      `${name}-namespace`,
      { object: cluster.namespace },
      { parent: this },
    );
    this.namespace = home.namespace;
    const after = [this.namespace];
    this.servers(name, args, [...after, ...this.longTerm(name, args, after)]);
    this.runbookSite = new RunbookSite(
      `${name}-runbooks`,
      { objects: cluster.runbooks, addresses: platform.runbookSite.addresses, after },
      { parent: this },
    );
    this.others(name, args, after);
    this.registerOutputs({
      alertmanager: platform.alertmanager.address,
      prometheus: platform.prometheus.address,
      runbooks: this.runbookSite.addresses,
    });
  }

  /** What keeps samples for years, where something does; Prometheus mounts what it gives back. */
  private longTerm(
    name: string,
    { cluster, objectStore }: MonitoringArgs,
    after: readonly pulumi.Resource[],
  ): readonly pulumi.Resource[] {
    return cluster.longTerm.length === 0
      ? []
      : new LongTerm(
          `${name}-long-term`,
          { objects: cluster.longTerm, secrets: objectStore, after },
          { parent: this },
        ).secrets;
  }

  /** Prometheus and Alertmanager, where no operator runs them. */
  private servers(name: string, args: MonitoringArgs, after: readonly pulumi.Resource[]): void {
    const { cluster, platform } = args;
    if (cluster.servers === undefined) {
      return;
    }
    const { prometheus, alertmanager } = cluster.servers;
    new Prometheus(
      `${name}-prometheus`,
      { objects: prometheus, address: platform.prometheus.address, writing: args.writingSecret, after },
      { parent: this },
    );
    new Alertmanager(
      `${name}-alertmanager`,
      {
        objects: alertmanager,
        address: platform.alertmanager.address,
        after,
        ...(args.receiversSecret === undefined
          ? {}
          : { receivers: { metadata: args.receiversSecret, values: args.receivers } }),
      },
      { parent: this },
    );
  }

  /** What nobody opens: the blackbox exporter, what sends reports, the services' autoscalers and what backs up their stores. */
  private others(name: string, args: MonitoringArgs, after: readonly pulumi.Resource[]): void {
    const { cluster } = args;
    if (cluster.blackbox.length > 0) {
      new BlackboxExporter(`${name}-blackbox`, { objects: cluster.blackbox, after }, { parent: this });
    }
    if (cluster.digest.length > 0) {
      new DigestJobs(
        `${name}-digest`,
        {
          objects: cluster.digest,
          after,
          ...(args.digestSecret === undefined ? {} : { secret: args.digestSecret }),
        },
        { parent: this },
      );
    }
    for (const { name: autoscaler, objects } of cluster.autoscalers) {
      new Autoscaler(`${name}-autoscaler-${autoscaler}`, { objects }, { parent: this });
    }
    for (const { name: store, objects } of cluster.stores) {
      new BackupJobs(`${name}-backup-${store}`, { objects }, { parent: this });
    }
  }
}
