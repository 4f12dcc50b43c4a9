import { engine, storage } from "./storage-telemetry";
import type { Counter, Gauge, Histogram, Job, TelemetryContract } from "../../slo/telemetry";

const REQUESTS_PER_SECOND = 50;

/** The edge: HTTP, MCP, authentication, rate limits and the buffer of usage events. */
export const gateway: Job = {
  name: "engram-gateway",
  namespace: "engram-<environment>",
  port: "metrics",
  path: "/metrics",
  instances: 2,
  requestsPerSecond: REQUESTS_PER_SECOND,
};

const route = ["/mcp", "/v1/memories", "/v1/search"] as const;

export const requests = {
  type: "counter",
  name: "http_requests_total",
  help: "Requests answered, by route, method and status.",
  job: gateway,
  labels: {
    route,
    method: ["GET", "POST"],
    status: ["200", "201", "400", "401", "404", "429", "499", "500", "502", "503"],
  },
  initialisedToZero: false,
  assumed: true,
} as const satisfies Counter;

/** The clock stops while a model is asked, which a histogram of whole requests cannot do. */
export const storageDuration = {
  type: "histogram",
  name: "engram_gateway_storage_duration_seconds",
  help: "Time that the gateway and the storage take for a request, without model calls, in seconds.",
  job: gateway,
  labels: { route },
  bounds: ["0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5"],
  initialisedToZero: false,
  median: 0.08,
  assumed: true,
} as const satisfies Histogram;

/** The rest of what a caller waits for. */
export const modelCallDuration = {
  type: "histogram",
  name: "engram_model_call_duration_seconds",
  help: "Time that a call to a model takes, in seconds.",
  job: gateway,
  labels: {},
  bounds: ["0.1", "0.25", "0.5", "1", "2.5", "5", "10"],
  initialisedToZero: true,
  median: 0.35,
  assumed: true,
} as const satisfies Histogram;

const USUAL_AUTH_FAILURES = 0.005;

export const authAttempts = {
  type: "counter",
  name: "engram_auth_attempts_total",
  help: "Requests whose token was checked, by result.",
  job: gateway,
  labels: { result: ["success", "failure"] },
  initialisedToZero: true,
  usual: { result: { failure: USUAL_AUTH_FAILURES } },
  assumed: true,
} as const satisfies Counter;

export const authFailures = {
  type: "counter",
  name: "engram_auth_failures_total",
  help: "Tokens that were refused, by reason.",
  job: gateway,
  labels: {
    reason: ["expired", "invalid_signature", "missing", "unknown_key", "wrong_audience", "wrong_issuer"],
  },
  initialisedToZero: true,
  perSecond: REQUESTS_PER_SECOND * USUAL_AUTH_FAILURES,
  usual: {
    reason: {
      invalid_signature: 0.05,
      missing: 0.2,
      unknown_key: 0.02,
      wrong_audience: 0.01,
      wrong_issuer: 0.01,
    },
  },
} as const satisfies Counter;

export const jwksAge = {
  type: "gauge",
  name: "engram_jwks_age_seconds",
  help: "Time since the signing keys were last fetched, in seconds.",
  job: gateway,
  labels: {},
  normal: 240,
  assumed: true,
} as const satisfies Gauge;

export const rateLimited = {
  type: "counter",
  name: "engram_rate_limited_total",
  help: "Requests that were refused by a rate limit, by route.",
  job: gateway,
  labels: { route },
  initialisedToZero: true,
  perSecond: REQUESTS_PER_SECOND * 0.005,
} as const satisfies Counter;

/** One per request. */
export const apiCalls = {
  type: "counter",
  name: "engram_api_calls_total",
  help: "Requests that were metered.",
  job: gateway,
  labels: {},
  initialisedToZero: true,
  perSecond: REQUESTS_PER_SECOND,
  assumed: true,
} as const satisfies Counter;

/** One per request to /v1/search or MCP memory_search. */
export const searchQueries = {
  type: "counter",
  name: "engram_search_queries_total",
  help: "Searches that were metered, by where they came from.",
  job: gateway,
  labels: { source: ["mcp", "rest"] },
  initialisedToZero: true,
  perSecond: 20,
  assumed: true,
} as const satisfies Counter;

export const memoriesCreated = {
  type: "counter",
  name: "engram_memories_created_total",
  help: "Memories that were created and metered.",
  job: gateway,
  labels: {},
  initialisedToZero: true,
  perSecond: 8,
  assumed: true,
} as const satisfies Counter;

export const usageEvents = {
  type: "counter",
  name: "engram_usage_events_total",
  help: "Usage events that were put into the buffer, one per request.",
  job: gateway,
  labels: {},
  initialisedToZero: true,
  perSecond: REQUESTS_PER_SECOND,
} as const satisfies Counter;

export const usageFlushFailures = {
  type: "counter",
  name: "engram_usage_flush_failures_total",
  help: "Batches of usage events that the control plane did not take.",
  job: gateway,
  labels: {},
  initialisedToZero: true,
  perSecond: 0,
} as const satisfies Counter;

export const usageEventsDropped = {
  type: "counter",
  name: "engram_usage_events_dropped_total",
  help: "Usage events that were lost before the control plane had them.",
  job: gateway,
  labels: {},
  initialisedToZero: true,
  perSecond: 0,
} as const satisfies Counter;

/** The insert is idempotent, so a batch that is sent twice counts once. */
export const usageDuplicates = {
  type: "counter",
  name: "engram_usage_duplicates_total",
  help: "Usage events that the control plane knew already by their request_id.",
  job: gateway,
  labels: {},
  initialisedToZero: true,
  perSecond: 0.001,
} as const satisfies Counter;

export const usageBuffer = {
  type: "gauge",
  name: "engram_usage_buffer_events",
  help: "Usage events in memory that wait for their flush.",
  job: gateway,
  labels: {},
  normal: 120,
} as const satisfies Gauge;

export const usageBufferLimit = {
  type: "gauge",
  name: "engram_usage_buffer_limit_events",
  help: "Usage events that the buffer holds before it drops.",
  job: gateway,
  labels: {},
  normal: 10_000,
  assumed: true,
} as const satisfies Gauge;

export const usageBufferOldest = {
  type: "gauge",
  name: "engram_usage_buffer_oldest_seconds",
  help: "Age of the oldest usage event that waits for its flush, in seconds.",
  job: gateway,
  labels: {},
  normal: 4,
} as const satisfies Gauge;

/** Everything that Engram exposes, as far as anybody looks at it; tenants are never a label. */
export const telemetry: TelemetryContract = {
  jobs: [engine, gateway],
  metrics: [
    requests,
    storageDuration,
    modelCallDuration,
    authAttempts,
    authFailures,
    jwksAge,
    rateLimited,
    apiCalls,
    searchQueries,
    memoriesCreated,
    usageEvents,
    usageFlushFailures,
    usageEventsDropped,
    usageDuplicates,
    usageBuffer,
    usageBufferLimit,
    usageBufferOldest,
    ...storage,
  ],
};
