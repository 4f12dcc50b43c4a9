import { gauge, type Incident, incidentMaker } from "../../slo/incident";

const incident = incidentMaker("envsync-");

const JOB = "envsync-api";
const REQUESTS = { job: JOB, counter: "http_requests_total" } as const;
const TOKENS = {
  job: JOB,
  counter: "envsync_token_operations_total",
  as: { result: "failure" },
} as const;

/** What can happen to EnvSync Cloud. */
export const ENVSYNC_INCIDENTS: readonly Incident[] = [
  incident("auth-failures", "a fifth of all requests is answered with 401", ["AuthFailureSurge"], {
    errors: { ...REQUESTS, share: 0.2, as: { status: "401" } },
  }),
  incident("bucket-lost", "EnvSync Cloud's histogram lost the bucket of its reads", ["SLOBucketMissing"], {
    lostBucket: { histogram: "http_request_duration_seconds", bound: "0.3" },
  }),
  incident("conflicts", "three writes to the store in ten conflict", ["ConflictSurge"], {
    errors: {
      ...REQUESTS,
      share: 0.3,
      as: { status: "409" },
      among: { route: "/v1/store", method: "PUT" },
    },
  }),
  incident(
    "database-connections",
    "nine of ten connections to EnvSync Cloud's database are in use",
    ["HighDatabaseConnections"],
    gauge("pg_stat_database_numbackends", 90),
  ),
  incident(
    "database-down",
    "the exporter does not reach EnvSync Cloud's database",
    ["DatabaseDown"],
    gauge("pg_up", 0),
  ),
  incident(
    "elevated",
    "one request in twenty of EnvSync Cloud fails",
    ["HighErrorBudgetBurnRate", "ElevatedErrorRate", "SustainedErrorRate"],
    { errors: { ...REQUESTS, share: 0.05 } },
  ),
  incident(
    "errors",
    "every request of EnvSync Cloud fails with a 5xx, targets up",
    [
      "HighErrorBudgetBurnRate",
      "ServiceDown",
      "ElevatedErrorRate",
      "ErrorBudgetBurnTicket",
      "ErrorBudgetCaution",
      "LowErrorBudget",
      "ErrorBudgetExhausting",
    ],
    { errors: { ...REQUESTS, share: 1 } },
  ),
  incident(
    "tokens-relabelled",
    "EnvSync Cloud calls the result of token operations outcome",
    ["AlertOutsideContract"],
    { renamedLabel: { metric: "envsync_token_operations_total", label: "result", to: "outcome" } },
  ),
  incident("relabelled", "EnvSync Cloud calls the label status code", ["SLIOutsideContract"], {
    renamedLabel: { metric: "http_requests_total", label: "status", to: "code" },
  }),
  incident("gone", "no target of EnvSync Cloud answers", ["ServiceDown", "SLIDataMissing"], {
    targets: { job: JOB, up: 0 },
  }),
  incident("one-down", "one target of EnvSync Cloud is down", ["TargetsDown"], {
    targets: { job: JOB, up: 2 },
  }),
  incident(
    "slow-reads",
    "four reads from the store in five take more than a second",
    ["HighErrorBudgetBurnRate", "SlowStoreReads"],
    { slow: { job: JOB, share: 0.8, among: { route: "/v1/store", method: "GET" } } },
  ),
  incident(
    "slow-writes",
    "a fifth of the writes to the store takes more than a second",
    ["SlowStoreWrites"],
    {
      slow: { job: JOB, share: 0.2, among: { route: "/v1/store", method: "PUT" } },
    },
  ),
  incident("throttled", "a tenth of all requests is answered with 429", ["RateLimitSurge"], {
    errors: { ...REQUESTS, share: 0.1, as: { status: "429" } },
  }),
  incident("token-creation", "three tokens in ten cannot be created", ["TokenCreationFailures"], {
    errors: { ...TOKENS, share: 0.3, among: { op: "create" } },
  }),
  incident("token-revocation", "three tokens in ten cannot be deleted", ["TokenRevocationFailures"], {
    errors: { ...TOKENS, share: 0.3, among: { op: "delete" } },
  }),
];
