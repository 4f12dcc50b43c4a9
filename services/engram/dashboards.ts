import type { Dashboard, DashboardRow } from "../../slo/dashboard";
import { meteringRow, usageRow } from "./metering-rows";
import {
  databaseOpenFailures,
  diskSize,
  diskUsed,
  engine,
  poolInUse,
  poolLimit,
  storageBytes,
  tenants,
  tenantsUnavailable,
} from "./storage-telemetry";
import { authFailures, gateway, jwksAge, modelCallDuration, rateLimited, storageDuration } from "./telemetry";

const access: DashboardRow = {
  id: "access",
  title: "Access",
  panels: [
    {
      id: "auth-failures",
      title: "Refused tokens by reason, 5m",
      description:
        "Unknown keys, issuers and audiences are ours to repair; expired and missing tokens are the callers'.",
      unit: "perSecond",
      draw: "graph",
      values: [
        { value: { kind: "rate", per: "second", counter: authFailures, window: "5m", by: ["reason"] } },
      ],
    },
    {
      id: "auth-failure-rate",
      title: "Refused tokens, 15m",
      description:
        "What the alert on spikes compares with a day that ended an hour ago: it warns at three times that day's mean.",
      unit: "perSecond",
      draw: "graph",
      values: [
        { name: "refused", value: { kind: "rate", per: "second", counter: authFailures, window: "15m" } },
      ],
    },
    {
      id: "jwks-age",
      title: "Age of the signing keys",
      description:
        "Time since the gateway that is furthest behind fetched the keys. Above an hour a new key would not be known.",
      unit: "seconds",
      draw: "number",
      values: [{ name: "oldest", value: { kind: "level", gauge: jwksAge, of: "max" } }],
      target: { good: "below", target: "3600" },
    },
    {
      id: "rate-limited",
      title: "Requests refused by rate limits, 15m",
      description:
        "What the alert on anomalies compares with its own day. A rise on one route is abuse, or a client that retries.",
      unit: "perSecond",
      draw: "graph",
      values: [
        { name: "all", value: { kind: "rate", per: "second", counter: rateLimited, window: "15m" } },
        { value: { kind: "rate", per: "second", counter: rateLimited, window: "15m", by: ["route"] } },
      ],
    },
  ],
};

const quantile = (value: string, name: string) =>
  ({
    name,
    value: { kind: "quantile", histogram: storageDuration, quantile: value, window: "5m" },
  }) as const;

const time: DashboardRow = {
  id: "time",
  title: "Where the time goes",
  panels: [
    {
      id: "storage-duration",
      title: "Gateway and storage, 5m",
      description:
        "Time without model calls, estimated between the bounds. 95% within 250 ms is the objective, which is counted.",
      unit: "seconds",
      draw: "graph",
      values: [quantile("0.5", "P50"), quantile("0.95", "P95"), quantile("0.99", "P99")],
      target: { good: "below", target: "0.25", limit: "0.5" },
    },
    {
      id: "model-calls",
      title: "Model calls, 5m",
      description:
        "What callers wait for besides. No objective counts it; a rise here with the panel beside it at rest is the model's.",
      unit: "seconds",
      draw: "graph",
      values: [
        {
          name: "P95",
          value: { kind: "quantile", histogram: modelCallDuration, quantile: "0.95", window: "5m" },
        },
      ],
    },
    {
      id: "sqlite-pool",
      title: "SQLite connections in use",
      description:
        "Share of the connections that the busiest engine may open. Near 100% requests wait for one another.",
      unit: "ratio",
      draw: "graph",
      values: [
        { name: "highest", value: { kind: "gauge-share", part: poolInUse, whole: poolLimit, of: "highest" } },
      ],
      target: { good: "below", target: "0.8" },
    },
  ],
};

const databases: DashboardRow = {
  id: "tenant-databases",
  title: "Tenant databases",
  panels: [
    {
      id: "tenants-unavailable",
      title: "Tenants without their database",
      description: "Tenants whose database could not be opened at the last try, on all volumes.",
      unit: "count",
      draw: "number",
      values: [{ name: "tenants", value: { kind: "level", gauge: tenantsUnavailable, of: "sum" } }],
      target: { good: "below", target: "1" },
    },
    {
      id: "tenants",
      title: "Tenants",
      description: "Tenants whose database lies on a volume. A sudden drop is a volume that is gone.",
      unit: "count",
      draw: "graph",
      values: [{ name: "tenants", value: { kind: "level", gauge: tenants, of: "sum" } }],
    },
    {
      id: "database-open-failures",
      title: "Databases that could not be opened, 5m",
      description: "Failures by reason; the first one pages.",
      unit: "count",
      draw: "graph",
      values: [
        { name: "all", value: { kind: "increase", counter: databaseOpenFailures, window: "5m" } },
        { value: { kind: "increase", counter: databaseOpenFailures, window: "5m", by: ["reason"] } },
      ],
    },
    {
      id: "disk-used",
      title: "Disk in use",
      description:
        "Share of the fullest file system. A snapshot needs room for a whole database; at 100% no tenant can write.",
      unit: "ratio",
      draw: "graph",
      values: [
        { name: "fullest", value: { kind: "gauge-share", part: diskUsed, whole: diskSize, of: "highest" } },
      ],
      target: { good: "below", target: "0.8", limit: "0.95" },
    },
    {
      id: "storage-bytes",
      title: "Size of the databases",
      description:
        "Bytes of all tenants' databases. Disk in use beyond it is logs, snapshots and old copies.",
      unit: "bytes",
      draw: "graph",
      values: [{ name: "databases", value: { kind: "level", gauge: storageBytes, of: "sum" } }],
    },
  ],
};

const machines: DashboardRow = {
  id: "machines",
  title: "Machines",
  panels: [
    {
      id: "gateway-targets",
      title: "Gateways that answer",
      description: "Share of the gateways that answer their scrapes.",
      unit: "ratio",
      draw: "number",
      values: [{ name: "up", value: { kind: "targets-up", job: gateway } }],
      target: { good: "above", target: "0.9" },
    },
    {
      id: "engine-targets",
      title: "Engines that answer",
      description: "Share of the engines that answer. Each holds the only copy of its tenants' databases.",
      unit: "ratio",
      draw: "number",
      values: [{ name: "up", value: { kind: "targets-up", job: engine } }],
      target: { good: "above", target: "0.9" },
    },
  ],
};

/** What the on-call needs beside the objectives; the document asks for dashboards and says not which. */
export const operationsDashboard: Dashboard = {
  uid: "engram-operations",
  title: "Engram operations",
  description: "Access, time, tenant databases, metering and machines of Engram.",
  rows: [access, time, databases, meteringRow, usageRow, machines],
};
