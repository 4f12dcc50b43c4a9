import type { Counter, Gauge, Histogram, Metric } from "../../slo/telemetry";
import { api } from "./jobs";

/** Every instance has a pool of its own. */
export const poolInUse = {
  type: "gauge",
  name: "backend_db_pool_connections_in_use",
  help: "Connections of an instance's pool that are in use.",
  job: api,
  labels: {},
  normal: 6,
  assumed: true,
} as const satisfies Gauge;

export const poolSize = {
  type: "gauge",
  name: "backend_db_pool_connections_max",
  help: "Connections that an instance's pool may open, overflow included.",
  job: api,
  labels: {},
  normal: 20,
  assumed: true,
} as const satisfies Gauge;

export const queryDuration = {
  type: "histogram",
  name: "backend_db_query_duration_seconds",
  help: "Time that the database takes for a query, in seconds.",
  job: api,
  labels: {},
  bounds: ["0.001", "0.005", "0.01", "0.05", "0.1", "0.5", "1"],
  initialisedToZero: true,
  median: 0.004,
  assumed: true,
} as const satisfies Histogram;

export const transactions = {
  type: "counter",
  name: "backend_db_transactions_total",
  help: "Transactions that ended, by result.",
  job: api,
  labels: { result: ["committed", "rolled_back"] },
  initialisedToZero: true,
  perSecond: 60,
  usual: { result: { rolled_back: 0.01 } },
  assumed: true,
} as const satisfies Counter;

export const cacheRequests = {
  type: "counter",
  name: "backend_cache_requests_total",
  help: "Look-ups in the cache, by result.",
  job: api,
  labels: { result: ["hit", "miss"] },
  initialisedToZero: true,
  perSecond: 120,
  usual: { result: { miss: 0.1 } },
  assumed: true,
} as const satisfies Counter;

/** All instances share one cache. */
export const cacheEntries = {
  type: "gauge",
  name: "backend_cache_entries",
  help: "Entries that the cache holds.",
  job: api,
  labels: {},
  normal: 20_000,
  assumed: true,
} as const satisfies Gauge;

export const rateLimitHits = {
  type: "counter",
  name: "backend_rate_limit_hits_total",
  help: "Requests that the rate limiter turned away with a 429.",
  job: api,
  labels: { limit: ["anonymous", "user"] },
  initialisedToZero: true,
  perSecond: 0.25,
  assumed: true,
} as const satisfies Counter;

export const rateLimitBypasses = {
  type: "counter",
  name: "backend_rate_limit_bypasses_total",
  help: "Requests that the rate limiter let through unseen, by reason.",
  job: api,
  labels: { reason: ["allow_list", "limiter_unavailable"] },
  initialisedToZero: true,
  perSecond: 0.5,
  usual: { reason: { limiter_unavailable: 0 } },
  assumed: true,
} as const satisfies Counter;

/** What the API uses: database pool, cache and rate limiter. */
export const resources: readonly Metric[] = [
  poolInUse,
  poolSize,
  queryDuration,
  transactions,
  cacheRequests,
  cacheEntries,
  rateLimitHits,
  rateLimitBypasses,
];
