import { presence } from "../../parts/presence";
import type { Alert } from "../../slo/alert";
import { alerts as storageAlerts } from "./storage-alerts";
import { alerts as usageAlerts } from "./usage-alerts";
import { gatewayErrors, refusedTokens, slowerThan } from "./slis";
import { authFailures, gateway, jwksAge, rateLimited } from "./telemetry";

const availability: readonly Alert[] = [
  ...presence({ title: "Engram gateway", job: gateway, slo: "gateway-availability" }),
  {
    name: "HighErrorRate",
    severity: "critical",
    category: "errors",
    slo: "gateway-availability",
    measure: { kind: "bad-events", sli: gatewayErrors, window: "5m" },
    when: { above: "1%" },
    atLeast: 10,
    for: "5m",
    summary: "The Engram gateway fails too many requests",
    description:
      "{{ $value | humanizePercentage }} of the requests of the last 5 minutes were answered with a server error.",
    runbook: "high-error-rate",
  },
  {
    name: "ElevatedErrorRate",
    severity: "warning",
    category: "errors",
    slo: "gateway-availability",
    measure: { kind: "bad-events", sli: gatewayErrors, window: "5m" },
    when: { above: "0.5%" }, // Five times what the objective allows
    atLeast: 5,
    for: "5m",
    summary: "The Engram gateway answers with more errors than usual",
    description:
      "{{ $value | humanizePercentage }} of the requests of the last 5 minutes were answered with a server error.",
    runbook: "high-error-rate",
  },
];

const latency: readonly Alert[] = [
  {
    name: "HighLatency",
    severity: "warning",
    category: "latency",
    slo: "gateway-latency",
    // Twice the objective's 250 ms, whose burn warns before.
    measure: { kind: "bad-events", sli: slowerThan("0.5"), window: "5m" },
    when: { above: "5%" },
    atLeast: 5,
    for: "10m",
    summary: "The Engram gateway and its storage answer slowly",
    description:
      "{{ $value | humanizePercentage }} of the requests of the last 5 minutes took longer than 500 ms without model calls, so the P95 is above it.",
    runbook: "high-latency",
  },
];

const access: readonly Alert[] = [
  {
    name: "AuthOutage",
    severity: "critical",
    category: "errors",
    slo: "auth-success",
    measure: { kind: "bad-events", sli: refusedTokens, window: "5m" },
    when: { above: "50%" },
    atLeast: 50,
    for: "5m",
    summary: "Engram refuses most tokens",
    description:
      "{{ $value | humanizePercentage }} of the tokens of the last 5 minutes were refused: callers are locked out, or somebody tries tokens.",
    runbook: "auth-outage",
  },
  {
    name: "AuthFailureSpike",
    severity: "warning",
    category: "errors",
    slo: "auth-success",
    // A baseline is a day that ended an hour ago, and three times nothing is nothing.
    measure: { kind: "rate", per: "second", counter: authFailures, window: "15m" },
    when: { unusual: { times: 3, moreThanPerMinute: 1 } },
    for: "5m",
    summary: "Engram refuses three times as many tokens as usual",
    description:
      "{{ $value | humanize }} tokens per second are refused, against a day that ended an hour ago.",
    runbook: "auth-outage",
  },
  {
    name: "JwksStale",
    severity: "warning",
    category: "saturation",
    slo: "auth-success",
    measure: { kind: "level", gauge: jwksAge, of: "max" },
    when: { above: "3600" }, // an hour: the document gives no rhythm
    for: "5m",
    summary: "Engram does not refresh its signing keys",
    description:
      "A gateway fetched the signing keys {{ $value | humanizeDuration }} ago; a new key would not be known.",
    runbook: "auth-outage",
  },
  {
    name: "RateLimitedAnomaly",
    severity: "warning",
    category: "saturation",
    // A guard of volume: below this a single eager client is no abuse.
    measure: { kind: "rate", per: "second", counter: rateLimited, window: "15m" },
    when: { unusual: { deviations: 3, moreThanPerMinute: 10 } },
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
