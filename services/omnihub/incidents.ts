import { gauge, type Incident, incidentMaker, SPENT } from "../../slo/incident";

const incident = incidentMaker();

/** What can happen to OmniHub. */
export const OMNIHUB_INCIDENTS: readonly Incident[] = [
  incident(
    "api-bucket-lost",
    "the API Gateway's histogram lost the bucket of the objective",
    ["SLOBucketMissing"],
    {
      lostBucket: { histogram: "http_request_duration_seconds", bound: "0.5" },
    },
  ),
  incident(
    "api-elevated",
    "eight requests in a thousand of the API Gateway fail",
    ["ElevatedErrorRate", "HighErrorBudgetBurnRate"],
    { errors: { job: "api-gateway", share: 0.008 } },
  ),
  incident(
    "api-errors",
    "every request of the API Gateway fails with a 5xx, targets up",
    ["HighErrorBudgetBurnRate", "ServiceDown", "ElevatedErrorRate", ...SPENT],
    { errors: { job: "api-gateway", share: 1 } },
  ),
  incident(
    "api-flaky",
    "one request in twenty of the API Gateway fails",
    ["HighErrorBudgetBurnRate", "ElevatedErrorRate"],
    { errors: { job: "api-gateway", share: 0.05 } },
  ),
  incident("api-gone", "no target of the API Gateway answers", ["ServiceDown", "SLIDataMissing"], {
    targets: { job: "api-gateway", up: 0 },
  }),
  incident("api-one-down", "one target of the API Gateway is down", ["TargetsDown"], {
    targets: { job: "api-gateway", up: 2 },
  }),
  incident(
    "api-metric-gone",
    "a release dropped the counter of the API Gateway's requests",
    ["SLIDataMissing"],
    {
      vanished: "http_requests_total",
    },
  ),
  incident("api-relabelled", "the API Gateway calls the label status code", ["SLIOutsideContract"], {
    renamedLabel: { metric: "http_requests_total", label: "status", to: "code" },
  }),
  incident(
    "api-slow",
    "a fifth of the API Gateway's requests takes more than a second",
    ["HighErrorBudgetBurnRate", "HighLatency", "LatencyP99High"],
    { slow: { job: "api-gateway", share: 0.2 } },
  ),
  incident("api-sluggish", "the usual request to the API Gateway takes 300 ms", ["LatencyP50High"], {
    slow: { job: "api-gateway", share: 1, median: 0.3 },
  }),
  incident(
    "api-vanished",
    "discovery no longer knows a target of the API Gateway",
    ["ServiceDown", "SLIDataMissing"],
    { targets: { job: "api-gateway", up: "vanished" } },
  ),
  incident(
    "approval-backlog",
    "sixty approvals are pending",
    ["ApprovalQueueBacklog"],
    gauge("omnihub_approval_queue_depth", 60),
  ),
  incident(
    "database-connections",
    "nine of ten database connections are in use",
    ["HighDatabaseConnections"],
    gauge("pg_stat_database_numbackends", 90),
  ),
  incident(
    "database-down",
    "the exporter does not reach the database",
    ["HighErrorBudgetBurnRate", "DatabaseDown"],
    gauge("pg_up", 0),
  ),
  incident(
    "dlq-backlog",
    "150 messages lie in the dead letter queue",
    ["DLQBacklog", "DLQDepthHigh"],
    gauge("rabbitmq_queue_messages", 150, { queue: "dead_letter_queue" }),
  ),
  incident(
    "dlq-filling",
    "20 messages lie in the dead letter queue",
    ["DLQDepthHigh"],
    gauge("rabbitmq_queue_messages", 20, { queue: "dead_letter_queue" }),
  ),
  incident("execution-failures", "every execution fails", ["HighErrorBudgetBurnRate"], {
    errors: { job: "executor", share: 1 },
  }),
  incident("controls-relabelled", "OmniHub calls the label control switch", ["AlertOutsideContract"], {
    renamedLabel: { metric: "omnihub_emergency_control", label: "control", to: "switch" },
  }),
  incident(
    "kill-switch",
    "somebody turned OMNIHUB_KILL_SWITCH on",
    ["KillSwitchEnabled"],
    gauge("omnihub_emergency_control", 1, { control: "kill_switch" }),
  ),
  incident(
    "workflow-failures",
    "every workflow fails",
    ["HighErrorBudgetBurnRate", "WorkflowSuccessBelowFloor"],
    { errors: { job: "orchestrator", share: 1 } },
  ),
];
