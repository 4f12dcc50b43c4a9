import type { Alert, AlertMeasure, MeasuredAlert } from "../../slo/alert";
import type { Dashboard } from "../../slo/dashboard";
import type { Query } from "../../slo/measure";
import type { Service, Slo } from "../../slo/service";
import {
  counterRatio,
  latencyRatio,
  queryRatio,
  requestRatio,
  type EventSli,
  type PlainSli,
  type Sli,
  type TimeSli,
} from "../../slo/sli";
import { where, type Counter, type Gauge, type Histogram, type Job } from "../../slo/telemetry";
import { shopOf } from "./http-shop";

const worker: Job = {
  name: "shop-worker",
  namespace: "shop-<environment>",
  port: "metrics",
  path: "/metrics",
  instances: 3,
};

function gauge(name: string, normal: number, more: Partial<Gauge> = {}): Gauge {
  return { type: "gauge", name, help: "A gauge.", job: worker, labels: {}, normal, ...more };
}

export const lag = {
  ...gauge("kafka_consumergroup_lag", 20),
  labels: { topic: ["orders", "mails"] },
} as const satisfies Gauge;
export const lastSuccess = {
  ...gauge("batch_last_success_timestamp_seconds", 1_800, { timestamp: true }),
  labels: { batch: ["nightly", "weekly"] },
} as const satisfies Gauge;
const limit = gauge("connections_limit", 100);
const inUse = gauge("connections_in_use", 40);
const unused = gauge("disk_free_bytes", 600);
const size = gauge("disk_size_bytes", 1_000);
export const members = gauge("cluster_members", 3);
const version = gauge("schema_version", 7);

function counter(name: string, perSecond: number): Counter {
  return {
    type: "counter",
    name,
    help: "A counter.",
    job: worker,
    labels: {},
    initialisedToZero: true,
    perSecond,
  };
}

const periods = counter("cfs_periods_total", 10);
const throttled = counter("cfs_throttled_periods_total", 0);
const refused = {
  ...counter("refused_total", 0),
  labels: { reason: ["full", "late"] },
} as const satisfies Counter;

/** All that an HTTP server tells by OpenTelemetry: one histogram counts the requests and measures them. */
const requests = {
  type: "histogram",
  name: "http_server_request_duration_seconds",
  help: "Duration of HTTP server requests.",
  job: { ...worker, name: "shop-web", requestsPerSecond: 40 },
  labels: { http_request_method: ["GET", "POST"], http_response_status_code: ["200", "404", "500"] },
  bounds: ["0.1", "0.25", "0.5", "1"],
  initialisedToZero: false,
  median: 0.05,
  usual: { http_response_status_code: { "404": 0.02, "500": 0.0002 } },
} as const satisfies Histogram;

export const sent = {
  ...counter("mails_sent_total", 5),
  labels: { kind: ["news", "receipt"] },
} as const satisfies Counter;
export const bounced = counter("mails_bounced_total", 0);
const rejected = counter("mails_rejected_total", 0);
const tried = counter("mails_tried_total", 6);
const waiting = gauge("mails_waiting", 30);

/** Mails that wait for each target that answers. */
export const waitingPerTarget = {
  kind: "query",
  query: 'sum(mails_waiting) / count(up{job="shop-worker"} == 1)',
  says: "mails waiting for each worker",
  reads: [waiting],
  examples: [
    {
      standing: {
        'mails_waiting{job="shop-worker",instance="a"}': 90,
        'up{job="shop-worker",instance="a"}': 1,
      },
      value: 90,
    },
    {
      standing: {
        'mails_waiting{job="shop-worker",instance="a"}': 240,
        'up{job="shop-worker",instance="a"}': 1,
      },
      value: 240,
    },
  ],
} as const satisfies Query;

/** SLIs of several counters, and of queries of the service's own. */
export const PLAIN = {
  "good-and-bad": counterRatio({
    good: [{ counter: sent }],
    bad: [{ counter: bounced }, { counter: rejected }],
  }),
  "all-and-good": counterRatio({
    total: [{ counter: tried }],
    good: [{ counter: sent, where: where(sent, { kind: "receipt" }) }],
  }),
  "all-and-bad": counterRatio({ total: [{ counter: tried }], bad: [{ counter: bounced }] }),
  queried: queryRatio({
    errors: "sum(increase(mails_bounced_total[$window])) + sum(increase(mails_rejected_total[$window]))",
    total: 'sum(increase(mails_tried_total{job="shop-worker"}[$window]))',
    reads: [tried, bounced, rejected],
    examples: [
      {
        growing: {
          'mails_tried_total{job="shop-worker",instance="a"}': 120,
          'mails_tried_total{job="another",instance="a"}': 900,
          'mails_bounced_total{job="shop-worker",instance="a"}': 6,
          'mails_rejected_total{job="shop-worker",instance="a"}': 4,
        },
        errors: 10,
        total: 120,
      },
    ],
  }),
} as const satisfies Readonly<Record<string, PlainSli>>;

const EVENTS: Readonly<Record<string, EventSli>> = {
  "otel-availability": requestRatio({
    total: requests,
    errors: where(requests, { http_response_status_code: ["=~", "5.."] }),
  }),
  "otel-latency": latencyRatio({
    histogram: requests,
    of: where(requests, { http_response_status_code: ["!~", "5.."] }),
    threshold: "0.25",
  }),
};

const about = {
  severity: "warning",
  category: "saturation",
  for: "5m",
  summary: "Something is odd",
  description: "Something is odd: {{ $value }}.",
  runbook: "targets-down",
} as const;

const ordersLag = { kind: "level", gauge: lag, where: where(lag, { topic: "orders" }), of: "sum" } as const;
const batchAge = { kind: "age", gauge: lastSuccess, of: "newest" } as const;
const pool = { kind: "gauge-share", part: inUse, whole: limit, of: "highest" } as const;

/** An alert on each kind of measure, on each side of a limit that it can have, by name. */
const ALERTS: Readonly<
  Record<string, Pick<MeasuredAlert, "atLeast" | "measure" | "orAbsent" | "when" | "whileBurning">>
> = {
  LagHigh: { measure: ordersLag, when: { above: "1000" } },
  LagOfOneTopic: { measure: { kind: "level", gauge: lag, of: "max", by: ["topic"] }, when: { above: "100" } },
  MembersFew: { measure: { kind: "level", gauge: members, of: "min" }, when: { below: "2" }, orAbsent: true },
  BatchLate: { measure: batchAge, when: { above: "26h" }, orAbsent: true },
  OneBatchLate: { measure: { ...batchAge, of: "oldest", by: ["batch"] }, when: { above: "2d" } },
  VersionsDiffer: { measure: { kind: "spread", gauge: version }, when: { above: "0" } },
  PoolFull: { measure: pool, when: { above: "90%" } },
  PoolIdle: { measure: { ...pool, of: "average" }, when: { below: "10%" } },
  DiskFull: {
    measure: { kind: "gauge-share", part: unused, whole: size, free: true, of: "together" },
    when: { above: "80%" },
  },
  CpuThrottled: {
    measure: {
      kind: "counter-share",
      part: { counter: throttled },
      whole: [{ counter: periods }],
      of: "together",
      window: "5m",
    },
    when: { above: "25%" },
  },
  SplitCluster: { measure: { kind: "gauge-per-target", gauge: members }, when: { below: "99%" } },
  DiskFills: {
    measure: { kind: "forecast", part: inUse, whole: limit, window: "1d", ahead: "14d" },
    when: { above: "80%" },
  },
  PoolFullWhileBurning: { measure: pool, when: { above: "90%" }, whileBurning: "availability" },
  PoolSwings: { measure: { kind: "turns", gauge: inUse, window: "1h" }, when: { above: "3" } },
  WorkersDown: { measure: { kind: "targets-up", job: worker }, when: { below: "90%" } },
  WorkersMissing: { measure: { kind: "targets-up", job: worker, planned: 3 }, when: { below: "99%" } },
  Refused: {
    measure: { kind: "increase", counter: refused, window: "10m", by: ["reason"] },
    when: { above: "5" },
  },
  RefusedFast: {
    measure: { kind: "rate", per: "minute", counter: refused, window: "10m" },
    when: { above: "30" },
  },
  MailsWaiting: { measure: waitingPerTarget, when: { above: "100" } },
  RefusedUnusually: {
    measure: { kind: "rate", per: "second", counter: refused, window: "15m" },
    when: { unusual: { times: 3, moreThanPerMinute: 6 } },
  },
};

const TIMES: Readonly<Record<string, Pick<TimeSli, "bad" | "measure">>> = {
  mails: { measure: waitingPerTarget, bad: { above: "100" } },
  lag: { measure: ordersLag, bad: { above: "500" } },
  freshness: { measure: batchAge, bad: { above: "24h" } },
  pool: { measure: pool, bad: { above: "80%" } },
};

/** The kinds of measures that alerts of the service compare. */
export function kindsMeasured({ alerts }: Service): readonly AlertMeasure["kind"][] {
  return alerts.flatMap((alert) => ("measure" in alert ? [alert.measure.kind] : []));
}

/** A service with an objective on the time of each measure that can have one, and an alert on every kind of measure. */
export function measuredShop(): Service {
  const shop = shopOf("95%", "28d");
  const [availability] = shop.slos;
  const alerts = Object.entries(ALERTS).map(([name, alert]): Alert => ({ ...about, name, ...alert }));
  const errors = shop.slos.flatMap(({ sli }) => (sli.kind === "request-ratio" ? [sli] : []));
  const counted = [...errors, ...Object.values(EVENTS)];
  const shares = counted.map((sli, index): Alert => ({
    ...about,
    name: ["ErrorsMany", "OtelErrorsMany", "OtelSlow"][index] ?? "",
    measure: { kind: "bad-events", sli, window: "10m" },
    when: { above: "5%" },
    atLeast: 5,
  }));
  const times = Object.entries(TIMES).map(([id, time]): readonly [string, Sli] => [
    id,
    { kind: "time", minimum: "3m", ...time },
  ]);
  const slis: Readonly<Record<string, Sli>> = { ...Object.fromEntries(times), ...EVENTS, ...PLAIN };
  const dashboard: Dashboard = {
    uid: "shop-measures",
    title: "Shop measures",
    description: "All of them.",
    rows: [
      {
        id: "all",
        title: "All",
        panels: [
          {
            id: "age",
            title: "Age",
            description: "Of the batch.",
            unit: "seconds",
            draw: "number",
            values: [{ name: "age", value: batchAge }],
          },
        ],
      },
    ],
  };
  return {
    ...shop,
    telemetry: {
      jobs: [...shop.telemetry.jobs, worker, requests.job],
      metrics: [
        ...shop.telemetry.metrics,
        requests,
        ...[lag, lastSuccess, limit, inUse, unused, size, members, version, periods, throttled, refused],
        ...[sent, bounced, rejected, tried, waiting],
      ],
    },
    slos: [
      ...shop.slos,
      ...Object.entries(slis).flatMap(([id, sli]): readonly Slo[] =>
        availability === undefined
          ? []
          : [
              {
                ...availability,
                id,
                title: `Shop ${id}`,
                runbooks: { ...availability.runbooks, bucketMissing: "slo-bucket-missing" },
                sli,
              },
            ],
      ),
    ],
    alerts: [...shop.alerts, ...shares, ...alerts],
    dashboards: [dashboard],
  };
}
