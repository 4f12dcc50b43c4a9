import type { Dashboard, DashboardRow } from "../../slo/dashboard";
import { broken, serverErrors, users } from "./slis";
import {
  concurrency,
  concurrencyLimit,
  connections,
  cpu,
  databaseConnectionLimit,
  databaseConnections,
  databaseCpu,
  databaseErrors,
  disconnects,
  instanceLimit,
  instances,
  memory,
  messageDuration,
  requestDuration,
  requests,
  sessions,
} from "./telemetry";

/** The document's three queries, and WebSockets, between the latencies and the errors of the SLOs. */
export const sloRows: readonly DashboardRow[] = [
  {
    id: "queries",
    title: "Latency, errors and disconnects",
    panels: [
      {
        id: "latency-p95",
        title: "API latency P95, 5m",
        description:
          "The time that 95% of the requests took at most, health checks left out. The objective is 0.3 s. Interpolated between the bounds of the histogram.",
        unit: "seconds",
        draw: "number",
        values: [
          {
            name: "P95",
            value: {
              kind: "quantile",
              histogram: requestDuration,
              where: users.durations,
              quantile: "0.95",
              window: "5m",
            },
          },
        ],
        target: { good: "below", target: "0.3" },
      },
      {
        id: "error-rate",
        title: "Error rate, 5m",
        description:
          "Share of the requests that were answered with 5xx, health checks left out. Below 0.1% is what the document asks for; 5 minutes are too short to judge that, so the page comes from the budget, or from 5% on.",
        unit: "ratio",
        draw: "number",
        values: [
          {
            name: "5xx",
            value: {
              kind: "counter-share",
              part: { counter: requests, where: [...users.requests, ...serverErrors] },
              whole: [{ counter: requests, where: users.requests }],
              of: "together",
              window: "5m",
            },
          },
        ],
        target: { good: "below", target: "0.001", limit: "0.05" },
      },
      {
        id: "disconnect-rate",
        title: "Disconnects per connection, 5m",
        description:
          "Sessions that broke, divided by sessions that were opened meanwhile. They are different sessions: after a restart it can pass 100%. The objective counts sessions that ended instead.",
        unit: "ratio",
        draw: "number",
        values: [
          {
            name: "broken",
            value: {
              kind: "counter-share",
              part: { counter: disconnects, where: broken },
              whole: [{ counter: connections }],
              of: "together",
              window: "5m",
            },
          },
        ],
        target: { good: "below", target: "0.01" },
      },
    ],
  },
  {
    id: "websockets",
    title: "WebSocket sessions",
    panels: [
      {
        id: "sessions-open",
        title: "Open sessions",
        description:
          "WebSocket sessions over all instances. A cliff is a release or an instance that went away; a climb back is clients that reconnect.",
        unit: "count",
        draw: "graph",
        values: [{ name: "open", value: { kind: "level", gauge: sessions, of: "sum" } }],
      },
      {
        id: "sessions-ended",
        title: "Sessions that ended, by reason",
        description:
          "Sessions that ended per second over 5m. Any reason but normal counts against the objective of 99%.",
        unit: "perSecond",
        draw: "graph",
        values: [
          { value: { kind: "rate", per: "second", counter: disconnects, window: "5m", by: ["reason"] } },
        ],
      },
      {
        id: "message-p95",
        title: "Dashboard message P95, 5m",
        description:
          "The time that 95% of the messages took at most to reach the dashboard. The objective is 0.2 s. Interpolated between the bounds of the histogram.",
        unit: "seconds",
        draw: "graph",
        values: [
          {
            name: "P95",
            value: { kind: "quantile", histogram: messageDuration, quantile: "0.95", window: "5m" },
          },
        ],
        target: { good: "below", target: "0.2" },
      },
    ],
  },
];

const SUSTAINED = "Above 80% for 15 minutes a warning is sent.";

const cloudRun: DashboardRow = {
  id: "cloud-run",
  title: "Cloud Run",
  panels: [
    {
      id: "cpu",
      title: "CPU utilization",
      description: `CPU that the busiest instances use (99th percentile). ${SUSTAINED}`,
      unit: "ratio",
      draw: "graph",
      values: [{ name: "CPU", value: { kind: "level", gauge: cpu, of: "max" } }],
      target: { good: "below", target: "0.8" },
    },
    {
      id: "memory",
      title: "Memory utilization",
      description: `Memory that the fullest instances use (99th percentile). At 100% an instance is ended. ${SUSTAINED}`,
      unit: "ratio",
      draw: "graph",
      values: [{ name: "memory", value: { kind: "level", gauge: memory, of: "max" } }],
      target: { good: "below", target: "0.8" },
    },
    {
      id: "concurrency",
      title: "Concurrency utilization",
      description: `Requests that the busiest instances work on, of those that they may take at a time. ${SUSTAINED}`,
      unit: "ratio",
      draw: "graph",
      values: [
        {
          name: "concurrency",
          value: { kind: "gauge-share", part: concurrency, whole: concurrencyLimit, of: "together" },
        },
      ],
      target: { good: "below", target: "0.8" },
    },
    {
      id: "instances",
      title: "Instances",
      description:
        "Instances that run, and how many there may be. At the limit requests wait, then fail with 429 or 500.",
      unit: "count",
      draw: "graph",
      values: [
        { name: "running", value: { kind: "level", gauge: instances, of: "max" } },
        { name: "limit", value: { kind: "level", gauge: instanceLimit, of: "max" } },
      ],
    },
  ],
};

const traffic: DashboardRow = {
  id: "traffic",
  title: "Traffic",
  panels: [
    {
      id: "requests-by-route",
      title: "Requests by route",
      description: "Requests per second over 5m, health checks left out.",
      unit: "perSecond",
      draw: "graph",
      values: [
        {
          value: {
            kind: "rate",
            per: "second",
            counter: requests,
            where: users.requests,
            window: "5m",
            by: ["route"],
          },
        },
      ],
    },
    {
      id: "answers-by-status",
      title: "Answers by status",
      description: "Answers per second over 5m, by status, health checks left out.",
      unit: "perSecond",
      draw: "graph",
      values: [
        {
          value: {
            kind: "rate",
            per: "second",
            counter: requests,
            where: users.requests,
            window: "5m",
            by: ["status"],
          },
        },
      ],
    },
  ],
};

const database: DashboardRow = {
  id: "database",
  title: "Database (Cloud SQL)",
  panels: [
    {
      id: "database-errors",
      title: "Connection errors by reason, 5m",
      description:
        "Connections that were not made or broke, as the API sees it. More than 10 within 5 minutes send a warning.",
      unit: "count",
      draw: "graph",
      values: [{ value: { kind: "increase", counter: databaseErrors, window: "5m", by: ["reason"] } }],
    },
    {
      id: "database-connections",
      title: "Connections",
      description:
        "Connections in use, and how many the database accepts. Every instance of the API brings its own pool.",
      unit: "count",
      draw: "graph",
      values: [
        { name: "in use", value: { kind: "level", gauge: databaseConnections, of: "sum" } },
        { name: "limit", value: { kind: "level", gauge: databaseConnectionLimit, of: "max" } },
      ],
    },
    {
      id: "database-cpu",
      title: "CPU utilization of the database",
      description: "Share of the database's processors in use. Near 100% every query waits.",
      unit: "ratio",
      draw: "graph",
      values: [{ name: "CPU", value: { kind: "level", gauge: databaseCpu, of: "max" } }],
    },
  ],
};

/** What triage looks at besides the SLOs: what Google measures, and the traffic. */
export const platformDashboard: Dashboard = {
  uid: "bytspot-platform",
  title: "Bytspot platform",
  description: "Cloud Run, traffic and the database: what to look at in triage.",
  rows: [cloudRun, traffic, database],
};
