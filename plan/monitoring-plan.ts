import type { AlertCategory, AlertMeasure, Severity } from "../slo/alert";
import type { BurnResponse, Period } from "../slo/burn-rate";
import type { Duration } from "../slo/duration";
import type { Incident } from "../slo/incident";
import type { Maintenance } from "../slo/maintenance";
import type { GuardProfile } from "../slo/guard";
import type { Percent } from "../slo/objective";
import type { Sli } from "../slo/sli";
import type { Counter, Job, LabelMatch, Metric, Probe } from "../slo/telemetry";
import type { PlannedAutoscaler } from "./autoscaler";
import type { Binding, Home } from "./backend";
import type { PlannedBucket } from "./bucket";
import type { PlannedDatabase } from "./database";
import type { PlannedStore } from "./store";
import type { PlannedDashboard } from "./dashboard";
import type { Digest } from "./environment";
import type { AlertIdentity } from "./identity";
import type { OnCall } from "./on-call";
import type { OwnPlatform, Platform } from "./platform";
import type { RoutingPlan } from "./routing";
import type { RunbookPage } from "./runbook";

export type Labels = Readonly<Record<string, string>>;

/** A rule that stores the value of an expression under a new name. */
export interface RecordingRule {
  readonly kind: "record";
  readonly record: string;
  readonly expr: string;
  readonly labels: Labels;
}

/** A rule that fires; `annotations` are templates of Prometheus. */
export interface AlertingRule {
  readonly kind: "alert";
  readonly alert: string;
  readonly expr: string;
  readonly for: Duration;
  /** How long it goes on once its expression is gone; only rules of others say so. */
  readonly keep_firing_for?: Duration;
  readonly labels: Labels;
  readonly annotations: Labels;
}

/** Rules that are evaluated in order, at one interval. */
export interface RuleGroup {
  readonly name: string;
  readonly interval: Duration;
  /** The file that it stands in: the id of its service. */
  readonly file: string;
  readonly rules: readonly (RecordingRule | AlertingRule)[];
}

/** What people and tools need to know of an alert besides its expression. */
export interface PlannedAlert extends AlertIdentity {
  readonly kind:
    AlertMeasure["kind"] | "outage" | "burn-rate" | "budget" | "telemetry" | "heartbeat" | "severity";
  readonly severity: Severity;
  readonly category: AlertCategory;
  readonly team: string;
  /** The job that it is measured on, where it is one. */
  readonly job?: string;
  /** Objectives that are steps of its own: what is critical of them says why. */
  readonly steps?: readonly { readonly service: string; readonly slo: string }[];
  /** Labels of which it fires for each value. */
  readonly by?: readonly string[];
  readonly cluster: string;
  readonly environment: string;
  readonly for: Duration;
  readonly groupWait?: Duration;
  readonly runbook: { readonly service: string; readonly slug: string; readonly url: string };
  /** The panel that shows what it is about, or a dashboard where none does. */
  readonly dashboardUrl: string;
}

/** An SLO as it is measured in this environment. */
export interface PlannedSlo {
  readonly id: string;
  readonly service: string;
  readonly slo: string;
  readonly team: string;
  readonly title: string;
  /** What counts against it, e.g. `slower than 500 ms`. */
  readonly breach: string;
  readonly objective: Percent;
  readonly window: Period;
  /** Labels whose values are judged apart. */
  readonly by?: readonly string[];
  readonly sli: Sli;
  readonly response: BurnResponse;
  /** How sure a page must be; `strict` where absent. */
  readonly guard?: GuardProfile;
}

/** What an anomaly alert compares with its own past; the lab makes up that past. */
export interface PlannedAnomaly {
  readonly alertname: string;
  readonly service: string;
  readonly counter: Counter;
  readonly where: readonly LabelMatch[];
}

/** How Prometheus finds the targets of a job. */
export type Discovery =
  | { readonly kind: "kubernetes"; readonly namespace: string; readonly app: string; readonly port: string }
  | { readonly kind: "http"; readonly url: string; readonly refreshInterval: Duration };

export interface ScrapeJob {
  readonly job: string;
  /** Ids of the services that read it. */
  readonly services: readonly string[];
  readonly path: string;
  /** Series begin with a 0 at the time at which their program created them. */
  readonly createdTimestamps?: true;
  /** It has native histograms; `converted`: they are made of classic ones as they are scraped. */
  readonly histograms?: "native" | "converted";
  /** What the targets, which are blackbox exporters, are told to ask; the address is the instance. */
  readonly probe?: { readonly module: Probe["module"]; readonly address: string };
  readonly discovery: Discovery;
  /** Labels that every series of its targets gets. */
  readonly labels: Labels;
}

export interface ScrapePlan {
  readonly interval: Duration;
  readonly timeout: Duration;
  readonly evaluationInterval: Duration;
  /** How far back a query looks for the last sample; the long windows rely on it. */
  readonly lookback: Duration;
  readonly retention: Duration;
  readonly externalLabels: Labels;
  /** Labels that differ between replicas and must not reach Alertmanager. */
  readonly dropFromAlerts: readonly string[];
  readonly jobs: readonly ScrapeJob[];
  readonly alertmanagers: Discovery;
}

/** What a service's workload looks like, for the lab and for documents. */
export interface PlannedService {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly team: string;
  readonly tier: number;
  readonly dashboardUrl: string;
  /** Who evaluates its rules. */
  readonly backend: Binding;
  readonly jobs: readonly Job[];
  readonly metrics: readonly Metric[];
  /** What the lab can play, sorted by id. */
  readonly incidents: readonly Incident[];
}

/** Everything that one environment gets, as a plain, sorted, serialisable value. */
export interface MonitoringPlan {
  readonly version: 1;
  readonly environment: {
    readonly stack: string;
    readonly name: string;
    readonly cluster: string;
    readonly paging: boolean;
  };
  readonly services: readonly PlannedService[];
  readonly slos: readonly PlannedSlo[];
  readonly alerts: readonly PlannedAlert[];
  readonly anomalies: readonly PlannedAnomaly[];
  readonly ruleGroups: readonly RuleGroup[];
  readonly scrape: ScrapePlan;
  readonly routing: RoutingPlan;
  /** What is planned; absent where nothing is. */
  readonly maintenance?: readonly Maintenance[];
  /** Absent where the stack says nothing. */
  readonly onCall?: OnCall;
  /** Absent where nobody gets reports by mail. */
  readonly digest?: Digest;
  /** Sorted by uid; those of every service, and the overview of all SLOs. */
  readonly dashboards: readonly PlannedDashboard[];
  readonly runbooks: readonly RunbookPage[];
  readonly autoscalers: readonly PlannedAutoscaler[];
  readonly buckets: readonly PlannedBucket[];
  /** In the order of their buckets. */
  readonly stores: readonly PlannedStore[];
  /** Managed databases of which the stack keeps log and snapshots, sorted by name. */
  readonly databases: readonly PlannedDatabase[];
  readonly platform: Platform;
}

/** A plan whose Prometheus and Alertmanager the stack runs. */
export type OwnPlan = MonitoringPlan & { readonly platform: OwnPlatform };

/** Whether the stack runs Prometheus and Alertmanager, instead of an operator; configuration has seen to what they need. */
export function runsServers(plan: MonitoringPlan): plan is OwnPlan {
  return plan.platform.operator === undefined;
}

/** Who runs the Prometheus and the Alertmanager of a plan. */
export function homeOf(plan: MonitoringPlan): Home {
  return runsServers(plan) ? "kubernetes" : "operator";
}

/** Whether anything of a plan is put into Grafana by its API, instead of by a sidecar that reads the cluster. */
export function asksGrafana({ platform: { operator }, services }: MonitoringPlan): boolean {
  return operator?.dashboards !== "sidecar" || services.some(({ backend }) => backend.alerts === "grafana");
}
