import type { Dashboard, DashboardRow } from "../../slo/dashboard";
import { where } from "../../slo/telemetry";
import {
  nodeCost,
  nodeCpu,
  nodeMemoryAvailable,
  nodeMemoryTotal,
  pods,
  redisCommands,
  redisHits,
  redisMemoryMax,
  redisMemoryUsed,
  redisMisses,
} from "./infrastructure";
import {
  databaseConnections,
  databaseDiskSize,
  databaseDiskUsed,
  databaseIops,
  databaseIopsLimit,
  databaseMaxConnections,
  databaseQueryDuration,
} from "./telemetry";

/** Processors count the seconds that they idle; the rest is work. */
const cpu = {
  kind: "counter-share",
  part: { counter: nodeCpu, where: where(nodeCpu, { mode: "idle" }) },
  whole: [{ counter: nodeCpu }],
  free: true,
  window: "5m",
} as const;

/** Nodes report what is available; the rest is in use. */
const memory = {
  kind: "gauge-share",
  part: nodeMemoryAvailable,
  whole: nodeMemoryTotal,
  free: true,
} as const;

const compute: DashboardRow = {
  id: "compute",
  title: "Compute",
  panels: [
    {
      id: "node-cpu",
      title: "Node CPU utilization",
      description:
        "Share of the nodes' processor time that was used over 5m. A maximum far above the average is one node that carries more than its part.",
      unit: "ratio",
      draw: "graph",
      values: [
        { name: "average", value: { ...cpu, of: "average" } },
        { name: "maximum", value: { ...cpu, of: "highest" } },
      ],
    },
    {
      id: "node-memory",
      title: "Node memory utilization",
      description:
        "Share of the nodes' memory that is not available for new work. A node near 100% evicts pods.",
      unit: "ratio",
      draw: "graph",
      values: [
        { name: "average", value: { ...memory, of: "average" } },
        { name: "maximum", value: { ...memory, of: "highest" } },
      ],
    },
    {
      id: "pods",
      title: "Pods by namespace",
      description: "Pods that exist, whatever their state. A count that climbs may be a job that never ends.",
      unit: "count",
      draw: "graph",
      values: [{ value: { kind: "level", gauge: pods, of: "sum", by: ["namespace"] } }],
    },
  ],
};

const queryDuration = { kind: "quantile", histogram: databaseQueryDuration, window: "5m" } as const;

const database: DashboardRow = {
  id: "database",
  title: "Database",
  panels: [
    {
      id: "database-connections",
      title: "PostgreSQL connections",
      description:
        "Connections in use, and how many the database accepts. From 80% of them on a warning is sent; without one left, requests fail.",
      unit: "count",
      draw: "graph",
      values: [
        { name: "current", value: { kind: "level", gauge: databaseConnections, of: "sum" } },
        { name: "maximum", value: { kind: "level", gauge: databaseMaxConnections, of: "max" } },
      ],
    },
    {
      id: "database-query-duration",
      title: "PostgreSQL query duration",
      description:
        "The time that 95% and 99% of the queries took at most, over 5m, as the orchestrator sees it. Interpolated between the bounds of the histogram.",
      unit: "seconds",
      draw: "graph",
      values: [
        { name: "P95", value: { ...queryDuration, quantile: "0.95" } },
        { name: "P99", value: { ...queryDuration, quantile: "0.99" } },
      ],
    },
    {
      id: "database-disk",
      title: "Database disk utilization",
      description: "Share of the database's disk that is in use. A full disk stops every write.",
      unit: "ratio",
      draw: "graph",
      values: [
        {
          name: "used",
          value: { kind: "gauge-share", part: databaseDiskUsed, whole: databaseDiskSize, of: "highest" },
        },
      ],
    },
    {
      id: "database-iops",
      title: "Database IOPS",
      description:
        "Share of the reads and writes a second that the class of storage allows. Above 80% the database needs a bigger class.",
      unit: "ratio",
      draw: "graph",
      values: [
        {
          name: "used",
          value: { kind: "gauge-share", part: databaseIops, whole: databaseIopsLimit, of: "highest" },
        },
      ],
      target: { good: "below", target: "0.8" },
    },
  ],
};

const cache: DashboardRow = {
  id: "cache",
  title: "Cache (Redis)",
  panels: [
    {
      id: "redis-memory",
      title: "Redis memory utilization",
      description:
        "Share of the memory that Redis may use. At 100% it evicts keys or refuses writes, as it is configured.",
      unit: "ratio",
      draw: "graph",
      values: [
        {
          name: "used",
          value: { kind: "gauge-share", part: redisMemoryUsed, whole: redisMemoryMax, of: "highest" },
        },
      ],
    },
    {
      id: "redis-hit-rate",
      title: "Redis hit rate",
      description:
        "Share of the keys asked for over 5m that Redis had. When it falls, the database gets what Redis lets through.",
      unit: "ratio",
      draw: "graph",
      values: [
        {
          name: "hits",
          value: {
            kind: "counter-share",
            part: { counter: redisHits },
            whole: [{ counter: redisHits }, { counter: redisMisses }],
            of: "together",
            window: "5m",
          },
        },
      ],
    },
    {
      id: "redis-commands",
      title: "Redis commands per second",
      description: "Commands that Redis answered, per second over 5m.",
      unit: "perSecond",
      draw: "graph",
      values: [
        { name: "commands", value: { kind: "rate", per: "second", counter: redisCommands, window: "5m" } },
      ],
    },
  ],
};

const costs: DashboardRow = {
  id: "costs",
  title: "Costs",
  panels: [
    {
      id: "monthly-cost",
      title: "Estimated monthly cost of the nodes",
      description:
        "What the nodes of now would cost in a month of 730 hours, as OpenCost prices them. Databases and traffic are on the bill of the provider alone.",
      unit: "dollars",
      draw: "number",
      values: [
        {
          name: "a month",
          value: {
            kind: "query",
            query: "730 * sum(node_total_hourly_cost)",
            says: "dollars that the nodes cost in a month",
            reads: [nodeCost],
            examples: [
              {
                standing: {
                  'node_total_hourly_cost{job="opencost",instance="a",node="node-1"}': 0.5,
                  'node_total_hourly_cost{job="opencost",instance="a",node="node-2"}': 1,
                },
                value: 1_095,
              },
            ],
          },
        },
      ],
    },
  ],
};

/** The document's third dashboard. */
export const infrastructureDashboard: Dashboard = {
  uid: "omnihub-infrastructure",
  title: "OmniHub infrastructure",
  description: "Nodes, database and cache, and costs, for capacity planning.",
  rows: [compute, database, cache, costs],
};
