import type { Place } from "../../plan/names";
import type { KubernetesObject } from "../kubernetes/object";

type Metadata = KubernetesObject["metadata"];

/**
 * Kinds of `monitoring.googleapis.com/v1`, as far as they are used. Source: the custom resource definitions of
 * GoogleCloudPlatform/prometheus-engine, `charts/operator/crds`.
 */
interface Managed {
  readonly apiVersion: "monitoring.googleapis.com/v1";
  readonly metadata: Metadata;
}

/** A rule; neither it nor its group has a limit, an offset, labels for all, or a time to keep firing. */
export type GmpRule = { readonly expr: string; readonly labels: Readonly<Record<string, string>> } & (
  | { readonly record: string }
  | {
      readonly alert: string;
      readonly for: string;
      readonly annotations: Readonly<Record<string, string>>;
    }
);

export interface GmpRuleGroup {
  readonly name: string;
  readonly interval: string;
  readonly rules: readonly GmpRule[];
}

/** `Rules` reads and writes series of its namespace only, `ClusterRules` those of the cluster. */
export interface GmpRules extends Managed {
  readonly kind: "ClusterRules" | "Rules";
  readonly spec: { readonly groups: readonly GmpRuleGroup[] };
}

/** Its name becomes the label `job`. */
export interface PodMonitoring extends Managed {
  readonly kind: "PodMonitoring";
  readonly spec: {
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly endpoints: readonly {
      readonly port: string;
      readonly path: string;
      readonly interval: string;
      readonly timeout: string;
      readonly metricRelabeling: readonly {
        readonly action: "replace";
        readonly targetLabel: string;
        readonly replacement: string;
      }[];
    }[];
    readonly targetLabels: { readonly metadata: readonly ("container" | "node" | "pod")[] };
  };
}

/** The settings of the whole cluster, of which there is one object that Google makes; its fields have no `spec`. */
export interface OperatorConfig extends Managed {
  readonly kind: "OperatorConfig";
  readonly collection: { readonly externalLabels: Place };
  readonly rules: { readonly externalLabels: Place };
  readonly managedAlertmanager?: {
    readonly configSecret: { readonly name: string; readonly key: string };
  };
}

/** What the stack makes; `OperatorConfig` it only changes. */
export type GmpObject = GmpRules | PodMonitoring;

export const API_VERSION = "monitoring.googleapis.com/v1";
