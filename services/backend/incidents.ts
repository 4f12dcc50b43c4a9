import { type Fault, gauge, type Incident, incidentMaker, SPENT } from "../../slo/incident";

const API = "backend-api";

const incident = incidentMaker("backend-");

/** Journeys that fail at one of their two failure points. */
const journey = (counter: string, result: string, share: number): Fault => ({
  errors: { job: API, counter, as: { result }, share },
});

/** What can happen to the backend. */
export const BACKEND_INCIDENTS: readonly Incident[] = [
  incident(
    "api-errors",
    "every request of the backend API fails with a 5xx, targets up",
    ["HighErrorBudgetBurnRate", "ServiceDown", ...SPENT],
    { errors: { job: API, counter: "http_requests_total", share: 1 } },
  ),
  incident("api-gone", "no target of the backend API answers", ["ServiceDown", "SLIDataMissing"], {
    targets: { job: API, up: 0 },
  }),
  incident("api-one-down", "one instance of the backend API is down", ["TargetsDown"], {
    targets: { job: API, up: 2 },
  }),
  incident("api-relabelled", "the backend API calls the label status code", ["SLIOutsideContract"], {
    renamedLabel: { metric: "http_requests_total", label: "status", to: "code" },
  }),
  incident(
    "api-slow",
    "three in ten requests of the backend API take more than a second",
    ["HighErrorBudgetBurnRate"],
    { slow: { job: API, histogram: "http_request_duration_seconds", share: 0.3 } },
  ),
  incident("bucket-lost", "the histogram of the backend API lost the bound 0.2", ["SLOBucketMissing"], {
    lostBucket: { histogram: "http_request_duration_seconds", bound: "0.2" },
  }),
  incident("cache-cold", "six of ten look-ups in the cache miss", ["CacheHitRateLow"], {
    errors: { job: API, counter: "backend_cache_requests_total", as: { result: "miss" }, share: 0.6 },
  }),
  incident(
    "database-pool-exhausted",
    "every connection of the backend's pools is in use",
    ["DatabasePoolExhausted", "DatabasePoolNearlyExhausted"],
    gauge("backend_db_pool_connections_in_use", 20),
  ),
  incident(
    "database-pool-filling",
    "eighteen of twenty connections of the backend's pools are in use",
    ["DatabasePoolNearlyExhausted"],
    gauge("backend_db_pool_connections_in_use", 18),
  ),
  incident(
    "event-creation-failures",
    "one in ten event creations fails at the pattern analysis",
    ["EventCreationFailures"],
    journey("backend_event_creations_total", "pattern_analysis_failed", 0.1),
  ),
  incident("migration-drift", "the database is a revision behind the code", ["MigrationDrift"], {
    gauge: { name: "backend_migration_drift", labels: {}, value: 1 },
  }),
  incident("rate-limit-surge", "one in five requests of the backend API gets a 429", ["RateLimitSurge"], {
    errors: { job: API, counter: "http_requests_total", as: { status: "429" }, share: 0.2 },
  }),
  incident("redis-down", "the exporter does not reach Redis", ["RedisDown"], gauge("redis_up", 0)),
  incident(
    "registrations-relabelled",
    "the backend API calls the result of registrations outcome",
    ["AlertOutsideContract"],
    { renamedLabel: { metric: "backend_registrations_total", label: "result", to: "outcome" } },
  ),
  incident(
    "registration-failures",
    "every second registration fails at the verification mail",
    ["RegistrationFailures"],
    journey("backend_registrations_total", "verification_mail_failed", 0.5),
  ),
  incident("secret-key-mismatch", "one instance has another SECRET_KEY", ["SecretKeyMismatch"], {
    disagreeing: "backend_secret_key_fingerprint",
  }),
  incident(
    "token-failures",
    "a third of the requests of the backend API gets a 401",
    ["TokenValidationFailures"],
    { errors: { job: API, counter: "http_requests_total", as: { status: "401" }, share: 0.33 } },
  ),
  incident(
    "unready",
    "the backend API answers neither /health nor /health/readiness",
    ["HealthProbeFailing", "ReadinessProbeFailing", "HighErrorBudgetBurnRate"],
    gauge("probe_success", 0),
  ),
  incident(
    "workflow-execution-failures",
    "one in five workflow executions fails at an external API",
    ["WorkflowExecutionFailures"],
    journey("backend_workflow_executions_total", "external_api_failed", 0.2),
  ),
];
