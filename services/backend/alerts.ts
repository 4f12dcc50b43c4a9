import { presence } from "../../parts/presence";
import type { Alert } from "../../slo/alert";
import { poolInUse, poolSize } from "./resources";
import {
  cacheMisses,
  failedEventCreations,
  failedRegistrations,
  failedWorkflowExecutions,
  turnedAway,
  unauthorised,
} from "./slis";
import { api } from "./jobs";
import { healthProbe, migrationDrift, readinessProbe, redisUp, secretKeyFingerprint } from "./telemetry";

const pool = { kind: "gauge-share", part: poolInUse, whole: poolSize, of: "highest" } as const;

const availability: readonly Alert[] = [
  ...presence({ title: "Backend API", job: api, slo: "api-availability" }),
  {
    name: "HealthProbeFailing",
    severity: "critical",
    category: "down",
    slo: "health-probe",
    measure: { kind: "level", gauge: healthProbe, of: "max" },
    when: { equals: "0" },
    orAbsent: true,
    for: "3m", // a minute later than ServiceDown, which silences it
    summary: "The backend API does not answer GET /health",
    description:
      "The blackbox exporter gets no 2xx from /health. This endpoint asks no dependency, so the process or the way to it is gone.",
    runbook: "health-probe-failing",
  },
  {
    name: "ReadinessProbeFailing",
    severity: "critical",
    category: "down",
    slo: "health-probe",
    measure: { kind: "level", gauge: readinessProbe, of: "max" },
    when: { equals: "0" },
    orAbsent: true,
    for: "3m", // a minute later than ServiceDown, which silences it
    summary: "The backend API is not ready",
    description:
      "The blackbox exporter gets no 2xx from /health/readiness. The endpoint asks database, Redis and connection pool.",
    runbook: "health-probe-failing",
  },
];

const dependencies: readonly Alert[] = [
  {
    name: "DatabasePoolExhausted",
    severity: "critical",
    category: "saturation",
    measure: pool,
    when: { above: "95%" },
    for: "2m",
    summary: "A backend instance has no database connection left",
    description:
      "{{ $value | humanizePercentage }} of the connections of an instance's pool are in use; its requests wait for one and then fail.",
    runbook: "database-pool-exhausted",
  },
  {
    name: "DatabasePoolNearlyExhausted",
    severity: "warning",
    category: "saturation",
    measure: pool,
    when: { above: "80%" },
    for: "5m",
    summary: "A backend instance runs out of database connections",
    description: "{{ $value | humanizePercentage }} of the connections of an instance's pool are in use.",
    runbook: "database-pool-exhausted",
  },
  {
    name: "MigrationDrift",
    severity: "warning",
    category: "event",
    measure: { kind: "level", gauge: migrationDrift, of: "max" },
    when: { equals: "1" },
    for: "10m", // a release migrates first and rolls out after
    summary: "The schema of the database is not that of the code",
    description:
      "For 10 minutes an instance has found the database at another Alembic revision than the head of its code.",
    runbook: "migration-drift",
  },
  {
    name: "RedisDown",
    severity: "warning",
    category: "down",
    measure: { kind: "level", gauge: redisUp, of: "max" },
    when: { equals: "0" },
    orAbsent: true,
    for: "2m",
    summary: "Redis is down",
    description:
      "The exporter does not reach Redis, or no exporter reports any more: the cache misses and rate limits are not kept.",
    runbook: "redis-down",
  },
  {
    name: "CacheHitRateLow",
    severity: "info",
    category: "latency",
    measure: { kind: "bad-events", sli: cacheMisses, window: "30m" },
    when: { above: "50%" },
    atLeast: 500,
    for: "15m",
    summary: "The cache answers less than half of the look-ups",
    description:
      "{{ $value | humanizePercentage }} of the look-ups of the last 30 minutes missed; the database answers them instead.",
    runbook: "redis-down",
  },
];

const access: readonly Alert[] = [
  {
    name: "RateLimitSurge",
    severity: "warning",
    category: "errors",
    measure: { kind: "bad-events", sli: turnedAway, window: "5m" },
    when: { above: "5%" },
    atLeast: 50,
    for: "5m",
    summary: "Many requests are turned away",
    description:
      "{{ $value | humanizePercentage }} of the requests of the last 5 minutes were answered with 429.",
    runbook: "rate-limit-surge",
  },
  {
    name: "SecretKeyMismatch",
    severity: "critical", // no objective sees it: a 401 counts as good
    category: "errors",
    measure: { kind: "spread", gauge: secretKeyFingerprint },
    when: { above: "0" },
    for: "10m", // as long as a rotation rolls out
    summary: "Instances of the backend API have different SECRET_KEYs",
    description:
      "The fingerprints of SECRET_KEY differ, so that a token of one instance is refused by another and users are logged out at random.",
    runbook: "secret-key-mismatch",
  },
  {
    name: "TokenValidationFailures",
    severity: "warning",
    category: "errors",
    measure: { kind: "bad-events", sli: unauthorised, window: "5m" },
    when: { above: "10%" },
    atLeast: 50,
    for: "5m",
    summary: "Many requests carry no valid token",
    description:
      "{{ $value | humanizePercentage }} of the requests of the last 5 minutes were answered with 401.",
    runbook: "secret-key-mismatch",
  },
];

const journeys: readonly Alert[] = [
  {
    name: "RegistrationFailures",
    severity: "warning",
    category: "errors",
    measure: { kind: "bad-events", sli: failedRegistrations, window: "30m" },
    when: { above: "10%" },
    atLeast: 5,
    for: "5m",
    summary: "Users cannot register",
    description:
      "{{ $value | humanizePercentage }} of the registrations of the last 30 minutes failed at the database or at the mail that verifies the address.",
    runbook: "registration-failures",
  },
  {
    name: "EventCreationFailures",
    severity: "warning",
    category: "errors",
    measure: { kind: "bad-events", sli: failedEventCreations, window: "10m" },
    when: { above: "5%" },
    atLeast: 20,
    for: "5m",
    summary: "Events cannot be created",
    description:
      "{{ $value | humanizePercentage }} of the events of the last 10 minutes failed at the database or at the pattern analysis.",
    runbook: "event-creation-failures",
  },
  {
    name: "WorkflowExecutionFailures",
    severity: "warning",
    category: "errors",
    measure: { kind: "bad-events", sli: failedWorkflowExecutions, window: "30m" },
    when: { above: "5%" },
    atLeast: 10,
    for: "5m",
    summary: "Workflows fail when they are executed",
    description:
      "{{ $value | humanizePercentage }} of the executions of the last 30 minutes failed by themselves or at an external API.",
    runbook: "workflow-execution-failures",
  },
];

/** What the document's runbooks and user journeys watch; burn-rate and budget alerts come from the SLOs. */
export const alerts: readonly Alert[] = [...availability, ...dependencies, ...access, ...journeys];
