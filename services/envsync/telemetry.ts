import { postgresGauges } from "../../parts/databases";
import type { Counter, Gauge, Histogram, Job, TelemetryContract } from "../../slo/telemetry";

const scraped = { namespace: "envsync-<environment>", port: "metrics", path: "/metrics" } as const;

/** The document gives no traffic. At 40 a second its guard of 100 a minute is met even in a lab 20 times as fast. */
export const api: Job = { ...scraped, name: "envsync-api", instances: 3, requestsPerSecond: 40 };

const postgres: Job = { ...scraped, name: "envsync-postgres-exporter", instances: 1 };

/** The routes of the document's panels, and that of its `DELETE /v1/tokens/:id`: templates, never addresses with ids. */
const route = ["/v1/store", "/v1/me", "/v1/tokens", "/v1/tokens/:id"] as const;
const method = ["GET", "PUT", "POST", "DELETE"] as const;

/** Every route that is counted is a cloud sync endpoint; health checks are not. */
export const requests = {
  type: "counter",
  name: "http_requests_total",
  help: "Requests answered, by route, method and status.",
  job: api,
  labels: {
    route,
    method,
    status: ["200", "201", "204", "400", "401", "403", "404", "409", "429", "500", "502", "503"],
  },
  initialisedToZero: false,
  usual: {
    route: { "/v1/me": 0.15, "/v1/tokens": 0.04, "/v1/tokens/:id": 0.01 },
    method: { PUT: 0.3, POST: 0.04, DELETE: 0.01 },
    status: { "401": 0.01, "403": 0.002, "404": 0.01, "409": 0.005, "429": 0.002, "500": 0.0002 },
  },
  assumed: true,
} as const satisfies Counter;

/** 0.3 and 0.5 are the objectives, and 0.3 is no default bound of any client library. */
export const requestDuration = {
  type: "histogram",
  name: "http_request_duration_seconds",
  help: "Time to answer a request, in seconds.",
  job: api,
  labels: { route, method },
  bounds: ["0.05", "0.1", "0.2", "0.3", "0.5", "1", "2.5"],
  initialisedToZero: false,
  median: 0.08,
  assumed: true,
} as const satisfies Histogram;

/** The first three reasons are answered with 401, the scopes with 403. */
export const authFailures = {
  type: "counter",
  name: "envsync_auth_failures_total",
  help: "Personal access tokens that were refused, by reason.",
  job: api,
  labels: { reason: ["invalid_hash", "revoked", "expired", "missing_scope", "invalid_scope"] },
  initialisedToZero: true,
  perSecond: 0.48, // the usual 401 and 403
  usual: { reason: { invalid_hash: 0.2, revoked: 0.1, missing_scope: 0.1, invalid_scope: 0.05 } },
  assumed: true,
} as const satisfies Counter;

/** Operations on tokens. */
export const tokenOperations = {
  type: "counter",
  name: "envsync_token_operations_total",
  help: "Tokens that were to be created or deleted, by result; a failure is the service's, not the caller's.",
  job: api,
  labels: { op: ["create", "delete"], result: ["success", "failure"] },
  initialisedToZero: true,
  perSecond: 0.05,
  usual: { result: { failure: 0.005 } },
  assumed: true,
} as const satisfies Counter;

/**
 * Throttled requests by the first hexadecimal digit of the source's hash: sixteen series whatever
 * happens, where a label with addresses would grow with every source of an attack.
 */
export const throttledBySource = {
  type: "counter",
  name: "envsync_throttled_source_requests_total",
  help: "Requests answered with 429, by the first hexadecimal digit of the SHA-256 of the source address.",
  job: api,
  labels: { source: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f"] },
  initialisedToZero: true,
  perSecond: 0.08, // the usual 429
  assumed: true,
} as const satisfies Counter;

export const {
  up: databaseUp,
  connections: databaseConnections,
  maxConnections: databaseMaxConnections,
} = postgresGauges(postgres, "envsync", 30);

export const longestTransaction = {
  type: "gauge",
  name: "pg_stat_activity_max_tx_duration",
  help: "Age of the oldest transaction that is open, in seconds.",
  job: postgres,
  labels: { datname: ["envsync"], state: ["active", "idle in transaction"] },
  normal: 0.2,
  assumed: true,
} as const satisfies Gauge;

/** Everything that EnvSync Cloud exposes, as far as anybody looks at it. */
export const telemetry: TelemetryContract = {
  jobs: [api, postgres],
  metrics: [
    requests,
    requestDuration,
    authFailures,
    tokenOperations,
    throttledBySource,
    databaseUp,
    databaseConnections,
    databaseMaxConnections,
    longestTransaction,
  ],
};
