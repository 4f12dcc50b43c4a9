import type { Alert } from "../../slo/alert";
import type { Percent } from "../../slo/objective";
import type { Service, Slo } from "../../slo/service";
import { latencyRatio, requestRatio } from "../../slo/sli";
import { where, type Counter, type Histogram, type Job } from "../../slo/telemetry";

const job: Job = {
  name: "shop-api",
  namespace: "shop-<environment>",
  port: "metrics",
  path: "/metrics",
  instances: 1,
  requestsPerSecond: 20,
};

export const shopRequests = {
  type: "counter",
  name: "http_requests_total",
  help: "Requests.",
  job,
  labels: { route: ["/cart", "/healthz"], method: ["GET", "PUT"], status: ["200", "401", "409", "500"] },
  initialisedToZero: false,
} as const satisfies Counter;

export const shopDuration = {
  type: "histogram",
  name: "http_request_duration_seconds",
  help: "Duration.",
  job,
  labels: { method: ["GET", "PUT"] },
  bounds: ["0.1", "0.2", "0.5"],
  initialisedToZero: false,
  median: 0.05,
} as const satisfies Histogram;

const shopLogins = {
  type: "counter",
  name: "logins_failed_total",
  help: "Failed logins.",
  job,
  labels: {},
  initialisedToZero: false,
  perSecond: 0.05,
} as const satisfies Counter;

const runbooks = { burn: "b", ticket: "t", budget: "u", policy: "p", dataMissing: "d" };
const common = { population: "requests", breach: "bad", window: "28d" } as const;

export const conflicts = requestRatio({
  total: shopRequests,
  of: where(shopRequests, { method: "PUT" }),
  errors: where(shopRequests, { status: "409" }),
});

const about = {
  severity: "warning",
  category: "errors",
  for: "5m",
  summary: "Something is odd",
  description: "Something is odd.",
  runbook: "odd",
} as const;

const alerts: readonly Alert[] = [
  {
    ...about,
    name: "Conflicts",
    measure: { kind: "bad-events", sli: conflicts, window: "15m" },
    when: { above: "5%" },
    atLeast: 5,
    busierThan: 1500,
  },
  {
    ...about,
    name: "LoginsFail",
    measure: { kind: "rate", per: "second", counter: shopLogins, window: "15m" },
    when: { unusual: { times: 3, moreThanPerMinute: 6 } },
  },
  {
    ...about,
    name: "LoginsOdd",
    measure: { kind: "rate", per: "second", counter: shopLogins, window: "15m" },
    when: { unusual: { deviations: 3, moreThanPerMinute: 6 } },
  },
];

function slowerThan(threshold: string, objective: Percent): Slo {
  return {
    ...common,
    id: `latency-${threshold.replace(".", "-")}`,
    title: `Shop latency ${threshold}`,
    sli: latencyRatio({ histogram: shopDuration, threshold }),
    objective: { default: objective },
    response: "ticket",
    runbooks: { ...runbooks, bucketMissing: "m" },
  };
}

/** A made-up service in which one counter has several kinds of errors and populations, and one histogram two objectives. */
export const shop: Service = {
  id: "shop",
  title: "Shop",
  description: "A made-up service.",
  team: "shop",
  tier: 2,
  environments: ["prod"],
  dashboard: "shop-slo",
  telemetry: { jobs: [job], metrics: [shopRequests, shopDuration, shopLogins] },
  slos: [
    {
      ...common,
      id: "availability",
      title: "Shop availability",
      sli: requestRatio({
        total: shopRequests,
        of: where(shopRequests, { route: ["!=", "/healthz"] }),
        errors: where(shopRequests, { status: ["=~", "5.."] }),
      }),
      objective: { default: "99.9%" },
      response: "page",
      runbooks,
    },
    slowerThan("0.2", "95%"),
    slowerThan("0.5", "99%"),
  ],
  alerts,
  autoscaling: [],
  backups: [],
};
