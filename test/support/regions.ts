import { defineService } from "../../parts/define-service";
import { objective } from "../../parts/objective";
import type { Alert } from "../../slo/alert";
import type { Service } from "../../slo/service";
import { counterRatio, latencyRatio, requestRatio, type TimeSli } from "../../slo/sli";
import { where, type Counter, type Gauge, type Histogram, type Job } from "../../slo/telemetry";

const job: Job = {
  name: "shop-api",
  namespace: "shop-<environment>",
  port: "metrics",
  path: "/metrics",
  instances: 2,
  requestsPerSecond: 50,
};
/** The last is written otherwise in PromQL, in YAML and in a message. */
const REGIONS = ["ap", "eu", 'u"s\\n\n'];
const counter = (name: string, labels: Counter["labels"], initialisedToZero: boolean): Counter => ({
  type: "counter",
  name,
  help: `Counts ${name}.`,
  job,
  labels,
  initialisedToZero,
});
const requests = (name: string, initialisedToZero: boolean): Counter =>
  counter(name, { region: REGIONS, status: ["200", "500"] }, initialisedToZero);
const durations: Histogram = {
  type: "histogram",
  name: "shop_request_seconds",
  help: "How long requests take.",
  job,
  labels: { region: REGIONS, route: ["/a", "/b"] },
  bounds: ["0.1", "0.5"],
  initialisedToZero: false,
  median: 0.05,
};
const waiting: Gauge = {
  type: "gauge",
  name: "shop_waiting",
  help: "Orders that wait.",
  job,
  labels: { region: REGIONS },
  normal: 10,
};
const failed = (total: Counter): ReturnType<typeof requestRatio> =>
  requestRatio({ total, errors: where(total, { status: ["=~", "5.."] }) });

const waits: TimeSli = {
  kind: "time",
  measure: { kind: "level", gauge: waiting, of: "sum", by: ["region"] },
  bad: { above: "100" },
  minimum: "5m",
};

/** An SLI of each kind that can tell regions apart. */
export const BY_REGION = {
  lazy: failed(requests("shop_lazy_requests_total", false)),
  eager: failed(requests("shop_requests_total", true)),
  slow: latencyRatio({ histogram: durations, threshold: "0.5" }),
  sent: counterRatio({
    good: [{ counter: counter("mails_sent_total", { region: REGIONS }, true) }],
    bad: [{ counter: counter("mails_bounced_total", { region: REGIONS }, true) }],
  }),
  waits,
} as const;

/** Of all regions together. */
const down: Alert = {
  name: "ServiceDown",
  outageOf: job,
  requests: { slo: "eager", succeedBelow: "90%" },
  severity: "critical",
  category: "down",
  summary: "Shop is down",
  description: "No target answers, or too few requests succeed.",
  runbook: "service-down",
  for: "1m",
};

/** A service whose objectives judge regions apart. */
export function regionalShop(): Service {
  return defineService(
    {
      id: "shop",
      title: "Shop",
      team: "shop",
      tier: 1,
      environments: ["prod"],
      alerts: [down],
    },
    Object.entries(BY_REGION).map(([id, sli]) =>
      objective({ id, population: "requests", breach: "bad", sli, objective: "99.9%", by: ["region"] }),
    ),
  );
}
