import type { Dashboard, DashboardRow } from "../../slo/dashboard";
import {
  cacheEntries,
  cacheRequests,
  poolInUse,
  poolSize,
  queryDuration,
  rateLimitBypasses,
  rateLimitHits,
  transactions,
} from "./resources";
import { cacheMisses, turnedAway, unauthorised } from "./slis";
import { migrationDrift, redisUp, secretKeyFingerprint, tokenValidations } from "./telemetry";

const database: DashboardRow = {
  id: "database",
  title: "Database",
  panels: [
    {
      id: "database-pool",
      title: "Connection pool",
      description:
        "Connections in use as a share of what a pool may open. The highest is the instance that runs out first: above 80% it is said, above 95% somebody is paged.",
      unit: "ratio",
      draw: "graph",
      values: [
        { name: "highest", value: { kind: "gauge-share", part: poolInUse, whole: poolSize, of: "highest" } },
        { name: "average", value: { kind: "gauge-share", part: poolInUse, whole: poolSize, of: "average" } },
      ],
      target: { good: "below", target: "0.8", limit: "0.95" },
    },
    {
      id: "query-duration",
      title: "Query latency",
      description: "The bound that half and 95% of the queries stay within. Slow queries hold connections.",
      unit: "seconds",
      draw: "graph",
      values: [
        {
          name: "P50",
          value: { kind: "quantile", histogram: queryDuration, quantile: "0.5", window: "5m" },
        },
        {
          name: "P95",
          value: { kind: "quantile", histogram: queryDuration, quantile: "0.95", window: "5m" },
        },
      ],
    },
    {
      id: "transactions",
      title: "Transactions",
      description: "Transactions per second by result. Many that are rolled back are errors or conflicts.",
      unit: "perSecond",
      draw: "graph",
      values: [
        { value: { kind: "rate", per: "second", counter: transactions, window: "5m", by: ["result"] } },
      ],
    },
    {
      id: "migration-drift",
      title: "Migration drift",
      description: "1 while the database is at another revision than the head of the code.",
      unit: "onOff",
      draw: "number",
      values: [{ name: "drift", value: { kind: "level", gauge: migrationDrift, of: "max" } }],
      target: { good: "below", target: "1" },
    },
  ],
};

const cache: DashboardRow = {
  id: "cache",
  title: "Cache",
  panels: [
    {
      id: "redis",
      title: "Redis",
      description: "1 while the exporter reaches Redis.",
      unit: "onOff",
      draw: "number",
      values: [{ name: "up", value: { kind: "level", gauge: redisUp, of: "max" } }],
    },
    {
      id: "cache-misses",
      title: "Look-ups that missed, 30m",
      description:
        "Share of the look-ups that the database had to answer; the hit rate is the rest. Above half it is said.",
      unit: "ratio",
      draw: "graph",
      values: [{ name: "missed", value: { kind: "bad-events", sli: cacheMisses, window: "30m" } }],
    },
    {
      id: "cache-requests",
      title: "Look-ups",
      description: "Look-ups per second by result.",
      unit: "perSecond",
      draw: "graph",
      values: [
        { value: { kind: "rate", per: "second", counter: cacheRequests, window: "5m", by: ["result"] } },
      ],
    },
    {
      id: "cache-entries",
      title: "Size of the cache",
      description: "Entries that the cache holds. A drop to nothing is a restart or a flush.",
      unit: "count",
      draw: "graph",
      values: [{ name: "entries", value: { kind: "level", gauge: cacheEntries, of: "max" } }],
    },
  ],
};

const access: DashboardRow = {
  id: "access",
  title: "Rate limits and tokens",
  panels: [
    {
      id: "turned-away",
      title: "Requests answered with 429, 5m",
      description: "Share of the requests that the rate limiter turned away. Above 5% it is said.",
      unit: "ratio",
      draw: "graph",
      values: [{ name: "429", value: { kind: "bad-events", sli: turnedAway, window: "5m" } }],
    },
    {
      id: "rate-limit-hits",
      title: "Rate limit hits",
      description: "Requests per second that were turned away, by the limit that they met.",
      unit: "perSecond",
      draw: "graph",
      values: [
        { value: { kind: "rate", per: "second", counter: rateLimitHits, window: "5m", by: ["limit"] } },
      ],
    },
    {
      id: "rate-limit-bypasses",
      title: "Rate limit bypasses",
      description:
        "Requests per second that no limit was asked for. With `limiter_unavailable` the limiter has lost Redis and lets everything through.",
      unit: "perSecond",
      draw: "graph",
      values: [
        { value: { kind: "rate", per: "second", counter: rateLimitBypasses, window: "5m", by: ["reason"] } },
      ],
    },
    {
      id: "unauthorised",
      title: "Requests answered with 401, 5m",
      description: "Share of the requests without a valid token. Above 10% it is said.",
      unit: "ratio",
      draw: "graph",
      values: [{ name: "401", value: { kind: "bad-events", sli: unauthorised, window: "5m" } }],
    },
    {
      id: "token-validations",
      title: "Token validations",
      description:
        "Tokens checked per second by result. Invalid signatures that rise at once are a SECRET_KEY that differs, or was changed.",
      unit: "perSecond",
      draw: "graph",
      values: [
        { value: { kind: "rate", per: "second", counter: tokenValidations, window: "5m", by: ["result"] } },
      ],
    },
    {
      id: "secret-key",
      title: "Fingerprint of SECRET_KEY",
      description: "The highest and the lowest fingerprint over all instances: one line when all agree.",
      unit: "count",
      draw: "graph",
      values: [
        { name: "highest", value: { kind: "level", gauge: secretKeyFingerprint, of: "max" } },
        { name: "lowest", value: { kind: "level", gauge: secretKeyFingerprint, of: "min" } },
      ],
    },
  ],
};

/** What the API stands on, for whoever works through a runbook. */
export const dependenciesDashboard: Dashboard = {
  uid: "backend-dependencies",
  title: "Backend: dependencies",
  description: "Database, cache, rate limits and tokens of the backend.",
  rows: [database, cache, access],
};
