import * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../backends/kubernetes/object";
import { registerObjects } from "./kubernetes-object";

export interface BackupJobsArgs {
  /** As `backupObjects` gives them. */
  readonly objects: readonly KubernetesObject[];
}

/** What backs up the stores of a service, proves it and tells of it, in the service's own namespace. */
export class BackupJobs extends pulumi.ComponentResource {
  constructor(name: string, args: BackupJobsArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:BackupJobs", name, {}, opts);
    registerObjects(name, args.objects, { parent: this }, []);
    this.registerOutputs({});
  }
}
