import { Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../backends/kubernetes/object";
import { registerObjects } from "./kubernetes-object";

export interface LongTermArgs {
  /** As `longTermObjects` gives them. */
  readonly objects: readonly KubernetesObject[];
  /** As `objectStoreSecrets` gives them; the component marks their values as secrets. */
  readonly secrets: readonly {
    readonly metadata: KubernetesObject["metadata"];
    readonly values: Readonly<Record<string, string>>;
  }[];
  /** What has to be there before, such as the namespace. */
  readonly after: readonly pulumi.Resource[];
}

/** What keeps samples for years: keys of the object store, and the programs that read it. */
export class LongTerm extends pulumi.ComponentResource {
  /** What the pods of Prometheus mount. */
  readonly secrets: readonly pulumi.Resource[];

  constructor(name: string, args: LongTermArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:LongTerm", name, {}, opts);
    this.secrets = args.secrets.map(
      ({ metadata, values }) =>
        new Secret(
          `${name}-${metadata.name}`,
          { metadata, type: "Opaque", stringData: pulumi.secret(values) },
          { parent: this, dependsOn: [...args.after] },
        ),
    );
    registerObjects(name, args.objects, { parent: this }, [...args.after, ...this.secrets]);
    this.registerOutputs({});
  }
}
