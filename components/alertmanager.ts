import * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../backends/kubernetes/object";
import { registerObjects, registerSecret, type SecretContent } from "./kubernetes-object";

export interface AlertmanagerArgs {
  /** As `alertmanagerObjects` gives them. */
  readonly objects: readonly KubernetesObject[];
  /** The address that people open. */
  readonly address: string;
  /** The receivers' secret, which the pods mount as files; absent where somebody else keeps it. */
  readonly receivers?: SecretContent;
  /** What has to be there before, such as the namespace. */
  readonly after: readonly pulumi.Resource[];
}

/** Alertmanager with its routes: the StatefulSet and all that it needs. */
export class Alertmanager extends pulumi.ComponentResource {
  readonly address: string;

  constructor(name: string, args: AlertmanagerArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:Alertmanager", name, {}, opts);
    this.address = args.address;
    const { after, receivers } = args;
    const secrets =
      receivers === undefined
        ? []
        : [registerSecret(`${name}-receivers`, receivers, { parent: this, dependsOn: [...after] })];
    registerObjects(name, args.objects, { parent: this }, [...after, ...secrets]);
    this.registerOutputs({ address: this.address });
  }
}
