import { runsServers, type MonitoringPlan } from "../../plan/monitoring-plan";
import { groupedBy } from "../../slo/order";
import { ownPrometheusPart } from "../binding";
import { alertmanagerObjects } from "./alertmanager";
import { autoscalerObjects } from "./autoscaler";
import { backupObjects } from "./backups";
import { blackboxObjects } from "./blackbox";
import { longTermObjects } from "./long-term";
import { digestObjects } from "./digest";
import { selector, type KubernetesObject } from "./object";
import { prometheusObjects } from "./prometheus";
import { runbookObjects } from "./runbooks";

/** The objects of one autoscaler, or of the stores of one service, under a name that is unique in the stack. */
interface OwnedObjects {
  readonly name: string;
  readonly objects: readonly KubernetesObject[];
}

/** Every Kubernetes object of a plan, by the component that registers it. */
export interface ClusterObjects {
  readonly namespace: KubernetesObject;
  /** Absent where an operator runs the two servers. */
  readonly servers?: {
    readonly prometheus: readonly KubernetesObject[];
    readonly alertmanager: readonly KubernetesObject[];
  };
  /** Empty where Prometheus keeps all. */
  readonly longTerm: readonly KubernetesObject[];
  /** Empty where nothing is probed. */
  readonly blackbox: readonly KubernetesObject[];
  readonly runbooks: readonly KubernetesObject[];
  /** Empty where no reports are sent. */
  readonly digest: readonly KubernetesObject[];
  readonly autoscalers: readonly OwnedObjects[];
  readonly stores: readonly OwnedObjects[];
}

/** What a plan is in a cluster. */
export function clusterObjects(plan: MonitoringPlan): ClusterObjects {
  return {
    namespace: namespaceObject(plan.platform.kubernetes.namespace, plan.environment.stack),
    ...(runsServers(plan)
      ? {
          servers: {
            prometheus: prometheusObjects(ownPrometheusPart(plan)),
            alertmanager: alertmanagerObjects(plan),
          },
        }
      : {}),
    longTerm: longTermObjects(plan),
    blackbox: blackboxObjects(plan),
    runbooks: runbookObjects(plan),
    digest: digestObjects(plan),
    autoscalers: plan.autoscalers.map((planned) => ({
      name: `${planned.namespace}-${planned.name}`,
      objects: autoscalerObjects(planned),
    })),
    stores: [...groupedBy(plan.stores, ({ service }) => service)].map(([name, stores]) => ({
      name,
      objects: backupObjects(plan, stores),
    })),
  };
}

/** All of them, in the order in which they are created. */
export function allObjects(cluster: ClusterObjects): readonly KubernetesObject[] {
  return [
    cluster.namespace,
    ...(cluster.servers?.prometheus ?? []),
    ...(cluster.servers?.alertmanager ?? []),
    ...cluster.longTerm,
    ...cluster.blackbox,
    ...cluster.runbooks,
    ...cluster.digest,
    ...cluster.autoscalers.flatMap((autoscaler) => autoscaler.objects),
    ...cluster.stores.flatMap((store) => store.objects),
  ];
}

/**
 * The cluster itself refuses a pod with privileges in it, and a second stack that would take the namespace over: two
 * owners of one field who want different values are a conflict, and what lies in it waits for this object.
 * Source: Kubernetes docs, "Pod Security Standards" and "Server-Side Apply".
 */
function namespaceObject(name: string, stack: string): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name,
      labels: {
        ...selector(name),
        "app.kubernetes.io/managed-by": "pulumi",
        "app.kubernetes.io/part-of": "tocsin",
        "pod-security.kubernetes.io/enforce": "restricted",
      },
      annotations: { "tocsin/stack": stack },
    },
  };
}
