import { backupStore } from "./backup-store";
import type { Part } from "./define-service";

/** Where a stack runs its two servers. */
export interface MonitoringState {
  /** Their namespace, with `<environment>` for the name of an environment. */
  readonly namespace: string;
  /** Size of a disk that all of Prometheus fits on, packed, as Kubernetes writes it. */
  readonly scratch: string;
}

/**
 * What Prometheus and Alertmanager keep on their disks and nobody could generate anew: samples, silences, and what was
 * sent to whom. For a stack whose samples no object storage has. Replicas are alike, so that the first one stands for all.
 */
export function monitoringState({ namespace, scratch }: MonitoringState): readonly [Part, Part] {
  const common = { keepDays: { default: 14 }, lockDays: { default: 7 } };
  return [
    backupStore({
      ...common,
      id: "alertmanager",
      description: "Silences, and what was sent to whom.",
      store: {
        ...{ kind: "server", server: "alertmanager", every: "1h", rpo: "2h", rto: "30m" },
        ...{ namespace, pod: "alertmanager-0", volumeClaim: "data-alertmanager-0", subPath: "alertmanager" },
        scratch: "1Gi",
      },
    }),
    backupStore({
      ...common,
      id: "prometheus",
      description: "Samples of Prometheus, with what is not in a block yet.",
      store: {
        ...{ kind: "server", server: "prometheus", every: "6h", rpo: "12h", rto: "1h" },
        ...{ namespace, pod: "prometheus-0", volumeClaim: "data-prometheus-0", subPath: "prometheus" },
        scratch,
      },
    }),
  ];
}
