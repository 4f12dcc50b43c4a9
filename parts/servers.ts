import { where, type Counter, type Histogram, type Job } from "../slo/telemetry";
import type { Part } from "./define-service";
import { podsOf } from "./names";
import {
  boundsWith,
  DEFAULT_BOUNDS,
  medianBelow,
  METHODS,
  requestsPart,
  STATUSES,
  usualFailures,
  type RequestObjectives,
} from "./requests";

/** A server whose requests are counted. */
interface Server extends RequestObjectives {
  /** Over all instances, in normal operation. */
  readonly requestsPerSecond: number;
  /** What differs from `<id>-api`: three pods in `<id>-<environment>`, with `/metrics` on the port `metrics`. */
  readonly job?: Partial<Job>;
  /** Its histogram is a native one; its job says `createdTimestamps: true` then. @default false */
  readonly native?: boolean;
  /** Bounds of its histogram, exact decimals in seconds. @default - those that its libraries have */
  readonly bounds?: readonly string[];
}

/** A server of HTTP requests. */
export interface HttpServer extends Server {
  /**
   * Names of its metrics, where they differ from those of the Prometheus docs, "Metric and label naming"; the same name
   * twice is a histogram whose count is all that counts requests.
   */
  readonly metrics?: { readonly requests?: string; readonly durations?: string };
  /** Names of their labels, where they differ; `false` for one that they do not have. */
  readonly labels?: {
    readonly route?: string | false;
    readonly method?: string | false;
    readonly status?: string;
  };
  /** Values of the label of routes. @default ["/"] */
  readonly routes?: readonly string[];
}

/** Requests in a counter with their status, latencies in a histogram; 4xx count as good. */
export function httpServer(own: HttpServer): Part {
  return (service) => {
    const { requests = "http_requests_total", durations = "http_request_duration_seconds" } =
      own.metrics ?? {};
    const { route = "route", method = "method", status = "status" } = own.labels ?? {};
    const job = podsOf(service, "api", { requestsPerSecond: own.requestsPerSecond, ...own.job });
    const labels = {
      ...(route === false ? {} : { [route]: own.routes ?? ["/"] }),
      ...(method === false ? {} : { [method]: METHODS }),
    };
    const counted = { labels: { ...labels, [status]: STATUSES }, usual: usualStatuses(status, own) };
    const histogram = latencies(own, durations, job, labels, DEFAULT_BOUNDS);
    const both: Histogram = { ...histogram, ...counted };
    const counter: Counter = {
      type: "counter",
      name: requests,
      help: "Requests answered, by route, method and status; health endpoints left out.",
      job,
      ...counted,
      initialisedToZero: false,
    };
    const total = requests === durations ? both : counter;
    return requestsPart(service, own, {
      total,
      errors: where(total, { [status]: ["=~", "5.."] }),
      durations: requests === durations ? both : histogram,
      server: job,
    });
  };
}

/** An HTTP server of the OpenTelemetry SDK, whose one histogram counts its requests. */
export interface OtelHttpServer extends Server {
  /** Values of `http_route`, which a framework's instrumentation adds; `false` without one. @default ["/"] */
  readonly routes?: readonly string[] | false;
  /** Its SDK leaves the unit out of names, as the Prometheus exporter of the one for JavaScript does. @default false */
  readonly withoutUnit?: boolean;
}

/** Bounds of `http.server.request.duration`. Source: OpenTelemetry semantic conventions 1.23, "HTTP metrics". */
const OTEL_BOUNDS = [
  ...["0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75", "1", "2.5", "5", "7.5", "10"],
];

/** Source: OpenTelemetry semantic conventions 1.23 (stable), "HTTP metrics", as its Prometheus exporter names them. */
export const OTEL = {
  name: "http_server_request_duration_seconds",
  withoutUnit: "http_server_request_duration",
  route: "http_route",
  method: "http_request_method",
  status: "http_response_status_code",
} as const;

export function otelHttpServer(own: OtelHttpServer): Part {
  const { routes, withoutUnit = false, ...rest } = own;
  const { route, method, status } = OTEL;
  const name = withoutUnit ? OTEL.withoutUnit : OTEL.name;
  return httpServer({
    bounds: OTEL_BOUNDS,
    ...rest,
    ...(routes === undefined || routes === false ? {} : { routes }),
    metrics: { requests: name, durations: name },
    labels: { route: routes === false ? false : route, method, status },
  });
}

/** A server of gRPC requests. */
export interface GrpcServer extends Server {
  /** Values of `grpc_service` and `grpc_method`. */
  readonly services: readonly string[];
  readonly methods: readonly string[];
}

/** Codes that are the server's fault: those that HTTP has a 5xx for. Source: google.rpc.Code, "HTTP Mapping". */
export const GRPC_FAULTS = [
  "DataLoss",
  "DeadlineExceeded",
  "Internal",
  "Unavailable",
  "Unimplemented",
  "Unknown",
];

export const GRPC_OTHERS = [
  ...["OK", "Aborted", "AlreadyExists", "Canceled", "FailedPrecondition", "InvalidArgument", "NotFound"],
  ...["OutOfRange", "PermissionDenied", "ResourceExhausted", "Unauthenticated"],
];

/**
 * Source: go-grpc-middleware/providers/prometheus v1.0. java-grpc-prometheus 0.6 counts under the same name, with codes as
 * `UNAVAILABLE` and its latencies as `grpc_server_handled_latency_seconds`: those are objectives of their own.
 */
export function grpcServer(own: GrpcServer): Part {
  return (service) => {
    const job = podsOf(service, "grpc", { requestsPerSecond: own.requestsPerSecond, ...own.job });
    const labels = { grpc_service: own.services, grpc_method: own.methods, grpc_type: ["unary"] };
    const handled: Counter = {
      type: "counter",
      name: "grpc_server_handled_total",
      help: "Calls completed on the server, by code.",
      job,
      labels: { ...labels, grpc_code: [...GRPC_OTHERS, ...GRPC_FAULTS] },
      initialisedToZero: true,
      usual: {
        grpc_code: { OK: 1 - usualFailures(own.availability), Unavailable: usualFailures(own.availability) },
      },
    };
    return requestsPart(service, own, {
      total: handled,
      errors: where(handled, { grpc_code: ["=~", GRPC_FAULTS.join("|")] }),
      durations: latencies(own, "grpc_server_handling_seconds", job, labels, DEFAULT_BOUNDS),
      server: job,
    });
  };
}

/** What comes through the ingress-nginx controller for the service. */
export interface IngressNginx extends Server {
  /** Name of its Ingress. */
  readonly ingress: string;
}

/**
 * Counted where clients see it: the controller answers also while no pod of the service does. One controller serves many
 * services; each is measured on its own Ingress.
 * Source: ingress-nginx v1.12, "Prometheus metrics"; `service` is exposed too, and stored as `exported_service`.
 */
export function ingressNginx(own: IngressNginx): Part {
  return (service) => {
    const job = podsOf(service, "ingress", {
      name: "ingress-nginx",
      namespace: "ingress-nginx",
      port: "prometheus",
      instances: 2,
      requestsPerSecond: own.requestsPerSecond,
      ...own.job,
    });
    const labels = { ingress: [own.ingress], method: METHODS, status: STATUSES };
    const total: Counter = {
      type: "counter",
      name: "nginx_ingress_controller_requests",
      help: "Requests from clients, by Ingress and status.",
      job,
      labels,
      initialisedToZero: false,
      usual: usualStatuses("status", own),
    };
    const durations = {
      ...latencies(own, "nginx_ingress_controller_request_duration_seconds", job, labels, DEFAULT_BOUNDS),
      usual: usualStatuses("status", own),
    };
    return requestsPart(service, own, {
      total,
      of: where(total, { ingress: own.ingress }),
      errors: where(total, { status: ["=~", "5.."] }),
      durations,
      durationsOf: where(durations, { ingress: own.ingress }),
    });
  };
}

function usualStatuses(label: string, { availability }: RequestObjectives): NonNullable<Counter["usual"]> {
  return { [label]: { "404": 0.01, "429": 0.005, "500": usualFailures(availability) } };
}

function latencies(
  { latency, bounds: own, native }: Server,
  name: string,
  job: Job,
  labels: Histogram["labels"],
  bounds: readonly string[],
): Histogram {
  return {
    type: "histogram",
    name,
    help: "Time to answer a request, in seconds.",
    job,
    labels,
    bounds: boundsWith(own ?? bounds, latency?.threshold),
    ...(native === undefined ? {} : { native }),
    initialisedToZero: false,
    median: medianBelow(latency?.threshold),
  };
}
