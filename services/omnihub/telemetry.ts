import { postgresGauges } from "../../parts/databases";
import { infrastructure } from "./infrastructure";
import type { Counter, Gauge, Histogram, Job, TelemetryContract } from "../../slo/telemetry";

/** The document counts a thousand workflows, and as many executions, a day. */
const PER_DAY = 1_000 / 86_400;

const namespace = "omnihub-<environment>";
const scraped = { namespace, port: "metrics", path: "/metrics" } as const;

export const apiGateway: Job = {
  ...scraped,
  name: "api-gateway",
  instances: 3,
  requestsPerSecond: 100,
};

const orchestrator: Job = { ...scraped, name: "orchestrator", instances: 2, requestsPerSecond: 1 };
const executor: Job = { ...scraped, name: "executor", instances: 2 };
const postgres: Job = { ...scraped, name: "postgres-exporter", instances: 1 };
/** Queues have a label only with per-object metrics. */
const rabbitmq: Job = { ...scraped, name: "rabbitmq", path: "/metrics/per-object", instances: 1 };

const endpoint = ["/v1/approvals", "/v1/executions", "/v1/workflows"] as const;
const method = ["GET", "POST"] as const;

export const requests = {
  type: "counter",
  name: "http_requests_total",
  help: "Requests answered, by endpoint, method and status.",
  job: apiGateway,
  labels: { endpoint, method, status: ["200", "201", "400", "404", "429", "499", "500", "502", "503"] },
  initialisedToZero: false,
} as const satisfies Counter;

export const requestDuration = {
  type: "histogram",
  name: "http_request_duration_seconds",
  help: "Time to answer a request, in seconds.",
  job: apiGateway,
  labels: { endpoint, method },
  bounds: ["0.05", "0.1", "0.2", "0.5", "1", "2.5", "5"],
  initialisedToZero: false,
  median: 0.12, // the document's dashboard shows a P50 of 120 ms
} as const satisfies Histogram;

/** The document gives no metric for the kill switch. */
export const emergencyControl = {
  type: "gauge",
  name: "omnihub_emergency_control",
  help: "1 while an emergency control is on.",
  job: orchestrator,
  labels: { control: ["kill_switch", "execution_safe_mode", "operator_takeover"] },
  normal: 0,
  assumed: true,
} as const satisfies Gauge;

export const workflows = {
  type: "counter",
  name: "omnihub_workflows_total",
  help: "Workflows that ended, by result.",
  job: orchestrator,
  labels: { status: ["succeeded", "failed"] },
  initialisedToZero: true,
  perSecond: PER_DAY,
  assumed: true,
} as const satisfies Counter;

export const activeWorkflows = {
  type: "gauge",
  name: "omnihub_workflows",
  help: "Workflows that have not ended, by state.",
  job: orchestrator,
  labels: { state: ["in_progress", "queued"] },
  normal: 40,
  assumed: true,
} as const satisfies Gauge;

export const executions = {
  type: "counter",
  name: "omnihub_executions_total",
  help: "Executions that ended, by result.",
  job: executor,
  labels: { status: ["succeeded", "failed"] },
  initialisedToZero: true,
  perSecond: PER_DAY,
  assumed: true,
} as const satisfies Counter;

export const approvalQueueDepth = {
  type: "gauge",
  name: "omnihub_approval_queue_depth",
  help: "Approvals that are pending.",
  job: orchestrator,
  labels: {},
  normal: 6,
  assumed: true,
} as const satisfies Gauge;

export const approvalQueueOldest = {
  type: "gauge",
  name: "omnihub_approval_queue_oldest_seconds",
  help: "Age of the oldest pending approval, in seconds.",
  job: orchestrator,
  labels: {},
  normal: 900,
  assumed: true,
} as const satisfies Gauge;

export const approvals = {
  type: "counter",
  name: "omnihub_approvals_total",
  help: "Approvals that ended, by decision.",
  job: orchestrator,
  labels: { decision: ["approved", "rejected", "expired"] },
  initialisedToZero: true,
  perSecond: 46 / 86_400,
  assumed: true,
} as const satisfies Counter;

export const operatorActions = {
  type: "counter",
  name: "omnihub_operator_actions_total",
  help: "Actions of operators, by kind; the audit log holds who did what.",
  job: orchestrator,
  labels: { action: ["approve", "emergency_control", "reject", "replay"] },
  initialisedToZero: true,
  perSecond: 60 / 86_400,
  assumed: true,
} as const satisfies Counter;

export const deadLetters = {
  type: "gauge",
  name: "rabbitmq_queue_messages",
  help: "Messages in a queue, ready and unacknowledged.",
  job: rabbitmq,
  labels: { queue: ["dead_letter_queue", "executions", "workflows"] },
  normal: 3,
} as const satisfies Gauge;

export const {
  up: databaseUp,
  connections: databaseConnections,
  maxConnections: databaseMaxConnections,
} = postgresGauges(postgres, "omnihub", 40);

export const databaseQueryDuration = {
  type: "histogram",
  name: "omnihub_database_query_duration_seconds",
  help: "Time that the database takes for a query, in seconds.",
  job: orchestrator,
  labels: {},
  bounds: ["0.001", "0.005", "0.01", "0.05", "0.1", "0.5", "1"],
  initialisedToZero: true,
  median: 0.004,
  assumed: true,
} as const satisfies Histogram;

export const databaseDiskUsed = {
  type: "gauge",
  name: "omnihub_database_disk_used_bytes",
  help: "Disk that the database uses, in bytes.",
  job: postgres,
  labels: {},
  normal: 6_000_000_000,
  assumed: true,
} as const satisfies Gauge;

export const databaseDiskSize = {
  type: "gauge",
  name: "omnihub_database_disk_size_bytes",
  help: "Disk that the database has, in bytes.",
  job: postgres,
  labels: {},
  normal: 10_000_000_000,
  assumed: true,
} as const satisfies Gauge;

export const databaseDiskLimit = {
  type: "gauge",
  name: "omnihub_database_disk_limit_bytes",
  help: "Disk that the database's storage may grow to by itself, in bytes.",
  job: postgres,
  labels: {},
  normal: 500_000_000_000,
  assumed: true,
} as const satisfies Gauge;

export const databaseIops = {
  type: "gauge",
  name: "omnihub_database_iops",
  help: "Reads and writes of the database's disk, per second.",
  job: postgres,
  labels: {},
  normal: 900,
  assumed: true,
} as const satisfies Gauge;

export const databaseIopsLimit = {
  type: "gauge",
  name: "omnihub_database_iops_limit",
  help: "Reads and writes per second that the database's class of storage allows.",
  job: postgres,
  labels: {},
  normal: 3_000,
  assumed: true,
} as const satisfies Gauge;

export const executorSlots = {
  type: "gauge",
  name: "omnihub_executor_slots",
  help: "Executions that an executor can run at once.",
  job: executor,
  labels: {},
  normal: 20,
  assumed: true,
} as const satisfies Gauge;

export const executorSlotsBusy = {
  type: "gauge",
  name: "omnihub_executor_slots_busy",
  help: "Executions that an executor runs.",
  job: executor,
  labels: {},
  normal: 2,
  assumed: true,
} as const satisfies Gauge;

/** Everything that OmniHub exposes, as far as anybody looks at it. */
export const telemetry: TelemetryContract = {
  jobs: [apiGateway, executor, orchestrator, postgres, rabbitmq, ...infrastructure.jobs],
  metrics: [
    requests,
    requestDuration,
    emergencyControl,
    workflows,
    activeWorkflows,
    executions,
    approvalQueueDepth,
    approvalQueueOldest,
    approvals,
    operatorActions,
    deadLetters,
    databaseUp,
    databaseConnections,
    databaseMaxConnections,
    databaseQueryDuration,
    databaseDiskUsed,
    databaseDiskSize,
    databaseDiskLimit,
    databaseIops,
    databaseIopsLimit,
    executorSlots,
    executorSlotsBusy,
    ...infrastructure.metrics,
  ],
};
