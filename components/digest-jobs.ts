import * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../backends/kubernetes/object";
import { registerObjects, registerSecret, type SecretContent } from "./kubernetes-object";

export interface DigestJobsArgs {
  /** As `digestObjects` gives them. */
  readonly objects: readonly KubernetesObject[];
  /** The password of the mail server; absent where somebody else keeps it. */
  readonly secret?: SecretContent;
  /** What has to be there before, such as the namespace. */
  readonly after: readonly pulumi.Resource[];
}

/** What sends the daily digest and the reports of weeks and months by mail, and tells Prometheus that it did. */
export class DigestJobs extends pulumi.ComponentResource {
  constructor(name: string, args: DigestJobsArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:DigestJobs", name, {}, opts);
    const { after, secret } = args;
    const secrets =
      secret === undefined
        ? []
        : [registerSecret(`${name}-mail`, secret, { parent: this, dependsOn: [...after] })];
    registerObjects(name, args.objects, { parent: this }, [...after, ...secrets]);
    this.registerOutputs({});
  }
}
