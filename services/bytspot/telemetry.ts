import type { Counter, Gauge, Histogram, Job, TelemetryContract } from "../../slo/telemetry";

const scraped = { namespace: "bytspot-<environment>", port: "metrics", path: "/metrics" } as const;

/** Instances of the Cloud Run service; each is scraped by the collector at its side. */
export const api: Job = { ...scraped, name: "bytspot-api", instances: 3, requestsPerSecond: 50 };

/** Reads what Google measures of Cloud Run and Cloud SQL out of Cloud Monitoring. */
export const cloud: Job = { ...scraped, name: "bytspot-cloud-exporter", instances: 1 };

const route = ["/healthz", "/v1/dashboard", "/v1/spots"] as const;
const method = ["GET", "POST"] as const;

/** `route` is needed to leave health checks out. */
export const requests = {
  type: "counter",
  name: "http_requests_total",
  help: "Requests answered, by route, method and status.",
  job: api,
  labels: {
    route,
    method,
    status: ["200", "201", "204", "400", "401", "404", "429", "500", "502", "503", "504"],
  },
  initialisedToZero: false,
} as const satisfies Counter;

/**
 * Under the document's name. The SDK of OpenTelemetry calls it `http.server.request.duration`, which
 * becomes `http_server_request_duration_seconds`: a view renames it and sets these bounds, of which 0.2, 0.3 and 0.8
 * are in no default. Source: OpenTelemetry semantic conventions, "HTTP metrics".
 */
export const requestDuration = {
  type: "histogram",
  name: "http_server_duration_seconds",
  help: "Time to answer a request, in seconds.",
  job: api,
  labels: { route, method },
  bounds: ["0.05", "0.1", "0.2", "0.3", "0.5", "0.8", "1", "2.5", "5"],
  initialisedToZero: false,
  median: 0.09,
} as const satisfies Histogram;

export const connections = {
  type: "counter",
  name: "ws_connections_total",
  help: "WebSocket sessions that were opened.",
  job: api,
  labels: {},
  initialisedToZero: true,
  perSecond: 2,
} as const satisfies Counter;

/** Every session that ends counts once; `reason` tells a wish to leave from a break. */
export const disconnects = {
  type: "counter",
  name: "ws_disconnects_total",
  help: "WebSocket sessions that ended, by reason; normal is a close that the client asked for or was told of.",
  job: api,
  labels: { reason: ["normal", "network", "ping_timeout", "request_timeout", "server_error"] },
  initialisedToZero: true,
  perSecond: 2,
  usual: { reason: { network: 0.001, ping_timeout: 0.001, request_timeout: 0, server_error: 0 } },
} as const satisfies Counter;

export const sessions = {
  type: "gauge",
  name: "ws_sessions",
  help: "WebSocket sessions that are open.",
  job: api,
  labels: {},
  normal: 400,
  assumed: true,
} as const satisfies Gauge;

export const messageDuration = {
  type: "histogram",
  name: "ws_message_duration_seconds",
  help: "Time from an event to its message on the dashboard's WebSocket, in seconds.",
  job: api,
  labels: {},
  bounds: ["0.01", "0.05", "0.1", "0.2", "0.5", "1", "2.5"],
  initialisedToZero: true,
  median: 0.05,
  assumed: true,
} as const satisfies Histogram;

export const databaseErrors = {
  type: "counter",
  name: "bytspot_database_connection_errors_total",
  help: "Connections to the database that were not made or broke, by reason.",
  job: api,
  labels: { reason: ["refused", "reset", "timeout", "too_many_connections"] },
  initialisedToZero: true,
  perSecond: 0,
  assumed: true,
} as const satisfies Counter;

/** A gauge of the exporter; the document names Google's metric at most. */
const measured = <const N extends string>(name: N, help: string, normal: number) =>
  ({ type: "gauge", name, help, job: cloud, labels: {}, normal, assumed: true }) as const satisfies Gauge;

export const cpu = measured(
  "cloud_run_cpu_utilization_ratio",
  "99th percentile of container/cpu/utilizations over the instances of the Cloud Run service.",
  0.45,
);
export const memory = measured(
  "cloud_run_memory_utilization_ratio",
  "99th percentile of container/memory/utilizations over the instances of the Cloud Run service.",
  0.55,
);
export const concurrency = measured(
  "cloud_run_max_request_concurrency",
  "99th percentile of container/max_request_concurrencies over the instances of the Cloud Run service.",
  30,
);
/** Cloud Run's default is 80. Source: Cloud Run docs, "Maximum concurrent requests per instance". */
export const concurrencyLimit = measured(
  "cloud_run_request_concurrency_limit",
  "Requests that one instance may work on at a time, as the Cloud Run service is configured.",
  80,
);
export const instances = measured("cloud_run_instances", "Instances that run, idle ones too.", 3);
export const instanceLimit = measured(
  "cloud_run_instance_limit",
  "Instances that there may be, as the Cloud Run service is configured.",
  20,
);
export const databaseCpu = measured(
  "cloud_sql_cpu_utilization_ratio",
  "Share of the database's processors in use (database/cpu/utilization).",
  0.3,
);
export const databaseConnections = measured("cloud_sql_connections", "Connections to the database.", 40);
export const databaseConnectionLimit = measured(
  "cloud_sql_connection_limit",
  "Connections that the database accepts.",
  100,
);

/** Everything that Bytspot exposes, as far as anybody looks at it. */
export const telemetry: TelemetryContract = {
  jobs: [api, cloud],
  metrics: [
    requests,
    requestDuration,
    connections,
    disconnects,
    sessions,
    messageDuration,
    databaseErrors,
    cpu,
    memory,
    concurrency,
    concurrencyLimit,
    instances,
    instanceLimit,
    databaseCpu,
    databaseConnections,
    databaseConnectionLimit,
  ],
};
