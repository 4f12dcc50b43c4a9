import * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../backends/kubernetes/object";
import { registerObjects, registerSecret, type SecretContent } from "./kubernetes-object";

export interface LongTermArgs {
  /** As `longTermObjects` gives them. */
  readonly objects: readonly KubernetesObject[];
  /** As `objectStoreSecrets` gives them. */
  readonly secrets: readonly SecretContent[];
  /** What has to be there before, such as the namespace. */
  readonly after: readonly pulumi.Resource[];
}

/** What keeps samples for years: keys of the object store, and the programs that read it. */
export class LongTerm extends pulumi.ComponentResource {
  /** What the pods of Prometheus mount. */
  readonly secrets: readonly pulumi.Resource[];

  constructor(name: string, args: LongTermArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:LongTerm", name, {}, opts);
    this.secrets = args.secrets.map((secret) =>
      registerSecret(`${name}-${secret.metadata.name}`, secret, { parent: this, dependsOn: [...args.after] }),
    );
    registerObjects(name, args.objects, { parent: this }, [...args.after, ...this.secrets]);
    this.registerOutputs({});
  }
}
