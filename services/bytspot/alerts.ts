import { presence } from "../../parts/presence";
import type { Alert } from "../../slo/alert";
import { apiErrors, brokenSessions, slowerThan } from "./slis";
import { api, cloud, concurrency, concurrencyLimit, cpu, databaseErrors, memory } from "./telemetry";

/** The alerts of the document, with the corrected values; burn-rate and budget alerts come from the SLOs. */
export const alerts: readonly Alert[] = [
  ...presence({ title: "Bytspot API", job: api, slo: "api-availability" }),
  {
    name: "ApiLatencyP95High",
    severity: "critical", // "severity: page", as a label that routes
    category: "latency",
    slo: "api-latency-p95",
    measure: { kind: "bad-events", sli: slowerThan("0.3"), window: "5m" },
    when: { above: "5%" },
    atLeast: 20,
    for: "5m",
    summary: "API p95 latency high",
    description:
      "{{ $value | humanizePercentage }} of the requests of the last 5 minutes took longer than 300 ms, so the P95 is above it.",
    runbook: "high-latency",
  },
  {
    name: "ServerErrorSpike",
    severity: "critical",
    category: "errors",
    slo: "api-availability",
    measure: { kind: "bad-events", sli: apiErrors, window: "5m" },
    when: { above: "5%" }, // not the 0.1 % of the objective
    atLeast: 10,
    for: "2m",
    summary: "API answers with a spike of server errors",
    description:
      "{{ $value | humanizePercentage }} of the requests of the last 5 minutes were answered with a server error.",
    runbook: "api-500",
  },
  {
    name: "WebSocketDisconnectsHigh",
    severity: "warning",
    category: "errors",
    slo: "ws-stability",
    measure: { kind: "bad-events", sli: brokenSessions, window: "5m" },
    when: { above: "1%" },
    atLeast: 10,
    for: "5m",
    summary: "Too many WebSocket sessions break",
    description:
      "{{ $value | humanizePercentage }} of the sessions that ended in the last 5 minutes ended for another reason than a normal close.",
    runbook: "websocket-disconnects",
  },
  {
    name: "DatabaseConnectionErrors",
    severity: "warning",
    category: "errors",
    measure: { kind: "increase", counter: databaseErrors, window: "5m" },
    when: { above: "10" },
    for: "2m",
    summary: "Connections to the database fail",
    description: "{{ $value | humanize }} connections to the database failed within 5 minutes.",
    runbook: "database-connection-errors",
  },
  {
    name: "CpuUtilizationHigh",
    severity: "warning",
    category: "saturation",
    measure: { kind: "level", gauge: cpu, of: "max" },
    when: { above: "0.8" },
    for: "15m",
    summary: "Instances of the Bytspot API are short of CPU",
    description: "The busiest instances use {{ $value | humanizePercentage }} of their CPU.",
    runbook: "saturation",
  },
  {
    name: "MemoryUtilizationHigh",
    severity: "warning",
    category: "saturation",
    measure: { kind: "level", gauge: memory, of: "max" },
    when: { above: "0.8" },
    for: "15m",
    summary: "Instances of the Bytspot API are short of memory",
    description: "The fullest instances use {{ $value | humanizePercentage }} of their memory.",
    runbook: "saturation",
  },
  {
    name: "ConcurrencyHigh",
    severity: "warning",
    category: "saturation",
    measure: { kind: "gauge-share", part: concurrency, whole: concurrencyLimit, of: "together" },
    when: { above: "80%" },
    for: "15m",
    summary: "Instances of the Bytspot API are full of requests",
    description:
      "The busiest instances work on {{ $value | humanizePercentage }} of the requests that they may take at a time.",
    runbook: "saturation",
  },
  {
    name: "CloudMetricsMissing",
    severity: "warning",
    category: "telemetry",
    outageOf: cloud,
    for: "10m",
    summary: "Google's metrics of Bytspot are missing",
    description: "The exporter of Cloud Monitoring does not answer: saturation is not being watched.",
    runbook: "cloud-metrics-missing",
  },
];
