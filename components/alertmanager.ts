import { Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../backends/kubernetes/object";
import { registerObjects } from "./kubernetes-object";

export interface AlertmanagerArgs {
  /** As `alertmanagerObjects` gives them. */
  readonly objects: readonly KubernetesObject[];
  /** The address that people open. */
  readonly address: string;
  /** The receivers' secret, which the pods mount as files; absent where somebody else keeps it. */
  readonly receivers?: {
    readonly metadata: KubernetesObject["metadata"];
    /** Plain texts by key; the component marks them as secrets, so that the state holds them encrypted. */
    readonly values: Readonly<Record<string, string>>;
  };
  /** What has to be there before, such as the namespace. */
  readonly after: readonly pulumi.Resource[];
}

/** Alertmanager with its routes: the StatefulSet and all that it needs. */
export class Alertmanager extends pulumi.ComponentResource {
  readonly address: string;

  constructor(name: string, args: AlertmanagerArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:Alertmanager", name, {}, opts);
    this.address = args.address;
    const secrets = args.receivers === undefined ? [] : [this.secret(name, args.receivers, args.after)];
    registerObjects(name, args.objects, { parent: this }, [...args.after, ...secrets]);
    this.registerOutputs({ address: this.address });
  }

  private secret(
    name: string,
    receivers: NonNullable<AlertmanagerArgs["receivers"]>,
    after: readonly pulumi.Resource[],
  ): Secret {
    return new Secret(
      `${name}-receivers`,
      { metadata: receivers.metadata, type: "Opaque", stringData: pulumi.secret(receivers.values) },
      { parent: this, dependsOn: [...after] },
    );
  }
}
