import type { Operations, ProcessSection } from "../../slo/operations";
import { CI_SECTIONS } from "./ci";

const response: ProcessSection = {
  title: "Incident response",
  kind: "steps",
  intro: "The [runbook](../../../runbooks/backend/incident-response.md) has the commands.",
  items: [
    "Identify: health endpoints, logs (Sentry and the application's), metrics on the dashboard `backend-slo`",
    "Diagnose: error messages, database, Redis, configuration",
    "Fix: follow the runbook of the alert, write down what you did, see on the dashboard that it worked",
    "Afterwards: root cause, runbook brought up to date, what keeps it from coming back",
  ],
  source: "BACKEND-RUN-6",
};

const endpoints: ProcessSection = {
  title: "Health endpoints",
  kind: "table",
  columns: ["endpoint", "says", "asked by", "state", "source"],
  rows: [
    [
      "`GET /health` (`backend/main.py:391`)",
      "The process answers: status, timestamp, version; no dependency is asked",
      "load balancer, blackbox exporter",
      "exists",
      "BACKEND-HEALTH-1",
    ],
    [
      "`GET /health/readiness` (`backend/main.py:401`)",
      "Database, Redis and connection pool",
      "Kubernetes readiness, blackbox exporter",
      "exists",
      "BACKEND-HEALTH-2",
    ],
    [
      "`GET /health/liveness` (`backend/main.py:449`)",
      "The process is alive",
      "Kubernetes liveness",
      "exists",
      "BACKEND-HEALTH-3",
    ],
    [
      "`GET /health/migrations` (`backend/main.py:458`)",
      "Whether the schema is that of the code; the metric `backend_migration_drift` says the same",
      "people, by the runbook of MigrationDrift",
      "exists",
      "BACKEND-HEALTH-4",
    ],
    [
      "`GET /health/detailed`",
      "Every component: database, Redis, cache, rate limiter",
      "people",
      "to be written in the backend's repository (effort S, 1 hour)",
      "BACKEND-HEALTH-5",
    ],
    [
      "`GET /health/metrics`",
      "Metrics for Prometheus",
      "nobody",
      "not to be written: metrics are served as `/metrics` on a port of their own, which is not public (BACKEND-ERR-7; effort M, 2 to 3 hours)",
      "BACKEND-HEALTH-6",
    ],
  ],
  source: "BACKEND-HEALTH-1..6",
};

const journeys: ProcessSection = {
  title: "User journeys",
  kind: "table",
  columns: ["journey", "path", "fails at", "runbook", "source"],
  rows: [
    [
      "User registration",
      "`POST /api/auth/register`, then email verification",
      "database write, email service",
      "[registration-failures](../../../runbooks/backend/registration-failures.md)",
      "BACKEND-RUN-7",
    ],
    [
      "Event creation",
      "`POST /api/events`, database write, pattern analysis",
      "database write, pattern analysis",
      "[event-creation-failures](../../../runbooks/backend/event-creation-failures.md)",
      "BACKEND-RUN-8",
    ],
    [
      "Workflow execution",
      "`POST /api/workflows/{id}/execute`, then its steps",
      "execution, external APIs",
      "[workflow-execution-failures](../../../runbooks/backend/workflow-execution-failures.md)",
      "BACKEND-RUN-9",
    ],
  ],
  source: "BACKEND-RUN-7..9",
};

const signals: ProcessSection = {
  title: "Logs and traces",
  kind: "table",
  columns: ["signal", "where", "state", "source"],
  rows: [
    [
      "Application logs (INFO, WARNING, ERROR)",
      "`backend/logging_config.py`",
      "exist, as text",
      "BACKEND-TEL-6",
    ],
    ["Errors", "Sentry", "exist", "BACKEND-TEL-6"],
    ["Audit log", "`backend/audit.py`", "exists", "BACKEND-TEL-6"],
    ["Structured logs (JSON), in one place", "none", "remains in the backend's repository", "BACKEND-TEL-6"],
    ["Traces across services (OpenTelemetry)", "none", "remain in the backend's repository", "BACKEND-TEL-5"],
  ],
  source: "BACKEND-TEL-5, BACKEND-TEL-6",
};

const gaps: ProcessSection = {
  title: "Gaps",
  kind: "table",
  columns: ["gap in the document", "now", "source"],
  rows: [
    [
      "No SLO tracking, no error budgets, no alerts",
      "Closed here: objectives, budgets and alerts on the [page of objectives](slos.md)",
      "BACKEND-GAP-1",
    ],
    [
      "No latency metrics, no performance alerts",
      "Closed here for whoever exposes the telemetry contract; the instrumentation itself remains in the backend's repository",
      "BACKEND-GAP-2",
    ],
    [
      "One database, no replication, no lag monitoring",
      "Open: the objective is [not measured yet](slos.md#not-measured-yet)",
      "BACKEND-GAP-3",
    ],
  ],
  source: "BACKEND-GAP-1..3",
};

const HERE = "built by this stack";
const THERE = "remains in the backend's repository";

const plan: ProcessSection = {
  title: "Improvement plan",
  kind: "table",
  intro:
    "The details of the health checks are in `docs/audit/PR_PLAN_GUARDRAILS.md` of the backend's repository.",
  columns: ["when", "what", "state", "source"],
  rows: [
    ["week 1", "Detailed health check", THERE, "BACKEND-PLAN-1"],
    [
      "week 1",
      "Metrics: requests and latency",
      `contract, scraping and dashboards ${HERE}; the instrumentation ${THERE}`,
      "BACKEND-PLAN-2",
    ],
    ["week 1", "Runbooks", `${HERE}, one for every alert`, "BACKEND-PLAN-3"],
    ["week 2 to 3", "Distributed tracing (OpenTelemetry)", THERE, "BACKEND-PLAN-4"],
    ["week 2 to 3", "SLO tracking and error budgets", HERE, "BACKEND-PLAN-5"],
    ["week 2 to 3", "Alerts for SLOs and health checks", HERE, "BACKEND-PLAN-6"],
    ["week 3 to 4", "Log aggregation", THERE, "BACKEND-PLAN-7"],
    [
      "week 3 to 4",
      "Performance monitoring",
      `latency objectives and query latency ${HERE}; an APM tool ${THERE}`,
      "BACKEND-PLAN-8",
    ],
    ["week 3 to 4", "CI reliability: retries, better error handling", THERE, "BACKEND-PLAN-9"],
  ],
  source: "BACKEND-PLAN-1..9",
};

/** How the backend is run by people, from the SLO and runbook seeds. */
export const backendOperations: Operations = {
  processes: [response, endpoints, journeys, signals, gaps, plan, ...CI_SECTIONS],
};
