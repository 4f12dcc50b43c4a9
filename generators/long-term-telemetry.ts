import type { Counter, Gauge, Job, LabelValues, Metric } from "../slo/telemetry";

/** The targets of Thanos; what only a hub has is absent elsewhere. */
export interface ThanosJobs {
  readonly sidecar: Job;
  readonly hub?: {
    readonly store: Job;
    readonly compactor: Job;
    readonly query: Job;
    readonly queryFrontend: Job;
    /** Absent where no rule spans clusters. */
    readonly ruler?: Job;
  };
}

/** What Thanos exposes of itself, as far as its alerts look at it. */
export interface ThanosTelemetry {
  readonly jobs: ThanosJobs;
  readonly metrics: readonly Metric[];
  readonly prometheusUp: Gauge;
  readonly uploadsFailed: Counter;
  readonly hub?: {
    readonly halted: Gauge;
    readonly storeSyncsFailed: Counter;
    readonly compactorSyncsFailed: Counter;
    readonly asked: Counter<{
      readonly grpc_code: readonly string[];
      readonly grpc_method: readonly string[];
    }>;
    readonly evaluationsFailed?: Counter;
  };
}

const SYNC = "thanos_blocks_meta_sync_failures_total";

/** Codes of answers by which a store gives nothing; one that is told to stop is none. Source: gRPC, "Status codes". */
export const NO_ANSWER = [
  "Aborted",
  "DataLoss",
  "DeadlineExceeded",
  "Internal",
  "ResourceExhausted",
  "Unavailable",
  "Unimplemented",
  "Unknown",
];
const ANSWERS = [
  ...["AlreadyExists", "Canceled", "FailedPrecondition", "InvalidArgument", "NotFound", "OK", "OutOfRange"],
  ...["PermissionDenied", "Unauthenticated", ...NO_ANSWER],
];
export const SERIES = "Series";
/** What a query asks sidecars, store gateways and rulers for. Source: Thanos, `*.proto`. */
const METHODS = [
  ...[
    "Exemplars",
    "Info",
    "LabelNames",
    "LabelValues",
    "MetricMetadata",
    "Query",
    "QueryRange",
    "Rules",
    SERIES,
  ],
  ...["TSDBStatistics", "Targets"],
];

/** The metrics and their values in normal operation. Source: Thanos, `/metrics`. */
export function thanosTelemetry(jobs: ThanosJobs): ThanosTelemetry {
  const { hub, sidecar } = jobs;
  const own = {
    prometheusUp: gauge(
      sidecar,
      "thanos_sidecar_prometheus_up",
      "1 if the sidecar reaches its Prometheus.",
      1,
    ),
    uploadsFailed: failures(
      sidecar,
      "thanos_shipper_upload_failures_total",
      "Blocks that were not uploaded.",
      {},
    ),
  };
  const ofHub = hub === undefined ? undefined : hubMetrics(hub);
  return {
    jobs,
    ...own,
    ...(ofHub === undefined ? {} : { hub: ofHub }),
    metrics: [...Object.values(own), ...Object.values(ofHub ?? {})],
  };
}

function hubMetrics(jobs: NonNullable<ThanosJobs["hub"]>): NonNullable<ThanosTelemetry["hub"]> {
  const { compactor, query, ruler, store } = jobs;
  const syncs = (job: Job): Counter =>
    failures(job, SYNC, "Times that the list of blocks could not be read.", {});
  return {
    halted: gauge(compactor, "thanos_compact_halted", "1 if the compactor has given up.", 0),
    storeSyncsFailed: syncs(store),
    compactorSyncsFailed: syncs(compactor),
    asked: {
      ...failures(query, "grpc_client_handled_total", "Requests to sidecars and store gateways, by answer.", {
        grpc_code: ANSWERS,
        grpc_method: METHODS,
      }),
      initialisedToZero: false,
      perSecond: 1,
      usual: { grpc_code: { OK: 1 } },
    },
    ...(ruler === undefined
      ? {}
      : {
          evaluationsFailed: failures(
            ruler,
            "prometheus_rule_evaluation_failures_total",
            "Evaluations of rules that failed.",
            {},
          ),
        }),
  };
}

function gauge(job: Job, name: string, help: string, normal: number): Gauge {
  return { type: "gauge", name, help, job, labels: {}, normal };
}

/** Failures stand still in normal operation, and are exposed from the start. */
function failures<L extends LabelValues>(job: Job, name: string, help: string, labels: L): Counter<L> {
  return { type: "counter", name, help, job, labels, initialisedToZero: true, perSecond: 0 };
}

/** Every target of Thanos, the sidecar first. */
export function thanosJobs({ sidecar, hub }: ThanosJobs): readonly Job[] {
  return [sidecar, ...Object.values<Job>({ ...hub })];
}
