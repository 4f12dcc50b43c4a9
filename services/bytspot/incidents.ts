import { gauge, type Incident, incidentMaker } from "../../slo/incident";

const incident = incidentMaker("bytspot-");

const API = "bytspot-api";

/** What can happen to Bytspot. */
export const BYTSPOT_INCIDENTS: readonly Incident[] = [
  incident("bucket-lost", "the histogram of the Bytspot API lost the bound 0.3", ["SLOBucketMissing"], {
    lostBucket: { histogram: "http_server_duration_seconds", bound: "0.3" },
  }),
  incident(
    "concurrency",
    "instances of the Bytspot API take 75 of 80 requests",
    ["ConcurrencyHigh"],
    gauge("cloud_run_max_request_concurrency", 75),
  ),
  incident(
    "cpu",
    "the busiest instances of the Bytspot API use nine tenths of their CPU",
    ["CpuUtilizationHigh"],
    gauge("cloud_run_cpu_utilization_ratio", 0.9),
  ),
  incident(
    "database-errors",
    "the Bytspot API is refused by its database twice a second",
    ["DatabaseConnectionErrors"],
    { counter: { name: "bytspot_database_connection_errors_total", perSecond: 2 } },
  ),
  incident(
    "errors",
    "eight of a hundred requests of the Bytspot API fail",
    [
      "ServerErrorSpike",
      "HighErrorBudgetBurnRate",
      "ErrorBudgetBurnTicket",
      "ErrorBudgetCaution",
      "LowErrorBudget",
      "ErrorBudgetExhausting",
    ],
    { errors: { job: API, counter: "http_requests_total", share: 0.08 } },
  ),
  incident("exporter-gone", "the exporter of Bytspot's cloud metrics is gone", ["CloudMetricsMissing"], {
    targets: { job: "bytspot-cloud-exporter", up: 0 },
  }),
  incident("relabelled", "the Bytspot API calls the label status code", ["SLIOutsideContract"], {
    renamedLabel: { metric: "http_requests_total", label: "status", to: "code" },
  }),
  incident(
    "database-relabelled",
    "the Bytspot API calls the reason of a database error cause",
    ["AlertOutsideContract"],
    { renamedLabel: { metric: "bytspot_database_connection_errors_total", label: "reason", to: "cause" } },
  ),
  incident("gone", "no instance of the Bytspot API answers", ["ServiceDown", "SLIDataMissing"], {
    targets: { job: API, up: 0 },
  }),
  incident(
    "memory",
    "the fullest instances of the Bytspot API use nine tenths of their memory",
    ["MemoryUtilizationHigh"],
    gauge("cloud_run_memory_utilization_ratio", 0.9),
  ),
  incident(
    "messages-late",
    "nine of ten messages to Bytspot's dashboard take more than a second",
    ["HighErrorBudgetBurnRate"],
    { slow: { job: API, histogram: "ws_message_duration_seconds", share: 0.9 } },
  ),
  incident("one-down", "one instance of the Bytspot API does not answer", ["TargetsDown"], {
    targets: { job: API, up: 2 },
  }),
  incident(
    "sessions-break",
    "three of ten sessions with Bytspot's dashboard break off",
    ["WebSocketDisconnectsHigh", "HighErrorBudgetBurnRate"],
    { errors: { job: API, counter: "ws_disconnects_total", share: 0.3, as: { reason: "network" } } },
  ),
  incident(
    "slow",
    "a fifth of the requests of the Bytspot API takes more than a second",
    ["ApiLatencyP95High", "HighErrorBudgetBurnRate"],
    { slow: { job: API, histogram: "http_server_duration_seconds", share: 0.2 } },
  ),
];
