import type { Duration } from "../slo/duration";
import type { PlannedLongTerm } from "./long-term";
import { PROGRAMS } from "./names";
import type { RemoteWriteTarget } from "./remote-write";
import type { BackupJobSettings } from "./store";

/** What a container asks for; memory is its limit as well, CPU has none, so that it is never throttled. */
export interface Resources {
  readonly cpu: string;
  readonly memory: string;
}

/** A volume of each pod; without a class the cluster's default one is used. */
export interface Storage {
  readonly size: string;
  /** What the volumes in the cluster have; absent before the first deployment. */
  readonly claims?: string;
  readonly storageClass?: string;
}

/** A server in the cluster. */
export interface ServerSettings {
  readonly replicas: number;
  /** The address that people open; links in notifications point to it. */
  readonly address: string;
  /** At an exact version, with a digest where configuration gives one. */
  readonly image: string;
  /** Absent, as the storage: an operator runs it. */
  readonly resources?: Resources;
  readonly storage?: Storage;
  /** Name of a PriorityClass of the cluster; absent: pods are as important as any. */
  readonly priorityClass?: string;
  /** Absent: nobody reaches it from outside, or somebody else routes its host name. */
  readonly ingress?: ServerIngress;
}

/** The way from outside to a server that knows no users of its own. */
interface ServerIngress {
  readonly className: string;
  /** A Kubernetes secret with the certificate of the host name. */
  readonly tlsSecret: string;
  /** What tells the ingress controller whom to let in, e.g. `nginx.ingress.kubernetes.io/auth-url`. */
  readonly authentication: Readonly<Record<string, string>>;
}

export interface PrometheusSettings extends ServerSettings {
  readonly retention: Duration;
  readonly scrapeInterval: Duration;
}

export interface AlertmanagerSettings extends ServerSettings {
  /** Image of the sidecar that tells Alertmanager to read a changed configuration. */
  readonly reloaderImage: string;
  /** A Kubernetes secret with the receivers' keys that somebody else keeps; the stack makes none then. */
  readonly existingSecret?: string;
}

/** The Service by which Prometheus is reached in its cluster. Source: prometheus-operator, governing Service. */
export function prometheusService({ kubernetes, operator }: Platform): {
  readonly namespace: string;
  readonly service: string;
} {
  return operator === undefined
    ? { namespace: kubernetes.namespace, service: PROGRAMS.prometheus }
    : { namespace: operator.namespace, service: "prometheus-operated" };
}

/** A server that the stack itself runs. */
type OwnServer<S extends ServerSettings> = Required<Pick<S, "resources" | "storage">> & S;

/** A platform whose Prometheus and Alertmanager the stack runs. */
export interface OwnPlatform extends Platform {
  readonly prometheus: OwnServer<PrometheusSettings>;
  readonly alertmanager: OwnServer<AlertmanagerSettings>;
}

/** The Prometheus operator, with a Prometheus and an Alertmanager that it runs already. */
export interface OperatorSettings {
  /** Where both run. */
  readonly namespace: string;
  /** Names of the two resources. */
  readonly prometheus: string;
  readonly alertmanager: string;
  /** By which the Prometheus selects rules and monitors. */
  readonly labels: Readonly<Record<string, string>>;
  /** Name of the web port of both. */
  readonly port: string;
  /** What the Prometheus adds to what it sends. */
  readonly externalLabels: Readonly<Record<string, string>>;
  /** Whether it stores a 0 where a series was created. */
  readonly createdTimestamps: boolean;
  /** Who configures the Alertmanager: the stack by a secret, or others from what is rendered. */
  readonly routes: "secret" | "theirs";
  /** The secret that the Alertmanager reads its configuration from. */
  readonly configSecret: string;
  /** What the Alertmanager does to the routes of AlertmanagerConfig objects. */
  readonly matcherStrategy: "None" | "OnNamespace" | "OnNamespaceExceptForAlertmanagerNamespace";
  /** How dashboards reach Grafana: as ConfigMaps for its sidecar, or by its API. */
  readonly dashboards: "api" | "sidecar";
  /** Name or uid of Grafana's data source that asks the Prometheus. */
  readonly dataSource: string;
}

/** With two pods each would ask for itself, and the one in trouble would look like a service in trouble. */
export const BLACKBOX_REPLICAS = 1;

/** The program that asks services from outside. */
export interface BlackboxSettings {
  readonly image: string;
  readonly resources: Resources;
}

/** The web server of the runbooks. */
export interface RunbookSiteSettings {
  readonly replicas: number;
  readonly image: string;
  readonly resources: Resources;
  /** Absent: somebody else routes the host names of the runbooks to it. */
  readonly ingress?: {
    readonly className: string;
    /** A Kubernetes secret with the certificate of the host names; the ingress controller's own one where absent. */
    readonly tlsSecret?: string;
  };
}

/** The runbooks as they are served. */
interface PlannedRunbookSite extends RunbookSiteSettings {
  /** Base addresses of services and the default one, sorted, each with a slash at its end. */
  readonly addresses: readonly string[];
}

/** An existing Grafana; its token is a secret of the stack. */
export interface GrafanaSettings {
  readonly address: string;
  /** Title of the folder that holds the dashboards. */
  readonly folder: string;
  readonly editable: boolean;
  /** Where it runs in the cluster of the stack, and asks Prometheus there; absent: it runs elsewhere. */
  readonly namespace?: string;
}

/** Google Managed Prometheus, which runs itself. */
export interface GmpSettings {
  /** A Prometheus API in front of it, which Grafana asks. */
  readonly address: string;
}

/** Where in which cluster. */
export interface KubernetesSettings {
  readonly namespace: string;
  /** Path of a kubeconfig on the machine that runs the engine; its text may be given as a secret instead. */
  readonly kubeconfig: string;
  readonly context: string;
  /** Namespaces besides its own whose pods may open Prometheus, Alertmanager and the runbooks, e.g. an ingress controller's. */
  readonly clientNamespaces: readonly string[];
}

/** Whether two stacks reach their cluster in one way; of kubeconfigs that are secrets this says nothing. */
export function isOneWay(a: KubernetesSettings, b: KubernetesSettings): boolean {
  return a.kubeconfig === b.kubeconfig && a.context === b.context;
}

/** Whether a lock can be taken back by those who may do so on purpose, or by nobody at all. */
export type LockMode = "compliance" | "governance";

/** Days after which a backup is moved to a colder class, by the cloud's name of it. */
type Colder<C extends string> = Readonly<Partial<Record<C, number>>>;

/** Where backup buckets lie. */
export type BackupSettings =
  | {
      readonly cloud: "aws";
      /** `governance` where it is absent. */
      readonly lock?: LockMode;
      readonly colder?: Colder<"GLACIER_IR" | "STANDARD_IA">;
      /** Begins every bucket's name, which is unique in the world. */
      readonly prefix: string;
      readonly account: string;
      readonly region: string;
      /** ARN of the key that encrypts; the account's own S3 key where it is absent. */
      readonly kmsKey?: string;
      /** A second region, with a key there. */
      readonly replica?: { readonly region: string; readonly kmsKey?: string };
      /** Who signs the tokens of the cluster's service accounts, without `https://`; absent: identities have keys. */
      readonly oidcIssuer?: string;
    }
  | {
      readonly cloud: "gcp";
      /** `governance` where it is absent. */
      readonly lock?: LockMode;
      readonly colder?: Colder<"ARCHIVE" | "COLDLINE" | "NEARLINE">;
      readonly prefix: string;
      readonly project: string;
      readonly location: string;
      /** Resource name of the key that encrypts; Google's own where it is absent. */
      readonly kmsKey?: string;
      /** Where Google knows the cluster's service accounts; absent: identities have keys. */
      readonly workloadIdentity?: { readonly pool: string; readonly projectNumber: string };
    }
  | {
      readonly cloud: "r2";
      /** `governance` where it is absent, and nothing else is to be had. */
      readonly lock?: LockMode;
      readonly colder?: Colder<"InfrequentAccess">;
      readonly prefix: string;
      readonly account: string;
      /** Where the law keeps it; anywhere where it is absent. */
      readonly jurisdiction?: "eu" | "fedramp";
    };

/** What the stack runs, and where. */
export interface Platform {
  readonly kubernetes: KubernetesSettings;
  readonly prometheus: PrometheusSettings;
  readonly alertmanager: AlertmanagerSettings;
  readonly grafana: GrafanaSettings;
  /** Absent: the stack runs both servers itself. */
  readonly operator?: OperatorSettings;
  /** Absent: no service is bound to it. */
  readonly gmp?: GmpSettings;
  readonly blackbox: BlackboxSettings;
  readonly runbookSite: PlannedRunbookSite;
  /** Absent: what Prometheus keeps is all. */
  readonly longTerm?: PlannedLongTerm;
  /** Absent: nobody is written to. */
  readonly remoteWrite?: readonly RemoteWriteTarget[];
  /** Absent: no backup buckets but those of `backupsOf`. */
  readonly backups?: BackupSettings;
  /** By the id of a service whose backups lie elsewhere. */
  readonly backupsOf: Readonly<Record<string, BackupSettings>>;
  readonly backupJobs: BackupJobSettings;
}
