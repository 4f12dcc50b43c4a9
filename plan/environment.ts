import type { INTEGRATIONS, IntegrationSettings } from "../receivers";
import type { SettingsOf } from "../receivers/integration";
import type { Environments } from "../slo/catalogue";
import type { Duration } from "../slo/duration";
import type { Maintenance } from "../slo/maintenance";
import type { Percent } from "../slo/objective";
import type { BackendChoice, Home } from "./backend";
import type { DatabaseSettings } from "./database";
import type { LongTermSettings } from "./long-term";
import type { OnCall } from "./on-call";
import type { RemoteWriteTarget } from "./remote-write";
import { PORTS, type Place } from "./names";
import type {
  AlertmanagerSettings,
  BackupSettings,
  BlackboxSettings,
  GmpSettings,
  GrafanaSettings,
  KubernetesSettings,
  OperatorSettings,
  PrometheusSettings,
  RunbookSiteSettings,
} from "./platform";
import type { BackupJobSettings } from "./store";

/** The labels of everything that runs in an environment. */
export function placeOf({ cluster, name }: Pick<Environment, "cluster" | "name">): Place {
  return { cluster, environment: name };
}

/** Where the pods of Prometheus and Alertmanager are, and the name of their web port. */
export function serverPlace({ kubernetes, operator }: Pick<Environment, "kubernetes" | "operator">): {
  readonly namespace: string;
  readonly port: string;
} {
  const { namespace, port } = operator ?? { namespace: kubernetes.namespace, port: PORTS.web };
  return { namespace, port };
}

/** How every environment scrapes: how long one scrape may take, and how far back a query looks for a sample. */
export const SCRAPE = { timeout: "10s", lookback: "5m" } as const satisfies Readonly<
  Record<string, Duration>
>;

/** Severities that reach people, the worst first. */
export const HEARD_SEVERITIES = ["critical", "warning", "info"] as const;
export type HeardSeverity = (typeof HEARD_SEVERITIES)[number];

/** By the label `team`, with `default` for the rest. */
type ByTeam = Readonly<Record<string, readonly IntegrationSettings[]>>;

/** Where alerts of an environment go. A receiver that is absent is not configured. */
interface Receivers extends Readonly<Partial<Record<HeardSeverity, ByTeam>>> {
  /** Catches what no route matched, so that nothing is ever lost in silence. */
  readonly unrouted: readonly IntegrationSettings[];
  /** Hears in an environment that does not page of everything but information. */
  readonly warning: ByTeam;
  readonly digest?: Digest;
  readonly deadMansSwitch?: { readonly urlSecret: string };
}

/** The daily digest, and the reports of weeks and months: who reads them, and by which mail server. */
export interface Digest extends Omit<SettingsOf<typeof INTEGRATIONS.email>, "kind"> {
  /** Part of the day in which it is sent, in `location`. */
  readonly window: { readonly start: string; readonly end: string; readonly location: string };
}

/** Every platform value of one stack, parsed from its configuration. */
export interface Environment {
  /** Name of the stack, whose file is `Pulumi.<stack>.yaml`. */
  readonly stack: string;
  /** One of `environments`; the stack's own name is free (`prod-eu` is a prod). */
  readonly name: string;
  /** Those of the catalogue. */
  readonly environments: Environments;
  readonly cluster: string;
  /** Whose services the stack monitors; absent: all of them. */
  readonly shard?: { readonly teams: readonly string[]; readonly namespaces: readonly string[] };
  /** False: nothing from here ever pages a person. */
  readonly paging: boolean;
  readonly receivers: Receivers;
  readonly kubernetes: KubernetesSettings;
  readonly prometheus: PrometheusSettings;
  readonly alertmanager: AlertmanagerSettings;
  readonly grafana: GrafanaSettings;
  /** Absent: no backup buckets. */
  readonly backups?: BackupSettings;
  /** Where those of a service lie that has a place of its own, by its id. */
  readonly backupsOf: Readonly<Record<string, BackupSettings>>;
  /** Who keeps the log of stores with `pointInTime: "provider"`, by the ids of service and backup. */
  readonly managedDatabases: Readonly<Record<string, Readonly<Record<string, DatabaseSettings>>>>;
  /** Who runs Prometheus and Alertmanager. */
  readonly backend: Home;
  /** Absent: the stack runs them. */
  readonly operator?: OperatorSettings;
  /** Who evaluates the rules of a service, by its id; the Prometheus of the stack where it is absent. */
  readonly backends: Readonly<Record<string, BackendChoice>>;
  /** Absent: no service may be bound to Google Managed Prometheus. */
  readonly gmp?: GmpSettings;
  /** Absent: what Prometheus keeps is all. */
  readonly longTerm?: LongTermSettings;
  readonly remoteWrite: readonly RemoteWriteTarget[];
  /** Objectives that differ from the service's file, by `slo_id`. */
  readonly objectives: Readonly<Record<string, Percent>>;
  readonly maintenance: readonly Maintenance[];
  /** Absent: nobody has a budget of pages. */
  readonly onCall?: OnCall;
  /** Base address of runbooks by service, with `default` for the rest. */
  readonly runbooks: Readonly<Record<string, string>>;
  readonly blackbox: BlackboxSettings;
  readonly backupJobs: BackupJobSettings;
  readonly runbookSite: RunbookSiteSettings;
}

/** A stack as others see it: what it wants, and whether its kubeconfig is a text of its own. */
export interface StackPlace {
  readonly environment: Environment;
  readonly secrets: { readonly kubeconfig?: string };
}
