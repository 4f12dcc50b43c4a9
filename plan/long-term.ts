import type { Duration } from "../slo/duration";
import type { PlannedMetricsBucket } from "./bucket";
import type { RuleGroup } from "./monitoring-plan";
import type { Resources, Storage } from "./platform";

/** Where blocks of samples lie for years. */
export type ObjectStore =
  | {
      readonly cloud: "aws";
      readonly name: string;
      readonly region: string;
      /** Absent: it is there already. */
      readonly make?: { readonly account: string; readonly kmsKey?: string };
    }
  | {
      readonly cloud: "gcp";
      readonly name: string;
      readonly make?: { readonly project: string; readonly location: string; readonly kmsKey?: string };
    }
  /** Whatever speaks S3, such as Cloudflare R2; asked over TLS. */
  | { readonly cloud: "s3"; readonly name: string; readonly endpoint: string; readonly region: string };

/** Who asks the object store: what writes blocks, what reads them, and the one that deletes. */
export const STORE_ROLES = ["writer", "reader", "compactor"] as const;
export type StoreRole = (typeof STORE_ROLES)[number];

/** A program of Thanos in the cluster. */
export interface ThanosPart {
  readonly resources: Resources;
}

/** One with a disk, which is made with its pod and goes with it. */
export type StoringPart = ThanosPart & { readonly storage: Omit<Storage, "claims"> };

/** What reads a bucket and keeps order in it; one stack of a bucket has it. */
export interface LongTermHub {
  /** What people and a Grafana elsewhere ask; absent: nobody outside the cluster does. */
  readonly address?: string;
  /** Pods of each program that may have several. */
  readonly replicas: number;
  /** How long samples are kept, by resolution. */
  readonly retention: Readonly<Record<"fiveMinutes" | "oneHour" | "raw", Duration>>;
  /** Other clusters that write to the bucket; objectives are counted over all of them, too. */
  readonly clusters: readonly string[];
  /** Sidecars of other clusters, `host:port`, for what is not in the bucket yet. */
  readonly endpoints: readonly string[];
  readonly store: StoringPart;
  readonly compactor: StoringPart;
  readonly query: ThanosPart;
  readonly queryFrontend: ThanosPart;
  readonly ruler: StoringPart;
}

/** Samples beyond what one Prometheus keeps, as a stack configures them. */
export interface LongTermSettings {
  readonly kind: "thanos";
  readonly image: string;
  readonly bucket: ObjectStore;
  /** Keys of secrets by who asks with them; absent: the cloud knows the service accounts of the pods. */
  readonly keys?: Readonly<Record<StoreRole, string>>;
  readonly sidecar: ThanosPart;
  /** Absent: another stack reads the bucket. */
  readonly hub?: LongTermHub;
}

/** Where rules are evaluated, with the reason. */
export interface RulePlace {
  readonly at: "prometheus" | "ruler";
  readonly rules: number;
  readonly why: string;
}

/** The same in a plan. */
export interface PlannedLongTerm extends LongTermSettings {
  /** Rules that span clusters, which no Prometheus can evaluate; none where there is but one. */
  readonly ruleGroups: readonly RuleGroup[];
  readonly places: readonly RulePlace[];
  /** The bucket, where this stack makes it. */
  readonly made?: PlannedMetricsBucket;
}

/** The stack that reads a bucket. */
export type HubSettings = LongTermSettings & { readonly hub: LongTermHub };

export function isHub<T extends LongTermSettings>(settings: T): settings is T & HubSettings {
  return settings.hub !== undefined;
}

/** Keys of the secrets by which the object store is asked, in the order of their roles; only a hub reads and deletes. */
export function storeRoles(settings: LongTermSettings): readonly StoreRole[] {
  return isHub(settings) ? STORE_ROLES : ["writer"];
}
