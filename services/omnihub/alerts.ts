import { presence } from "../../parts/presence";
import type { Alert } from "../../slo/alert";
import { where } from "../../slo/telemetry";
import { apiErrors, slowerThan, workflowFailures } from "./slis";
import {
  apiGateway,
  approvalQueueDepth,
  databaseConnections,
  databaseIops,
  databaseIopsLimit,
  databaseMaxConnections,
  databaseUp,
  deadLetters,
  emergencyControl,
} from "./telemetry";

/**
 * The alerts of the document, with the corrected values; burn-rate and budget alerts come from the
 * SLOs.
 */
export const alerts: readonly Alert[] = [
  ...presence({ title: "API Gateway", job: apiGateway, slo: "api-availability" }),
  {
    name: "KillSwitchEnabled",
    severity: "critical",
    category: "event",
    measure: {
      kind: "level",
      gauge: emergencyControl,
      where: where(emergencyControl, { control: "kill_switch" }),
      of: "max",
    },
    when: { equals: "1" },
    for: "0s",
    groupWait: "0s", // "Immediate"
    summary: "OMNIHUB_KILL_SWITCH is on",
    description:
      "The emergency kill switch is on and OmniHub executes nothing. It may be on purpose: ask before you turn it off.",
    runbook: "kill-switch-active",
  },
  {
    name: "HighLatency",
    severity: "warning",
    category: "latency",
    slo: "api-latency",
    measure: {
      kind: "bad-events",
      sli: slowerThan("1"),
      window: "5m",
    },
    when: { above: "5%" },
    atLeast: 5,
    for: "5m",
    summary: "API Gateway answers slowly",
    description:
      "{{ $value | humanizePercentage }} of the requests of the last 5 minutes took longer than 1 s, so the P95 is above it.",
    runbook: "high-latency",
  },
  {
    name: "DatabaseDown",
    severity: "critical",
    category: "down",
    slo: "database-availability",
    measure: { kind: "level", gauge: databaseUp, of: "max" },
    when: { equals: "0" },
    orAbsent: true,
    for: "2m",
    summary: "The database is down",
    description: "The exporter does not reach the database, or no exporter reports any more.",
    runbook: "database-down",
  },
  {
    name: "DatabaseIopsHigh",
    severity: "warning",
    category: "saturation",
    measure: { kind: "gauge-share", part: databaseIops, whole: databaseIopsLimit, of: "highest" },
    when: { above: "80%" },
    for: "30m",
    summary: "The database needs a bigger class of storage",
    description:
      "{{ $value | humanizePercentage }} of the reads and writes a second that its storage allows are used; 80% may.",
    runbook: "database-iops-high",
  },
  {
    name: "DLQBacklog",
    severity: "critical",
    category: "saturation",
    measure: {
      kind: "level",
      gauge: deadLetters,
      where: where(deadLetters, { queue: "dead_letter_queue" }),
      of: "sum",
    },
    when: { above: "100" },
    for: "10m",
    summary: "The dead letter queue is piling up",
    description: "{{ $value | humanize }} messages are in the dead letter queue; above 100 it pages.",
    runbook: "dlq-backlog",
  },
  {
    name: "DLQDepthHigh",
    severity: "warning",
    category: "saturation",
    measure: {
      kind: "level",
      gauge: deadLetters,
      where: where(deadLetters, { queue: "dead_letter_queue" }),
      of: "sum",
    },
    when: { above: "10" }, // the target of the depth of the dead letter queue
    for: "30m",
    summary: "Messages stay in the dead letter queue",
    description:
      "{{ $value | humanize }} messages are in the dead letter queue; the target is fewer than 10.",
    runbook: "dlq-backlog",
  },
  {
    name: "WorkflowSuccessBelowFloor", // the target of the indicator, below the objective
    severity: "critical",
    category: "errors",
    slo: "workflow-success",
    measure: { kind: "bad-events", sli: workflowFailures, window: "1h" },
    when: { above: "5%" },
    atLeast: 5,
    for: "5m",
    summary: "Too many workflows fail",
    description:
      "{{ $value | humanizePercentage }} of the workflows of the last hour failed; the floor is 95% success.",
    runbook: "workflow-failures",
  },
  {
    name: "ElevatedErrorRate",
    severity: "warning",
    category: "errors",
    slo: "api-availability",
    measure: { kind: "bad-events", sli: apiErrors, window: "5m" },
    when: { above: "0.5%" },
    atLeast: 5,
    for: "5m",
    summary: "API Gateway answers with more errors than usual",
    description:
      "{{ $value | humanizePercentage }} of the requests of the last 5 minutes were answered with a server error.",
    runbook: "elevated-error-rate",
  },
  {
    name: "LatencyP50High", // the target of P50
    severity: "warning",
    category: "latency",
    slo: "api-latency",
    measure: { kind: "bad-events", sli: slowerThan("0.2"), window: "30m" },
    when: { above: "50%" },
    atLeast: 5,
    for: "15m",
    summary: "Half of the requests to the API Gateway are slow",
    description:
      "{{ $value | humanizePercentage }} of the requests of the last 30 minutes took longer than 200 ms, so the P50 is above it.",
    runbook: "slow-requests",
  },
  {
    name: "LatencyP99High", // the target of P99
    severity: "warning",
    category: "latency",
    slo: "api-latency",
    measure: { kind: "bad-events", sli: slowerThan("1"), window: "30m" },
    when: { above: "1%" },
    atLeast: 5,
    for: "15m",
    summary: "The slowest requests to the API Gateway are too slow",
    description:
      "{{ $value | humanizePercentage }} of the requests of the last 30 minutes took longer than 1 s, so the P99 is above it.",
    runbook: "slow-requests",
  },
  {
    name: "ApprovalQueueBacklog",
    severity: "warning",
    category: "saturation",
    // Every orchestrator reports the same table.
    measure: { kind: "level", gauge: approvalQueueDepth, of: "max" },
    when: { above: "50" }, // the target of the depth of the queue
    for: "10m",
    summary: "Approvals are piling up",
    description: "{{ $value | humanize }} approvals are pending; the target is fewer than 50.",
    runbook: "approval-queue-backlog",
  },
  {
    name: "HighDatabaseConnections",
    severity: "warning",
    category: "saturation",
    measure: {
      kind: "gauge-share",
      part: databaseConnections,
      whole: databaseMaxConnections,
      of: "together",
    },
    when: { above: "80%" },
    for: "5m",
    summary: "The database is running out of connections",
    description: "{{ $value | humanizePercentage }} of the database's connections are in use.",
    runbook: "high-database-connections",
  },
];
