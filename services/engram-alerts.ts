import type { Alert } from "../slo/alert";
import { alerts as storageAlerts } from "./engram-storage-alerts";
import { alerts as usageAlerts } from "./engram-usage-alerts";
import { gatewayErrors, refusedTokens, slowerThan } from "./engram-slis";
import { authFailures, gateway, jwksAge, rateLimited } from "./engram-telemetry";

const availability: readonly Alert[] = [
  {
    kind: "absence",
    name: "ServiceDown",
    source: "ENGRAM-SLO-1",
    severity: "critical",
    category: "down",
    slo: "gateway-availability",
    job: gateway,
    requests: { slo: "gateway-availability", succeedBelow: "90%" },
    for: "2m",
    summary: "The Engram gateway is down",
    description:
      "No target answers or none is known, or fewer than 90% of the requests of the last 5 minutes succeeded.",
    runbook: "service-down",
  },
  {
    kind: "threshold",
    name: "TargetsDown",
    source: "ENGRAM-SLO-1",
    severity: "warning",
    category: "down",
    measure: { kind: "targets-up", job: gateway },
    comparison: "below",
    threshold: "90%",
    for: "5m",
    summary: "Some targets of the Engram gateway are down",
    description: "Only {{ $value | humanizePercentage }} of the gateway's targets answer their scrapes.",
    runbook: "targets-down",
  },
  {
    kind: "threshold",
    name: "HighErrorRate",
    source: "ENGRAM-ALERT-1",
    severity: "critical",
    category: "errors",
    slo: "gateway-availability",
    measure: { kind: "error-ratio", sli: gatewayErrors, window: "5m", minimumBadEvents: 10 },
    comparison: "above",
    threshold: "1%",
    for: "5m",
    summary: "The Engram gateway fails more than one request in a hundred",
    description:
      "{{ $value | humanizePercentage }} of the requests of the last 5 minutes were answered with a server error.",
    runbook: "high-error-rate",
  },
  {
    kind: "threshold",
    name: "ElevatedErrorRate",
    source: "ENGRAM-ERR-1",
    severity: "warning",
    category: "errors",
    slo: "gateway-availability",
    measure: { kind: "error-ratio", sli: gatewayErrors, window: "5m", minimumBadEvents: 5 },
    comparison: "above",
    threshold: "0.5%", // ENGRAM-SLO-3: five times what the objective allows
    for: "5m",
    summary: "The Engram gateway answers with more errors than usual",
    description:
      "{{ $value | humanizePercentage }} of the requests of the last 5 minutes were answered with a server error.",
    runbook: "high-error-rate",
  },
];

const latency: readonly Alert[] = [
  {
    kind: "threshold",
    name: "HighLatency",
    source: "ENGRAM-ALERT-2",
    severity: "warning",
    category: "latency",
    slo: "gateway-latency",
    // Twice the objective's 250 ms, whose burn warns before (ENGRAM-ERR-2).
    measure: { kind: "error-ratio", sli: slowerThan("0.5"), window: "5m", minimumBadEvents: 5 },
    comparison: "above",
    threshold: "5%",
    for: "10m",
    summary: "The Engram gateway and its storage answer slowly",
    description:
      "{{ $value | humanizePercentage }} of the requests of the last 5 minutes took longer than 500 ms without model calls, so the P95 is above it.",
    runbook: "high-latency",
  },
];

const access: readonly Alert[] = [
  {
    kind: "threshold",
    name: "AuthOutage",
    source: "ENGRAM-RUN-1",
    severity: "critical",
    category: "errors",
    slo: "auth-success",
    measure: { kind: "error-ratio", sli: refusedTokens, window: "5m", minimumBadEvents: 50 },
    comparison: "above",
    threshold: "50%",
    for: "5m",
    summary: "Engram refuses most tokens",
    description:
      "{{ $value | humanizePercentage }} of the tokens of the last 5 minutes were refused: callers are locked out, or somebody tries tokens.",
    runbook: "auth-outage",
  },
  {
    kind: "anomaly",
    name: "AuthFailureSpike",
    source: "ENGRAM-ALERT-3",
    severity: "warning",
    category: "errors",
    slo: "auth-success",
    // ENGRAM-ERR-4: a baseline is a day that ended an hour ago, and three times nothing is nothing.
    counter: authFailures,
    where: [],
    beyond: { times: 3 },
    moreThanPerMinute: 1,
    for: "5m",
    summary: "Engram refuses three times as many tokens as usual",
    description:
      "{{ $value | humanize }} tokens per second are refused, against a day that ended an hour ago.",
    runbook: "auth-outage",
  },
  {
    kind: "gauge",
    name: "JwksStale",
    source: "ENGRAM-RUN-1",
    severity: "warning",
    category: "saturation",
    slo: "auth-success",
    gauge: jwksAge,
    where: [],
    of: "max",
    comparison: "above",
    limit: "3600", // an hour: the document gives no rhythm
    for: "5m",
    summary: "Engram does not refresh its signing keys",
    description:
      "A gateway fetched the signing keys {{ $value | humanizeDuration }} ago; a new key would not be known.",
    runbook: "auth-outage",
  },
  {
    kind: "anomaly",
    name: "RateLimitedAnomaly",
    source: "ENGRAM-ALERT-6",
    severity: "warning",
    category: "saturation",
    counter: rateLimited,
    where: [],
    beyond: { deviations: 3 },
    // ENGRAM-ERR-4 asks for a guard of volume: below this a single eager client is no abuse.
    moreThanPerMinute: 10,
    for: "5m",
    summary: "Engram's rate limits refuse unusually many requests",
    description:
      "{{ $value | humanize }} requests per second are refused by rate limits, against a day that ended an hour ago.",
    runbook: "rate-limit-anomaly",
  },
];

/** The alerts of the document, with the corrected values; burn-rate and budget alerts come from the SLOs. */
export const alerts: readonly Alert[] = [
  ...availability,
  ...latency,
  ...access,
  ...storageAlerts,
  ...usageAlerts,
];
