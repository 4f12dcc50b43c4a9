import { Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../backends/kubernetes/object";
import { registerObjects } from "./kubernetes-object";

/** The password of the mail server as a secret of the cluster. */
export interface DigestSecret {
  readonly metadata: KubernetesObject["metadata"];
  /** Plain text by its key; the component marks it as a secret, so that the state holds it encrypted. */
  readonly values: Readonly<Record<string, string>>;
}

export interface DigestJobsArgs {
  /** As `digestObjects` gives them. */
  readonly objects: readonly KubernetesObject[];
  /** Absent where somebody else keeps it. */
  readonly secret?: DigestSecret;
  /** What has to be there before, such as the namespace. */
  readonly after: readonly pulumi.Resource[];
}

/** What sends the daily digest and the reports of weeks and months by mail, and tells Prometheus that it did. */
export class DigestJobs extends pulumi.ComponentResource {
  constructor(name: string, args: DigestJobsArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:DigestJobs", name, {}, opts);
    const { secret } = args;
    const secrets =
      secret === undefined
        ? []
        : [
            new Secret(
              `${name}-mail`,
              { metadata: secret.metadata, type: "Opaque", stringData: pulumi.secret(secret.values) },
              { parent: this, dependsOn: [...args.after] },
            ),
          ];
    registerObjects(name, args.objects, { parent: this }, [...args.after, ...secrets]);
    this.registerOutputs({});
  }
}
