import { redisGauges } from "../../parts/databases";
import { api, health, readiness, redis } from "./jobs";
import { resources } from "./resources";
import type { Counter, Gauge, Histogram, Job, TelemetryContract } from "../../slo/telemetry";

const success = (job: Job, help: string) =>
  ({ type: "gauge", name: "probe_success", help, job, labels: {}, normal: 1 }) as const satisfies Gauge;

const duration = (job: Job, help: string) =>
  ({
    type: "gauge",
    name: "probe_duration_seconds",
    help,
    job,
    labels: {},
    normal: 0.04,
  }) as const satisfies Gauge;

export const healthProbe = success(health, "1 while GET /health is answered with a 2xx.");
export const healthProbeDuration = duration(health, "Time that GET /health takes, in seconds.");
export const readinessProbe = success(readiness, "1 while GET /health/readiness is answered with a 2xx.");
export const readinessProbeDuration = duration(
  readiness,
  "Time that GET /health/readiness takes, in seconds.",
);

const route = [
  "/api/auth/login",
  "/api/auth/register",
  "/api/events",
  "/api/workflows",
  "/api/workflows/{id}/execute",
] as const;
const method = ["GET", "POST"] as const;

/** Health endpoints are not counted: probes would dilute the shares. */
export const requests = {
  type: "counter",
  name: "http_requests_total",
  help: "Requests answered, by route, method and status; health endpoints left out.",
  job: api,
  labels: {
    route,
    method,
    status: ["200", "201", "400", "401", "404", "422", "429", "500", "502", "503"],
  },
  initialisedToZero: false,
  usual: { status: { "400": 0.005, "401": 0.01, "404": 0.01, "422": 0.005, "429": 0.005, "500": 0.0001 } },
  assumed: true,
} as const satisfies Counter;

/** The bounds hold both objectives, 200 ms and 500 ms. */
export const requestDuration = {
  type: "histogram",
  name: "http_request_duration_seconds",
  help: "Time to answer a request, in seconds; health endpoints left out.",
  job: api,
  labels: { route, method },
  bounds: ["0.025", "0.05", "0.1", "0.2", "0.5", "1", "2.5", "5"],
  initialisedToZero: false,
  median: 0.07,
  assumed: true,
} as const satisfies Histogram;

/** `POST /api/auth/register`, then the mail that verifies the address. */
export const registrations = {
  type: "counter",
  name: "backend_registrations_total",
  help: "Registrations, by how they ended.",
  job: api,
  labels: { result: ["completed", "database_write_failed", "verification_mail_failed"] },
  initialisedToZero: true,
  perSecond: 0.05,
  usual: { result: { database_write_failed: 0.001, verification_mail_failed: 0.004 } },
  assumed: true,
} as const satisfies Counter;

/** `POST /api/events`, the write, then the pattern analysis. */
export const eventCreations = {
  type: "counter",
  name: "backend_event_creations_total",
  help: "Creations of events, by how they ended.",
  job: api,
  labels: { result: ["completed", "database_write_failed", "pattern_analysis_failed"] },
  initialisedToZero: true,
  perSecond: 5,
  usual: { result: { database_write_failed: 0.001, pattern_analysis_failed: 0.004 } },
  assumed: true,
} as const satisfies Counter;

/** `POST /api/workflows/{id}/execute`, then its steps. */
export const workflowExecutions = {
  type: "counter",
  name: "backend_workflow_executions_total",
  help: "Executions of workflows, by how they ended.",
  job: api,
  labels: { result: ["completed", "execution_failed", "external_api_failed"] },
  initialisedToZero: true,
  perSecond: 0.5,
  usual: { result: { execution_failed: 0.003, external_api_failed: 0.007 } },
  assumed: true,
} as const satisfies Counter;

export const tokenValidations = {
  type: "counter",
  name: "backend_token_validations_total",
  help: "Tokens that were checked, by result.",
  job: api,
  labels: { result: ["valid", "expired", "invalid_signature"] },
  initialisedToZero: true,
  perSecond: 45,
  usual: { result: { expired: 0.008, invalid_signature: 0.0005 } },
  assumed: true,
} as const satisfies Counter;

/**
 * It gives away no more than any token does: both only let a guess of the key be verified. The number
 * stays below 2^32, which a sample holds exactly.
 */
export const secretKeyFingerprint = {
  type: "gauge",
  name: "backend_secret_key_fingerprint",
  help: "First 32 bits of an HMAC under SECRET_KEY; the same on every instance.",
  job: api,
  labels: {},
  normal: 2_886_794_313,
  assumed: true,
} as const satisfies Gauge;

/** What `GET /health/migrations` says, as a number. */
export const migrationDrift = {
  type: "gauge",
  name: "backend_migration_drift",
  help: "1 while the revision of the database is not the head of the code's migrations.",
  job: api,
  labels: {},
  normal: 0,
  assumed: true,
} as const satisfies Gauge;

/** Redis as its own exporter sees it, so that it is known also while no instance of the API answers. */
export const { up: redisUp } = redisGauges(redis);

/** Everything that the backend exposes, as far as anybody looks at it. */
export const telemetry: TelemetryContract = {
  jobs: [api, health, readiness, redis],
  metrics: [
    requests,
    requestDuration,
    registrations,
    eventCreations,
    workflowExecutions,
    tokenValidations,
    secretKeyFingerprint,
    migrationDrift,
    redisUp,
    healthProbe,
    healthProbeDuration,
    readinessProbe,
    readinessProbeDuration,
    ...resources,
  ],
};
