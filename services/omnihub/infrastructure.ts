import { redisGauges } from "../../parts/databases";
import type { Counter, Gauge, Job, TelemetryContract } from "../../slo/telemetry";

const scraped = { port: "metrics", path: "/metrics" } as const;
const redis: Job = { ...scraped, name: "redis-exporter", namespace: "omnihub-<environment>", instances: 1 };
const nodes: Job = { ...scraped, name: "node-exporter", namespace: "monitoring", instances: 3 };
export const state: Job = { ...scraped, name: "kube-state-metrics", namespace: "monitoring", instances: 1 };

export const { memory: redisMemoryUsed, maxMemory: redisMemoryMax } = redisGauges(redis);

export const redisCommands = {
  type: "counter",
  name: "redis_commands_processed_total",
  help: "Commands that Redis answered.",
  job: redis,
  labels: {},
  initialisedToZero: true,
  perSecond: 400,
  assumed: true,
} as const satisfies Counter;

export const redisHits = {
  type: "counter",
  name: "redis_keyspace_hits_total",
  help: "Keys that Redis found.",
  job: redis,
  labels: {},
  initialisedToZero: true,
  perSecond: 285,
  assumed: true,
} as const satisfies Counter;

export const redisMisses = {
  type: "counter",
  name: "redis_keyspace_misses_total",
  help: "Keys that Redis did not find.",
  job: redis,
  labels: {},
  initialisedToZero: true,
  perSecond: 15,
  assumed: true,
} as const satisfies Counter;

/** Counted in seconds, so that the share of a mode is its rate over that of all modes. */
export const nodeCpu = {
  type: "counter",
  name: "node_cpu_seconds_total",
  help: "Seconds that a node's processors spent in a mode.",
  job: nodes,
  labels: { mode: ["idle", "user"] },
  initialisedToZero: true,
  perSecond: 12, // three nodes of four processors
  assumed: true,
} as const satisfies Counter;

export const nodeMemoryAvailable = {
  type: "gauge",
  name: "node_memory_MemAvailable_bytes",
  help: "Memory of a node that is free for new work, in bytes.",
  job: nodes,
  labels: {},
  normal: 9_000_000_000,
  assumed: true,
} as const satisfies Gauge;

export const nodeMemoryTotal = {
  type: "gauge",
  name: "node_memory_MemTotal_bytes",
  help: "Memory of a node, in bytes.",
  job: nodes,
  labels: {},
  normal: 16_000_000_000,
  assumed: true,
} as const satisfies Gauge;

export const pods = {
  type: "gauge",
  name: "kube_pod_info",
  help: "1 for every pod.",
  job: state,
  labels: { namespace: ["omnihub-prod", "monitoring"] },
  normal: 1,
  assumed: true,
} as const satisfies Gauge;

const billing: Job = { ...scraped, name: "opencost", namespace: "opencost", instances: 1 };

/** As OpenCost exposes it: the list price, or that of the bill where it is told. */
export const nodeCost = {
  type: "gauge",
  name: "node_total_hourly_cost",
  help: "What a node costs in an hour, in dollars.",
  job: billing,
  labels: { node: ["node-1", "node-2", "node-3"] },
  normal: 0.2,
  assumed: true,
} as const satisfies Gauge;

/** What runs OmniHub: nodes, pods and the cache. */
export const infrastructure: TelemetryContract = {
  jobs: [billing, nodes, redis, state],
  metrics: [
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
  ],
};
