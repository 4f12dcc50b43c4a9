import { presence } from "../../parts/presence";
import type { Alert } from "../../slo/alert";
import { answeredWith, conflicts, failedTokens, serverErrors, slowReads, slowWrites } from "./slis";
import { api, databaseConnections, databaseMaxConnections, databaseUp } from "./telemetry";

/** Bad events without which a share at low traffic says nothing. */
const FEW = 5;

/** "> 100 requests/min" of all requests, over the 15 minutes of its window. */
const BUSY = 1_500;

/** The document's availability alert as it reads, beside the page of the SLO that takes its place. */
const availability: readonly Alert[] = [
  {
    name: "ElevatedErrorRate",
    severity: "warning",
    category: "errors",
    slo: "api-availability",
    measure: { kind: "bad-events", sli: serverErrors, window: "5m" },
    when: { above: "1%" },
    atLeast: FEW,
    for: "10m",
    summary: "EnvSync Cloud answers with many errors",
    description:
      "{{ $value | humanizePercentage }} of the requests of the last 5 minutes were answered with a server error; it was above 1% for 10 minutes.",
    runbook: "elevated-error-rate",
  },
  {
    name: "SustainedErrorRate",
    severity: "warning",
    category: "errors",
    slo: "api-availability",
    measure: { kind: "bad-events", sli: serverErrors, window: "5m" },
    when: { above: "0.5%" },
    atLeast: FEW,
    for: "1h",
    summary: "EnvSync Cloud has answered with errors for an hour",
    description:
      "{{ $value | humanizePercentage }} of the requests of the last 5 minutes were answered with a server error; it was above 0.5% for an hour.",
    runbook: "elevated-error-rate",
  },
];

/** Shares of slow requests in place of quantiles, over a window as long as the wait. */
const latency: readonly Alert[] = [
  {
    name: "SlowStoreReads",
    severity: "warning",
    category: "latency",
    slo: "store-read-latency",
    measure: { kind: "bad-events", sli: slowReads, window: "15m" },
    when: { above: "5%" },
    atLeast: FEW,
    for: "15m",
    summary: "Reads from the store are slow",
    description:
      "{{ $value | humanizePercentage }} of the GET /v1/store of the last 15 minutes took longer than 300 ms, so the P95 is above it.",
    runbook: "high-latency",
  },
  {
    name: "SlowStoreWrites",
    severity: "warning",
    category: "latency",
    slo: "store-write-latency",
    measure: { kind: "bad-events", sli: slowWrites, window: "15m" },
    when: { above: "5%" },
    atLeast: FEW,
    for: "15m",
    summary: "Writes to the store are slow",
    description:
      "{{ $value | humanizePercentage }} of the PUT /v1/store of the last 15 minutes took longer than 500 ms, so the P95 is above it.",
    runbook: "high-latency",
  },
];

/** Answers that are the caller's doing and no failure of the service, and still a sign. */
const refusals: readonly Alert[] = [
  {
    name: "AuthFailureSurge",
    severity: "warning",
    category: "errors",
    measure: {
      kind: "bad-events",
      sli: answeredWith("401"),
      window: "15m",
    },
    when: { above: "10%" },
    atLeast: FEW,
    busierThan: BUSY,
    for: "0s",
    summary: "Many tokens are refused",
    description:
      "{{ $value | humanizePercentage }} of all requests of the last 15 minutes were answered with 401, at more than 100 requests a minute in all.",
    runbook: "auth-failures",
  },
  {
    name: "ConflictSurge",
    severity: "warning",
    category: "errors",
    measure: { kind: "bad-events", sli: conflicts, window: "15m" },
    when: { above: "5%" },
    atLeast: FEW,
    for: "0s",
    summary: "Many writes to the store conflict",
    description:
      "{{ $value | humanizePercentage }} of the PUT /v1/store of the last 15 minutes were answered with 409, a conflict of revisions.",
    runbook: "store-conflicts",
  },
  {
    name: "RateLimitSurge",
    severity: "warning",
    category: "errors",
    measure: { kind: "bad-events", sli: answeredWith("429"), window: "15m" },
    when: { above: "2%" },
    atLeast: FEW,
    for: "0s",
    summary: "Many requests are throttled",
    description:
      "{{ $value | humanizePercentage }} of all requests of the last 15 minutes were answered with 429.",
    runbook: "rate-limiting",
  },
];

/** A token that cannot be deleted stays valid, so deletions are looked at by themselves. */
const tokens: readonly Alert[] = [
  {
    name: "TokenCreationFailures",
    severity: "warning",
    category: "errors",
    measure: { kind: "bad-events", sli: failedTokens("create"), window: "30m" },
    when: { above: "5%" },
    atLeast: FEW,
    for: "5m",
    summary: "Tokens cannot be created",
    description: "{{ $value | humanizePercentage }} of the POST /v1/tokens of the last 30 minutes failed.",
    runbook: "token-operations",
  },
  {
    name: "TokenRevocationFailures",
    severity: "warning",
    category: "errors",
    measure: { kind: "bad-events", sli: failedTokens("delete"), window: "30m" },
    when: { above: "5%" },
    atLeast: FEW,
    for: "5m",
    summary: "Tokens cannot be deleted",
    description:
      "{{ $value | humanizePercentage }} of the DELETE /v1/tokens/:id of the last 30 minutes failed; these tokens are still valid.",
    runbook: "token-operations",
  },
];

/** Causes, which warn: what users feel of them pages by the objective. */
const database: readonly Alert[] = [
  {
    name: "DatabaseDown",
    severity: "warning",
    category: "down",
    measure: { kind: "level", gauge: databaseUp, of: "max" },
    when: { equals: "0" },
    orAbsent: true,
    for: "2m",
    summary: "The database of EnvSync Cloud is down",
    description: "The exporter does not reach the database, or no exporter reports any more.",
    runbook: "database",
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
    runbook: "database",
  },
];

/** The alerts of the document with the corrected values; burn-rate and budget alerts come from the SLOs. */
export const alerts: readonly Alert[] = [
  // A total outage of 5 minutes never paged by the rule of the document.
  ...presence({ title: "EnvSync Cloud", job: api, slo: "api-availability" }),
  ...availability,
  ...latency,
  ...refusals,
  ...tokens,
  ...database,
];
