import type { DashboardRow } from "../../slo/dashboard";
import {
  apiCalls,
  memoriesCreated,
  searchQueries,
  usageBuffer,
  usageBufferLimit,
  usageBufferOldest,
  usageDuplicates,
  usageEvents,
  usageEventsDropped,
  usageFlushFailures,
} from "./telemetry";

/** Whether usage events reach the control plane, and how late. */
export const meteringRow: DashboardRow = {
  id: "metering",
  title: "Usage metering",
  panels: [
    {
      id: "usage-buffer-oldest",
      title: "Oldest usage event",
      description: "How long the event that waits longest has waited in a gateway's memory.",
      unit: "seconds",
      draw: "graph",
      values: [{ name: "oldest", value: { kind: "level", gauge: usageBufferOldest, of: "max" } }],
      target: { good: "below", target: "300" },
    },
    {
      id: "usage-buffer",
      title: "Usage buffer in use",
      description: "Share of the fullest gateway's buffer. A full buffer drops events.",
      unit: "ratio",
      draw: "graph",
      values: [
        {
          name: "fullest",
          value: { kind: "gauge-share", part: usageBuffer, whole: usageBufferLimit, of: "highest" },
        },
      ],
      target: { good: "below", target: "0.8" },
    },
    {
      id: "usage-flush-failures",
      title: "Flushes that failed, 5m",
      description: "Batches that the control plane did not take. They are tried again.",
      unit: "count",
      draw: "graph",
      values: [{ name: "failed", value: { kind: "increase", counter: usageFlushFailures, window: "5m" } }],
      target: { good: "below", target: "1" },
    },
    {
      id: "usage-dropped",
      title: "Usage events dropped, 5m",
      description: "Events that were lost and cannot be billed.",
      unit: "count",
      draw: "graph",
      values: [{ name: "dropped", value: { kind: "increase", counter: usageEventsDropped, window: "5m" } }],
      target: { good: "below", target: "1" },
    },
    {
      id: "usage-duplicates",
      title: "Duplicate usage events, 1h",
      description:
        "Events that the control plane knew already and counted once. Many mean that its answers get lost.",
      unit: "count",
      draw: "graph",
      values: [{ name: "duplicates", value: { kind: "increase", counter: usageDuplicates, window: "1h" } }],
    },
    {
      id: "usage-events",
      title: "Usage events made, 5m",
      description: "One per request: it should follow the traffic.",
      unit: "perSecond",
      draw: "graph",
      values: [
        { name: "events", value: { kind: "rate", per: "second", counter: usageEvents, window: "5m" } },
      ],
    },
  ],
};

/** What is billed. */
export const usageRow: DashboardRow = {
  id: "usage",
  title: "Usage",
  panels: [
    {
      id: "api-calls",
      title: "API calls, last 24h",
      description: "Requests that were metered, of all tenants.",
      unit: "count",
      draw: "number",
      values: [{ name: "calls", value: { kind: "increase", counter: apiCalls, window: "1d" } }],
    },
    {
      id: "search-queries",
      title: "Search queries, last 24h",
      description: "Searches over HTTP and by MCP memory_search that were metered, of all tenants.",
      unit: "count",
      draw: "bars",
      values: [{ value: { kind: "increase", counter: searchQueries, window: "1d", by: ["source"] } }],
    },
    {
      id: "memories-created",
      title: "Memories created, last 24h",
      description: "Memories that were created and metered, of all tenants.",
      unit: "count",
      draw: "number",
      values: [{ name: "created", value: { kind: "increase", counter: memoriesCreated, window: "1d" } }],
    },
  ],
};
