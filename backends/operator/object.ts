import type { KubernetesObject } from "../kubernetes/object";

/**
 * Kinds of `monitoring.coreos.com/v1`, as far as they are used. Source: prometheus-operator v0.85,
 * `example/prometheus-operator-crd`; the tests post every object to an API server that has these.
 */
interface OfOperator {
  readonly apiVersion: "monitoring.coreos.com/v1";
  readonly metadata: KubernetesObject["metadata"] & { readonly namespace: string };
}

/** Groups as they stand in a rule file. */
export interface PrometheusRule extends OfOperator {
  readonly kind: "PrometheusRule";
  readonly spec: { readonly groups: readonly object[] };
}

interface Relabeling {
  readonly action: "labeldrop" | "replace";
  readonly sourceLabels?: readonly string[];
  readonly targetLabel?: string;
  readonly replacement?: string;
  readonly regex?: string;
}

/** Pods of one program, which are scraped on one named port. */
export interface PodMonitor extends OfOperator {
  readonly kind: "PodMonitor";
  readonly spec: {
    readonly namespaceSelector: { readonly matchNames: readonly string[] };
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly scrapeProtocols?: readonly string[];
    readonly podMetricsEndpoints: readonly {
      readonly port: string;
      readonly path: string;
      readonly interval: string;
      readonly scrapeTimeout: string;
      readonly params?: Readonly<Record<string, readonly string[]>>;
      readonly relabelings: readonly Relabeling[];
    }[];
  };
}

export type OperatorObject = PodMonitor | PrometheusRule;

export const API_VERSION = "monitoring.coreos.com/v1";
