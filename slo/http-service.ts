import Big from "big.js";
import { alertMetrics, onJob, type Alert } from "./alert";
import { decimal, ratioOfPercent, type Percent } from "./objective";
import { sortedBy } from "./order";
import { SLO_RUNBOOKS, sloRunbooks, type Service, type Slo } from "./service";
import { latencyRatio, requestRatio } from "./sli";
import { where, type Counter, type Histogram, type Job, type Metric } from "./telemetry";

/** What a team says of a service that answers HTTP requests; the rest is the same for all of them. */
export interface HttpService {
  /** Names its job `<id>-api`, its namespaces `<id>-<environment>` and its dashboard `<id>-slo`. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly team: string;
  readonly tier: Service["tier"];
  readonly environments: readonly string[];
  /** Share of requests that are answered without a server error. */
  readonly availability: Percent;
  /** Share of requests that are answered within `threshold` seconds, an exact decimal. */
  readonly latency: { readonly threshold: string; readonly objective: Percent };
  /** Over all instances, in normal operation. */
  readonly requestsPerSecond: number;
  /** What asks for it: a document with its number, or who agreed to it. */
  readonly source: string;
  /** @default 3 */
  readonly instances?: number;
  /** As in `Job`. @default false */
  readonly createdTimestamps?: boolean;
  /** Values of the label `route`. @default ["/"] */
  readonly routes?: readonly string[];
  /** Alerts besides those of the objectives; what they read joins the telemetry contract. */
  readonly alerts?: readonly Alert[];
}

/** Runbooks in `runbooks/<id>/`, by slug. */
const HTTP_RUNBOOKS = {
  ...SLO_RUNBOOKS,
  down: "service-down",
  targets: "targets-down",
  errors: "high-error-rate",
  latency: "high-latency",
} as const;

/** Ids of the two objectives. */
const HTTP_SLOS = { availability: "availability", latency: "latency" } as const;

/** The buckets of a histogram in Prometheus' client libraries where nobody names others (`DefBuckets`), in seconds. */
const DEFAULT_BOUNDS = ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10"];

const STATUSES = [
  "200",
  "201",
  "204",
  "400",
  "401",
  "403",
  "404",
  "429",
  "500",
  "502",
  "503",
  "504",
] as const;

const METHODS = ["DELETE", "GET", "PATCH", "POST", "PUT"] as const;

const DECIMAL = /^(?:0|[1-9]\d*)(?:\.\d+)?$/;

/**
 * A service that answers HTTP requests, complete: it can be spread and extended like any other. Metrics and labels are
 * those of the Prometheus docs, "Metric and label naming"; 4xx count as good.
 */
export function httpService(own: HttpService): Service {
  const common = httpJob(own.id);
  const { instances = common.instances, requestsPerSecond, createdTimestamps } = own;
  const job = {
    ...common,
    instances,
    requestsPerSecond,
    ...(createdTimestamps === undefined ? {} : { createdTimestamps }),
  };
  const requests = requestCounter(job, own);
  const durations = durationHistogram(job, own);
  const added = (own.alerts ?? []).map((alert) => onJob(alert, job));
  return {
    id: own.id,
    title: own.title,
    description: own.description,
    team: own.team,
    tier: own.tier,
    environments: own.environments,
    dashboard: `${own.id}-slo`,
    telemetry: {
      jobs: [job],
      metrics: [requests, durations, ...metricsBesides([requests, durations], added)],
    },
    slos: [availability(own, requests), latency(own, durations)],
    alerts: [serviceDown(own, job), targetsDown(own, job), ...added],
    autoscaling: [],
    backups: [],
  };
}

/** The job of such a service, for metrics of its own: `httpService` fills in what the service says of it. */
export function httpJob(id: string): Job {
  return {
    name: `${id}-api`,
    namespace: `${id}-<environment>`,
    port: "metrics",
    path: "/metrics",
    instances: 3,
  };
}

function requestCounter(job: Job, { availability: objective, routes = ["/"] }: HttpService) {
  // A tenth of the budget, so that normal operation keeps the objective whatever it is.
  const failing = new Big(1).minus(ratioOfPercent(objective) ?? 1).div(10);
  return {
    type: "counter",
    name: "http_requests_total",
    help: "Requests answered, by route, method and status; health endpoints left out.",
    job,
    labels: { route: routes, method: METHODS, status: STATUSES },
    initialisedToZero: false,
    usual: { status: { "404": 0.01, "429": 0.005, "500": failing.toNumber() } },
  } as const satisfies Counter;
}

function durationHistogram(job: Job, { latency: { threshold }, routes = ["/"] }: HttpService) {
  return {
    type: "histogram",
    name: "http_request_duration_seconds",
    help: "Time to answer a request, in seconds; health endpoints left out.",
    job,
    labels: { route: routes, method: METHODS },
    bounds: boundsWith(threshold),
    initialisedToZero: false,
    median: medianBelow(threshold),
  } as const satisfies Histogram;
}

/** The usual bounds and the one that the objective counts on; what is no number is left to validation. */
function boundsWith(threshold: string): readonly string[] {
  const bounds = DECIMAL.test(threshold) ? [...DEFAULT_BOUNDS, decimal(new Big(threshold))] : DEFAULT_BOUNDS;
  return [...new Set(bounds)].sort((a, b) => new Big(a).cmp(b));
}

/** A fifth: a log-normal latency then keeps any objective up to 99.9 %. */
function medianBelow(threshold: string): number {
  return DECIMAL.test(threshold) ? new Big(threshold).div(5).toNumber() : 0.05;
}

function availability(own: HttpService, requests: ReturnType<typeof requestCounter>): Slo {
  return {
    id: HTTP_SLOS.availability,
    title: `${own.title} availability`,
    population: "requests",
    breach: "answered with a server error",
    source: own.source,
    sli: requestRatio({ total: requests, errors: where(requests, { status: ["=~", "5.."] }) }),
    objective: { default: own.availability },
    window: "28d",
    response: "page",
    runbooks: sloRunbooks(HTTP_RUNBOOKS.errors),
  };
}

function latency(own: HttpService, histogram: Histogram): Slo {
  const { threshold, objective } = own.latency;
  return {
    id: HTTP_SLOS.latency,
    title: `${own.title} latency`,
    population: "requests",
    breach: `slower than ${spokenSeconds(threshold)}`,
    source: own.source,
    sli: latencyRatio({ histogram, threshold }),
    objective: { default: objective },
    window: "28d",
    response: "ticket",
    runbooks: sloRunbooks(HTTP_RUNBOOKS.latency, { bucketMissing: HTTP_RUNBOOKS.bucketMissing }),
  };
}

/** A bound as people say it: 0.3 -> 300 ms, 2.5 -> 2.5 s. */
function spokenSeconds(seconds: string): string {
  return DECIMAL.test(seconds) && new Big(seconds).lt(1)
    ? `${decimal(new Big(seconds).times(1_000))} ms`
    : `${seconds} s`;
}

function serviceDown({ title }: HttpService, job: Job): Alert {
  return {
    name: "ServiceDown",
    source: "X-1",
    severity: "critical",
    category: "down",
    slo: HTTP_SLOS.availability,
    outageOf: job,
    requests: { slo: HTTP_SLOS.availability, succeedBelow: "90%" },
    for: "2m",
    summary: `${title} is down`,
    description:
      "No instance answers or none is known, or fewer than 90% of the requests of the last 5 minutes succeeded.",
    runbook: HTTP_RUNBOOKS.down,
  };
}

function targetsDown({ title }: HttpService, job: Job): Alert {
  return {
    name: "TargetsDown",
    source: "X-1",
    severity: "warning",
    category: "down",
    measure: { kind: "targets-up", job },
    when: { below: "90%" },
    for: "5m",
    summary: `Some instances of ${title} are down`,
    description: `Only {{ $value | humanizePercentage }} of the targets of ${job.name} answer their scrapes.`,
    runbook: HTTP_RUNBOOKS.targets,
  };
}

/** What alerts read and the contract does not hold yet, once each, by name. */
function metricsBesides(known: readonly Metric[], alerts: readonly Alert[]): readonly Metric[] {
  const keyOf = ({ name, job }: Metric): string => `${name} ${job.name}`;
  const keys = new Set(known.map(keyOf));
  const read = new Map(alerts.flatMap(alertMetrics).map((metric) => [keyOf(metric), metric]));
  return sortedBy(
    [...read].filter(([key]) => !keys.has(key)),
    ([key]) => key,
  ).map(([, metric]) => metric);
}
