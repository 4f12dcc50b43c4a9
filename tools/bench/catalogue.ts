import type { Alert } from "../../slo/alert";
import type { Service, Slo } from "../../slo/service";
import { latencyRatio, requestRatio } from "../../slo/sli";
import { where, type Counter, type Gauge, type Histogram, type Job } from "../../slo/telemetry";

/** What a service of the generated catalogue has besides its identity. */
type Parts = Pick<Service, "telemetry" | "slos" | "alerts" | "autoscaling">;

/** Teams that own the services; the routes of a stack know a handful of them. */
const TEAMS = 40;

/** What the services of a large organisation are made of: interfaces, workers and stores in turn. */
const KINDS: readonly { readonly name: string; readonly parts: (job: Job) => Parts }[] = [
  { name: "api", parts: apiParts },
  { name: "worker", parts: workerParts },
  { name: "store", parts: storeParts },
];

/** So many services that live in prod, each with telemetry, SLOs and alerts of its own. */
export function catalogue(size: number): readonly Service[] {
  return Array.from({ length: size }, (_, index) => {
    const kind = KINDS[index % KINDS.length];
    if (kind === undefined) {
      throw new RangeError(`there is no kind for service ${index}`);
    }
    return service(`${kind.name}-${String(index).padStart(4, "0")}`, `team-${index % TEAMS}`, kind.parts);
  });
}

function service(id: string, team: string, parts: (job: Job) => Parts): Service {
  const job: Job = {
    name: id,
    namespace: `${team}-<environment>`,
    port: "metrics",
    path: "/metrics",
    instances: 3,
    requestsPerSecond: 50,
  };
  return {
    id,
    title: `Service ${id}`,
    description: `The ${id} of ${team}, made for the benchmark.`,
    team,
    tier: 2,
    environments: ["prod"],
    dashboard: `${id}-slo`,
    backups: [],
    ...parts(job),
  };
}

/** The one runbook of a service: what lists the pages of a stack is a ConfigMap, which holds some 800 such pages. */
const PAGE = "alerts";

type Promise28 = Pick<Slo, "id" | "title" | "population" | "breach" | "sli" | "response">;

function slo(promise: Promise28, objective: Slo["objective"]["default"]): Slo {
  const pages = { burn: PAGE, ticket: PAGE, budget: PAGE, policy: PAGE, dataMissing: PAGE };
  const runbooks = promise.sli.kind === "latency-ratio" ? { ...pages, bucketMissing: PAGE } : pages;
  return { ...promise, objective: { default: objective }, window: "28d", runbooks };
}

function targetsDown(job: Job): Alert {
  return {
    name: "TargetsDown",
    severity: "warning",
    category: "saturation",
    measure: { kind: "targets-up", job },
    when: { below: "90%" },
    for: "5m",
    summary: "Some targets are down",
    description: "Only {{ $value | humanizePercentage }} of the targets answer their scrapes.",
    runbook: PAGE,
  };
}

function serviceDown(job: Job): Alert {
  return {
    name: "ServiceDown",
    severity: "critical",
    category: "down",
    slo: "availability",
    outageOf: job,
    requests: { slo: "availability", succeedBelow: "90%" },
    for: "2m",
    summary: "The service is down",
    description: "No target answers, or fewer than 90% of the requests of the last 5 minutes succeeded.",
    runbook: PAGE,
  };
}

const ENDPOINTS = ["/v1/items", "/v1/orders", "/v1/users"] as const;

function apiMetrics(job: Job): { readonly requests: Counter; readonly duration: Histogram } {
  return {
    requests: {
      type: "counter",
      name: "http_requests_total",
      help: "Requests answered, by endpoint and status.",
      job,
      labels: { endpoint: ENDPOINTS, status: ["200", "400", "404", "500", "503"] },
      initialisedToZero: false,
    },
    duration: {
      type: "histogram",
      name: "http_request_duration_seconds",
      help: "Time to answer a request, in seconds.",
      job,
      labels: { endpoint: ENDPOINTS },
      bounds: ["0.1", "0.5", "1", "5"],
      initialisedToZero: false,
      median: 0.1,
    },
  };
}

function apiParts(job: Job): Parts {
  const { requests, duration } = apiMetrics(job);
  const population = "requests";
  return {
    telemetry: { jobs: [job], metrics: [requests, duration] },
    slos: [
      slo(
        {
          ...{
            id: "availability",
            title: "Availability",
            population,
            breach: "answered with a server error",
          },
          sli: requestRatio({ total: requests, errors: where(requests, { status: ["=~", "5.."] }) }),
          response: "page",
        },
        "99.9%",
      ),
      slo(
        {
          ...{ id: "latency", title: "Latency", population, breach: "slower than 500 ms" },
          sli: latencyRatio({ histogram: duration, threshold: "0.5" }),
          response: "ticket",
        },
        "95%",
      ),
    ],
    alerts: [serviceDown(job), targetsDown(job)],
    autoscaling: [{ job, replicas: { default: { min: 3, max: 20 } }, cpu: "70%" }],
  };
}

function workerParts(job: Job): Parts {
  const tasks: Counter = {
    type: "counter",
    name: "tasks_total",
    help: "Tasks that ended, by result.",
    job,
    labels: { status: ["succeeded", "failed"] },
    initialisedToZero: true,
  };
  return {
    telemetry: { jobs: [job], metrics: [tasks] },
    slos: [
      slo(
        {
          ...{ id: "success", title: "Task success", population: "tasks", breach: "unsuccessful" },
          sli: requestRatio({ total: tasks, errors: where(tasks, { status: "failed" }) }),
          response: "ticket",
        },
        "99.5%",
      ),
    ],
    alerts: [targetsDown(job)],
    autoscaling: [],
  };
}

function storeParts(job: Job): Parts {
  const up: Gauge = {
    type: "gauge",
    name: "store_up",
    help: "1 while the store answers.",
    job,
    labels: {},
    normal: 1,
  };
  return {
    telemetry: { jobs: [job], metrics: [up] },
    slos: [
      slo(
        {
          ...{ id: "availability", title: "Availability", population: "health checks", breach: "unanswered" },
          sli: {
            kind: "time",
            measure: { kind: "level", gauge: up, of: "min" },
            bad: { below: "1" },
            minimum: "2m",
          },
          response: "page",
        },
        "99.95%",
      ),
    ],
    alerts: [targetsDown(job)],
    autoscaling: [],
  };
}
