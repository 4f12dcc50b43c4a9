import { isDuration, longest, type Duration } from "../slo/duration";
import { REPORT_PERIODS, type ReportPeriod } from "../plan/report-period";
import type { Service } from "../slo/service";
import { INTEGRATIONS } from "../receivers";
import { DEFAULT_TEAM, RECEIVERS } from "./routing";
import type { Alert } from "../slo/alert";
import type { Counter, Gauge, Job, LabelValues, Metric, TelemetryContract } from "../slo/telemetry";

/** What the programs of the monitoring expose of themselves, as far as their alerts look at it. */
export interface SelfTelemetry {
  readonly jobs: SelfJobs;
  readonly contract: TelemetryContract;
  readonly prometheusReloaded: Gauge;
  readonly ruleFailures: Counter;
  readonly iterationsMissed: Counter;
  readonly groupDuration: Gauge;
  readonly groupInterval: Gauge;
  readonly discovered: Gauge;
  readonly dropped: Counter;
  readonly retention: Gauge;
  readonly sizeRetentions: Counter;
  readonly walWritesFailed: Counter;
  readonly walCorruptions: Counter;
  readonly compactionsFailed: Counter;
  readonly blockReloadsFailed: Counter;
  readonly alertmanagerReloaded: Gauge;
  readonly failed: Counter<Record<"integration" | "reason" | "receiver_name", readonly string[]>>;
  readonly members: Gauge;
  readonly configHash: Gauge;
  /** Absent where no reports are sent. */
  readonly mailed?: Gauge<Record<"period", readonly ReportPeriod[]>>;
}

/** The targets of each program; `instances` are as many as are planned. */
export interface SelfJobs {
  readonly prometheus: Job;
  readonly alertmanager: Job;
  readonly runbooks: Job;
  /** Absent where nothing is probed. */
  readonly blackbox?: Job;
  /** Absent where no reports are sent. */
  readonly digest?: Job;
}

/** What is watched of the monitoring where a stack has it. */
export interface SelfPart {
  readonly jobs: readonly Job[];
  readonly metrics: readonly Metric[];
  readonly alerts: readonly Alert[];
  /** What the pages of its alerts say first. */
  readonly advice: Readonly<Record<string, readonly string[]>>;
}

export const NO_PART: SelfPart = { jobs: [], metrics: [], alerts: [], advice: {} };

interface Deployment {
  readonly jobs: SelfJobs;
  readonly retentionSeconds: number;
}

/** The longest window that an SLO needs; a week where there is none. */
export function longestWindow(services: readonly Service[]): Duration {
  return services
    .flatMap((service) => service.slos.map((slo): Duration => slo.window))
    .filter(isDuration)
    .reduce(longest, "7d");
}

/** The metrics and their values in normal operation. Source: Prometheus and Alertmanager, `/metrics`. */
export function selfTelemetry({ jobs, retentionSeconds }: Deployment): SelfTelemetry {
  const metrics = {
    ...ruleMetrics(jobs.prometheus),
    ...notifierMetrics(jobs),
    ...retentionMetrics(jobs.prometheus, retentionSeconds),
    ...storageMetrics(jobs.prometheus),
    ...alertmanagerMetrics(jobs.alertmanager),
    ...digestMetrics(jobs.digest),
  };
  return {
    jobs,
    contract: { jobs: Object.values<Job>({ ...jobs }), metrics: Object.values(metrics) },
    ...metrics,
  };
}

const RELOADED = "1 if the last configuration was taken.";

function gauge(job: Job, name: string, help: string, normal: number): Gauge {
  return { type: "gauge", name, help, job, labels: {}, normal };
}

/** Failures stand still in normal operation, and are exposed from the start. */
function failures<L extends LabelValues>(job: Job, name: string, help: string, labels: L): Counter<L> {
  return { type: "counter", name, help, job, labels, initialisedToZero: true, perSecond: 0 };
}

function ruleMetrics(
  job: Job,
): Pick<SelfTelemetry, "groupDuration" | "groupInterval" | "iterationsMissed" | "ruleFailures"> {
  return {
    ruleFailures: failures(
      job,
      "prometheus_rule_evaluation_failures_total",
      "Evaluations of rules that failed.",
      {},
    ),
    iterationsMissed: failures(
      job,
      "prometheus_rule_group_iterations_missed_total",
      "Evaluations of rule groups that were left out.",
      {},
    ),
    groupDuration: gauge(
      job,
      "prometheus_rule_group_last_duration_seconds",
      "Time that a rule group took.",
      0.2,
    ),
    groupInterval: gauge(job, "prometheus_rule_group_interval_seconds", "Interval of a rule group.", 30),
  };
}

/** Each way to an Alertmanager counts for itself. */
function notifierMetrics({
  prometheus,
  alertmanager,
}: SelfJobs): Pick<SelfTelemetry, "discovered" | "dropped" | "prometheusReloaded"> {
  const ways = Array.from(
    { length: alertmanager.instances },
    (_, index) => `http://${alertmanager.name}-${index}:9093/api/v2/alerts`,
  );
  return {
    prometheusReloaded: gauge(prometheus, "prometheus_config_last_reload_successful", RELOADED, 1),
    discovered: gauge(
      prometheus,
      "prometheus_notifications_alertmanagers_discovered",
      "Alertmanagers that are known.",
      alertmanager.instances,
    ),
    dropped: failures(
      prometheus,
      "prometheus_notifications_dropped_total",
      "Alerts that were lost on the way.",
      { alertmanager: ways },
    ),
  };
}

function retentionMetrics(job: Job, seconds: number): Pick<SelfTelemetry, "retention" | "sizeRetentions"> {
  return {
    retention: gauge(
      job,
      "prometheus_tsdb_retention_limit_seconds",
      "How long samples are kept, in seconds.",
      seconds,
    ),
    sizeRetentions: failures(
      job,
      "prometheus_tsdb_size_retentions_total",
      "Times that blocks were deleted for their size.",
      {},
    ),
  };
}

function storageMetrics(
  job: Job,
): Pick<SelfTelemetry, "blockReloadsFailed" | "compactionsFailed" | "walCorruptions" | "walWritesFailed"> {
  return {
    walWritesFailed: failures(
      job,
      "prometheus_tsdb_wal_writes_failed_total",
      "Samples that could not be written to the log.",
      {},
    ),
    walCorruptions: failures(
      job,
      "prometheus_tsdb_wal_corruptions_total",
      "Corruptions that were found in the log.",
      {},
    ),
    compactionsFailed: failures(
      job,
      "prometheus_tsdb_compactions_failed_total",
      "Blocks that could not be written.",
      {},
    ),
    blockReloadsFailed: failures(
      job,
      "prometheus_tsdb_reloads_failures_total",
      "Times that blocks could not be read.",
      {},
    ),
  };
}

/** Of the receivers, whose names differ from one environment to the next, two stand for all. */
function alertmanagerMetrics(
  job: Job,
): Pick<SelfTelemetry, "alertmanagerReloaded" | "configHash" | "failed" | "members"> {
  return {
    alertmanagerReloaded: gauge(job, "alertmanager_config_last_reload_successful", RELOADED, 1),
    failed: failures(job, "alertmanager_notifications_failed_total", "Notifications that were given up.", {
      integration: Object.values(INTEGRATIONS).map(({ alertmanager }) =>
        alertmanager.list.replace("_configs", ""),
      ),
      reason: ["clientError", "contextCanceled", "contextDeadlineExceeded", "other", "serverError"],
      receiver_name: [RECEIVERS.of("critical", DEFAULT_TEAM), RECEIVERS.of("warning", DEFAULT_TEAM)],
    }),
    members: gauge(job, "alertmanager_cluster_members", "Alertmanagers that one sees.", job.instances),
    configHash: gauge(job, "alertmanager_config_hash", "Hash of the configuration in force.", 1_000),
  };
}

function digestMetrics(job: Job | undefined): Pick<SelfTelemetry, "mailed"> {
  return job === undefined
    ? {}
    : {
        mailed: {
          type: "gauge",
          name: "digest_last_success_timestamp_seconds",
          help: "When a report was last sent; before the first time, when its CronJob was made.",
          job,
          labels: { period: REPORT_PERIODS },
          timestamp: true,
          normal: 43_200,
        },
      };
}
