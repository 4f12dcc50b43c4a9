import type { Dashboard, DashboardRow, NamedValue, Panel } from "../../slo/dashboard";
import type { RequestRatioSli } from "../../slo/sli";
import { where, type LabelMatch } from "../../slo/telemetry";
import { databaseRow } from "./database-row";
import {
  allErrors,
  answeredWith,
  conflicts,
  failedTokens,
  serverErrors,
  storeRequests,
  storeWrites,
} from "./slis";
import { authFailures, requestDuration, requests, throttledBySource } from "./telemetry";

/** Long enough for a route that is asked a few times a minute, short enough to see an incident begin. */
const RECENT = "5m";
/** The window of the document's surge alerts. */
const SURGE = "15m";

const failing = (name: string, sli: RequestRatioSli, window: "5m" | "15m" | "30m"): NamedValue => ({
  name,
  value: { kind: "bad-events", sli, window },
});

const traffic: DashboardRow = {
  id: "traffic-and-errors",
  title: "Traffic and error overview",
  panels: [
    {
      id: "requests-by-route",
      title: "Requests per minute by route",
      description: `Requests that were answered, a minute, over ${RECENT}. A route that falls while the others stay points at its clients, all of them together at the way to the service.`,
      unit: "perMinute",
      draw: "graph",
      values: [
        { value: { kind: "rate", per: "minute", counter: requests, window: RECENT, by: ["route"] } },
        { name: "all", value: { kind: "rate", per: "minute", counter: requests, window: RECENT } },
      ],
    },
    {
      id: "error-rate-4xx-5xx",
      title: "Error rate, 4xx and 5xx",
      description: `Share of requests answered with 4xx or 5xx, over ${RECENT}. Most of it is the caller's doing: no objective is set on it.`,
      unit: "ratio",
      draw: "graph",
      values: [failing("4xx and 5xx", allErrors, RECENT)],
    },
    {
      id: "server-errors-5xx",
      title: "Server errors, 5xx",
      description: `Share of requests answered with 5xx, over ${RECENT}: what the availability objective of 99.9% counts.`,
      unit: "ratio",
      draw: "graph",
      values: [failing("5xx", serverErrors, RECENT)],
      target: { good: "below", target: "0.001", limit: "0.01" },
    },
  ],
};

/** Refused tokens by reason; 401 and 403 have reasons of their own. */
function refused(status: "401" | "403", reasons: string, meaning: string): Panel {
  return {
    id: `refused-${status}`,
    title: `${status} by reason, ${SURGE}`,
    description: meaning,
    unit: "count",
    draw: "graph",
    values: [
      {
        value: {
          kind: "increase",
          counter: authFailures,
          where: where(authFailures, { reason: ["=~", reasons] }),
          window: SURGE,
          by: ["reason"],
        },
      },
    ],
  };
}

const auth: DashboardRow = {
  id: "auth-quality",
  title: "Auth quality",
  panels: [
    {
      id: "refused-share",
      title: `401 among all requests, ${SURGE}`,
      description: `Share of all requests of ${SURGE} that were answered with 401. Above 10%, and with more than 100 requests a minute, a warning is sent.`,
      unit: "ratio",
      draw: "graph",
      values: [failing("401", answeredWith("401"), SURGE)],
      target: { good: "below", target: "0.1" },
    },
    refused(
      "401",
      "invalid_hash|revoked|expired",
      "Tokens that were refused with 401, by reason. Hashes that no longer fit, all at once: the pepper was changed. Revoked or expired ones: clients that nobody gave new tokens.",
    ),
    refused(
      "403",
      "missing_scope|invalid_scope",
      "Valid tokens that were refused with 403, by what is wrong with their scope. A step after a release is usually a route that asks for another scope.",
    ),
    {
      id: "token-failures",
      title: "Token operations that failed, 30m",
      description:
        "Share of the POST /v1/tokens and of the DELETE /v1/tokens/:id that failed, over 30m. A token that could not be deleted is still valid.",
      unit: "ratio",
      draw: "graph",
      values: [
        failing("create", failedTokens("create"), "30m"),
        failing("delete", failedTokens("delete"), "30m"),
      ],
      target: { good: "below", target: "0.05" },
    },
  ],
};

const consistency: DashboardRow = {
  id: "store-consistency",
  title: "Store consistency",
  panels: [
    {
      id: "conflict-rate",
      title: `409 among PUT /v1/store, ${SURGE}`,
      description: `Share of the writes of ${SURGE} that were answered with 409: somebody else wrote the revision first. Above 5% a warning is sent.`,
      unit: "ratio",
      draw: "graph",
      values: [failing("409", conflicts, SURGE)],
      target: { good: "below", target: "0.05" },
    },
    {
      id: "put-success-rate",
      title: "PUT /v1/store that succeeded",
      description: `Share of the writes answered with 2xx, over ${RECENT}. What is missing to 100% is conflicts, refusals and errors.`,
      unit: "ratio",
      draw: "graph",
      values: [
        {
          name: "2xx",
          value: {
            kind: "counter-share",
            part: {
              counter: requests,
              where: [...storeWrites, ...where(requests, { status: ["=~", "2.."] })],
            },
            whole: [{ counter: requests, where: storeWrites }],
            of: "together",
            window: RECENT,
          },
        },
      ],
    },
  ],
};

const quantiles = (method: "GET" | "PUT", objective: string): Panel => {
  const of: readonly LabelMatch[] = storeRequests(method);
  const value = (name: string, quantile: string): NamedValue => ({
    name,
    value: { kind: "quantile", histogram: requestDuration, where: of, quantile, window: RECENT },
  });
  return {
    id: `latency-${method.toLowerCase()}-store`,
    title: `${method} /v1/store: P50, P95 and P99`,
    description: `Quantiles over ${RECENT}, for display: they are interpolated between the bounds of the histogram. The objective, 95% within ${objective} s, is counted on a bound.`,
    unit: "seconds",
    draw: "graph",
    values: [value("P50", "0.5"), value("P95", "0.95"), value("P99", "0.99")],
    target: { good: "below", target: objective },
  };
};

const latency: DashboardRow = {
  id: "store-latency",
  title: "Latency",
  panels: [quantiles("GET", "0.3"), quantiles("PUT", "0.5")],
};

const abuse: DashboardRow = {
  id: "abuse-control",
  title: "Abuse control",
  panels: [
    {
      id: "throttled-share",
      title: `429 among all requests, ${SURGE}`,
      description: `Share of all requests of ${SURGE} that were answered with 429. Above 2% a warning is sent.`,
      unit: "ratio",
      draw: "graph",
      values: [failing("429", answeredWith("429"), SURGE)],
      target: { good: "below", target: "0.02" },
    },
    {
      id: "throttled-rate",
      title: "429 per minute by route",
      description: `Requests answered with 429, a minute, over ${RECENT}, by route.`,
      unit: "perMinute",
      draw: "graph",
      values: [
        {
          value: {
            kind: "rate",
            per: "minute",
            counter: requests,
            where: where(requests, { status: "429" }),
            window: RECENT,
            by: ["route"],
          },
        },
      ],
    },
    {
      id: "throttled-sources",
      title: "Throttled requests by source, 1h",
      description:
        "Throttled requests of the last hour by the first hexadecimal digit of the source's hash. One bar far above the rest is one source, all of them alike are many. Addresses are in the log, not here: a label with them would have no bound.",
      unit: "count",
      draw: "bars",
      values: [{ value: { kind: "increase", counter: throttledBySource, window: "1h", by: ["source"] } }],
    },
  ],
};

/** The five rows of the document, and a sixth for what its quick actions look at besides. */
export const operationsDashboard: Dashboard = {
  uid: "envsync-operations",
  title: "EnvSync Cloud operations",
  description: "Traffic, tokens, store, latency and abuse, and the database below them.",
  rows: [traffic, auth, consistency, latency, abuse, databaseRow],
};
