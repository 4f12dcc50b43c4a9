import { counter, type Fault, gauge, type Incident, incidentMaker, SPENT } from "../../slo/incident";

const incident = incidentMaker("engram-");

const requestErrors = (share: number): Fault => ({
  errors: { job: "engram-gateway", counter: "http_requests_total", share },
});

const ACCESS: readonly Incident[] = [
  incident(
    "auth-failures",
    "ten times as many tokens as usual are refused",
    ["AuthFailureSpike"],
    counter("engram_auth_failures_total", 2.5),
  ),
  incident("auth-outage", "nine tokens in ten are refused", ["AuthOutage", "HighErrorBudgetBurnRate"], {
    errors: {
      job: "engram-gateway",
      counter: "engram_auth_attempts_total",
      as: { result: "failure" },
      share: 0.9,
    },
  }),
  incident(
    "jwks-stale",
    "the signing keys have not been refreshed for two hours",
    ["JwksStale"],
    gauge("engram_jwks_age_seconds", 7_200),
  ),
  incident(
    "rate-limited",
    "rate limits refuse forty times as many requests as usual",
    ["RateLimitedAnomaly"],
    counter("engram_rate_limited_total", 10),
  ),
];

const METERING: readonly Incident[] = [
  incident(
    "usage-buffer-filling",
    "nine tenths of the buffer of usage events are in use",
    ["UsageBufferFilling"],
    gauge("engram_usage_buffer_events", 9_000),
  ),
  incident(
    "usage-buffer-stale",
    "no usage event has been flushed for ten minutes",
    ["UsageBufferStale"],
    gauge("engram_usage_buffer_oldest_seconds", 600),
  ),
  incident(
    "usage-dropped",
    "usage events are dropped",
    ["UsageEventsDropped"],
    counter("engram_usage_events_dropped_total", 5),
  ),
  incident(
    "usage-flush-failures",
    "the control plane refuses usage events",
    ["UsageFlushFailing"],
    counter("engram_usage_flush_failures_total", 0.2),
  ),
];

const STORAGE: readonly Incident[] = [
  incident(
    "database-open-failures",
    "tenant databases cannot be opened",
    ["DatabaseOpenFailures"],
    counter("engram_db_open_failures_total", 0.2),
  ),
  incident(
    "disk-almost-full",
    "the volume of the tenants' databases is almost full",
    ["DiskAlmostFull", "DiskSpaceLow"],
    gauge("engram_filesystem_used_bytes", 9_700_000_000, { mount: "data" }),
  ),
  incident(
    "disk-filling",
    "snapshots were left on the scratch file system",
    ["DiskSpaceLow"],
    gauge("engram_filesystem_used_bytes", 8_500_000_000, { mount: "scratch" }),
  ),
  incident(
    "disk-relabelled",
    "the exporter calls the mount of a file system path",
    ["AlertOutsideContract"],
    { renamedLabel: { metric: "engram_filesystem_used_bytes", label: "mount", to: "path" } },
  ),
  incident("engine-gone", "no target of the engine answers", ["EngineDown", "EngineTargetsDown"], {
    targets: { job: "engram-engine", up: 0 },
  }),
  incident("engine-one-down", "one of the engine's machines is down", ["EngineTargetsDown"], {
    targets: { job: "engram-engine", up: 1 },
  }),
];

const GATEWAY: readonly Incident[] = [
  incident(
    "gateway-bucket-lost",
    "the gateway's histogram lost the bucket of the objective",
    ["SLOBucketMissing"],
    { lostBucket: { histogram: "engram_gateway_storage_duration_seconds", bound: "0.25" } },
  ),
  incident(
    "gateway-elevated",
    "eight requests in a thousand of the gateway fail",
    ["ElevatedErrorRate", "HighErrorBudgetBurnRate"],
    requestErrors(0.008),
  ),
  incident(
    "gateway-errors",
    "every request of the gateway fails with a 5xx, targets up",
    ["HighErrorBudgetBurnRate", "ServiceDown", "HighErrorRate", "ElevatedErrorRate", ...SPENT],
    requestErrors(1),
  ),
  incident(
    "gateway-gone",
    "no target of the gateway answers",
    ["ServiceDown", "SLIDataMissing", "TargetsDown"],
    { targets: { job: "engram-gateway", up: 0 } },
  ),
  incident("gateway-one-down", "one target of the gateway is down", ["TargetsDown"], {
    targets: { job: "engram-gateway", up: 1 },
  }),
  incident("gateway-relabelled", "the gateway calls the label status code", ["SLIOutsideContract"], {
    renamedLabel: { metric: "http_requests_total", label: "status", to: "code" },
  }),
  incident(
    "gateway-slow",
    "a fifth of the requests takes more than a second in gateway and storage",
    ["HighLatency", "HighErrorBudgetBurnRate"],
    {
      slow: {
        job: "engram-gateway",
        histogram: "engram_gateway_storage_duration_seconds",
        share: 0.2,
      },
    },
  ),
];

/** What can happen to Engram. */
export const ENGRAM_INCIDENTS: readonly Incident[] = [...ACCESS, ...GATEWAY, ...METERING, ...STORAGE];
