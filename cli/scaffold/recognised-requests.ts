import { OTEL, type HttpServer, type OtelHttpServer } from "../../parts/servers";
import { matchesValue } from "../../slo/telemetry";
import type { Family } from "./exposition";
import {
  boundKept,
  boundsOf,
  breaks,
  counts,
  familyNamed,
  foundOne,
  labelsOf,
  share,
  sumOf,
  valuesOf,
  type Page,
  type Recogniser,
} from "./page";
import { statusOf, type Status } from "./statuses";

/** What a server asks of others, and what it answers about itself. */
const NOT_SERVED = /client|outbound|upstream|^promhttp_/;

/** A metric that counts what it says the end of. */
interface Counted {
  readonly family: Family;
  readonly status: Status;
}

export function countedOn({ families }: Page): readonly Counted[] {
  return families
    .filter(({ type }) => type === "counter" || type === "histogram" || type === "summary")
    .flatMap((family) => {
      const status = statusOf(family);
      return status === undefined ? [] : [{ family, status }];
    });
}

/** `_count` of a summary is a counter of its own. */
export function counterName({ name, type }: Family): string {
  return type === "summary" ? `${name}_count` : name;
}

/** What of its requests fails on the page, where that is more than is promised. */
export function failing(family: Family, { errors }: Pick<Status, "errors">, { promised }: Page): string {
  const all = counts(family);
  const bad = sumOf(all.filter(({ labels }) => matchesValue(errors, labels[errors.label] ?? "")));
  return breaks(bad, sumOf(all), promised.availability)
    ? `; ${share(bad, sumOf(all))} fail now, which ${promised.availability} does not allow`
    : "";
}

const ROUTES = ["http_route", "route", "handler", "path", "uri", "endpoint", "url"] as const;
const METHODS = ["http_request_method", "method", "http_method", "verb"] as const;
/** A route of more values is an address with somebody's id in it. */
const MOST_ROUTES = 20;

const UNTIMED = "requests, since no histogram of seconds that is called like them is on the page";

export const httpOn: Recogniser = (page) => {
  const counted = servedOn(page);
  if (counted === undefined) {
    return {};
  }
  const { family, status } = counted;
  const histogram = family.type === "histogram" ? family : durationsOf(page, family.name);
  const timed = histogram && { histogram, kept: boundKept(histogram, page.promised.latency) };
  const { labels, routes, says } = routesOf(family, timed);
  const its = {
    ...routes,
    availability: page.promised.availability,
    ...latencyOf(page, timed),
    requestsPerSecond: page.requestsPerSecond,
  };
  const otel = otelOf(family.name, { ...labels, status: status.label });
  const metrics = {
    requests: counterName(family),
    ...(histogram === undefined ? {} : { durations: histogram.name }),
  };
  return foundOne(
    otel !== undefined
      ? { part: "otelHttpServer", own: { ...its, ...otel } }
      : { part: "httpServer", own: { metrics, labels: { ...labels, status: status.label }, ...its } },
    [
      `requests in ${counterName(family)}, their status in [${status.label}]${says}`,
      failing(family, status, page),
      latencyWords(timed, UNTIMED),
    ].join(""),
    [family.name, ...(histogram === undefined ? [] : [histogram.name])],
  );
};

/** How an SDK of OpenTelemetry says it, if it is one. */
function otelOf(
  name: string,
  { route, method, status }: Readonly<Record<"method" | "route" | "status", string | false>>,
): Pick<OtelHttpServer, "routes" | "withoutUnit"> | undefined {
  const isNamed = name === OTEL.name || name === OTEL.withoutUnit;
  if (!isNamed || method !== OTEL.method || status !== OTEL.status) return undefined;
  if (route !== OTEL.route && route !== false) return undefined;
  return {
    ...(route === false ? { routes: false } : {}),
    ...(name === OTEL.withoutUnit ? { withoutUnit: true } : {}),
  };
}

/** What counts the requests that the server answers: the counter with the most of them. */
function servedOn(page: Page): Counted | undefined {
  const types = ["counter", "histogram", "summary"];
  const [first] = countedOn(page)
    .filter(({ family, status }) => status.kind === "http" && !NOT_SERVED.test(family.name))
    .sort(
      (a, b) =>
        Number(/http|request/.test(b.family.name)) - Number(/http|request/.test(a.family.name)) ||
        types.indexOf(a.family.type) - types.indexOf(b.family.type) ||
        sumOf(counts(b.family)) - sumOf(counts(a.family)),
    );
  return first;
}

/** Labels that requests and their durations have both. */
function routesOf(
  family: Family,
  timed: Timed | undefined,
): {
  readonly labels: { readonly route: string | false; readonly method: string | false };
  readonly routes: { readonly routes?: readonly string[] };
  readonly says: string;
} {
  const common = labelsOf(family).filter(
    (label) => timed === undefined || "why" in timed.kept || labelsOf(timed.histogram).includes(label),
  );
  const [route, method = false] = [ROUTES, METHODS].map((names) =>
    names.find((name) => common.includes(name)),
  );
  const routes = valuesOf(family, route ?? "");
  const isRoute = route !== undefined && routes.length <= MOST_ROUTES;
  return {
    labels: { route: isRoute && route, method },
    routes: isRoute ? { routes } : {},
    says:
      route === undefined || isRoute
        ? ""
        : `; [${route}] has ${routes.length} values, so that it names no routes and is left out`,
  };
}

/** A histogram, and where an objective on it may be. */
interface Timed {
  readonly histogram: Family;
  readonly kept: ReturnType<typeof boundKept>;
}

export function latencyOf(
  { promised }: Page,
  timed: Timed | undefined,
): Pick<HttpServer, "bounds" | "latency"> {
  return timed !== undefined && "bound" in timed.kept
    ? {
        latency: { ...promised.latency, threshold: timed.kept.bound },
        bounds: boundsOf(timed.histogram),
      }
    : {};
}

/** @param untimed of what there is no histogram, and why */
function latencyWords(timed: Timed | undefined, untimed: string): string {
  if (timed === undefined) {
    return `; no latency objective on ${untimed}`;
  }
  const { histogram, kept } = timed;
  return "bound" in kept
    ? `; latencies in ${histogram.name}, ${kept.says}`
    : `; no latency objective on ${histogram.name}: ${kept.why}`;
}

/** The histogram of seconds that is called most like the requests. */
function durationsOf({ families }: Page, requests: string): Family | undefined {
  const words = (name: string): readonly string[] => name.split(/[_:]/);
  const shared = ({ name }: Family): number =>
    words(name).filter((word) => words(requests).includes(word)).length;
  const [best] = families
    .filter(isSeconds)
    .filter(({ name }) => /http|request/.test(name) && !NOT_SERVED.test(name))
    .sort((a, b) => shared(b) - shared(a));
  return best;
}

export function isSeconds({ name, type }: Family): boolean {
  return type === "histogram" && /_seconds$|duration$|latency$/.test(name);
}

export const grpcOn: Recogniser = (page) => {
  const handled = familyNamed(page, "grpc_server_handled_total");
  const status = handled && statusOf(handled);
  const needed = ["grpc_code", "grpc_method", "grpc_service", "grpc_type"];
  if (handled === undefined || status?.label !== "grpc_code") {
    return {};
  }
  const inGo = valuesOf(handled, "grpc_type").every((type) => type === type.toLowerCase());
  if (!inGo || !needed.every((label) => labelsOf(handled).includes(label))) {
    return {};
  }
  const histogram = familyNamed(page, "grpc_server_handling_seconds");
  const timed = histogram && { histogram, kept: boundKept(histogram, page.promised.latency) };
  return foundOne(
    {
      part: "grpcServer",
      own: {
        ...(servedOn(page) === undefined ? {} : { named: "Grpc" }),
        services: valuesOf(handled, "grpc_service"),
        methods: valuesOf(handled, "grpc_method"),
        availability: page.promised.availability,
        ...latencyOf(page, timed),
        requestsPerSecond: page.requestsPerSecond,
      },
    },
    `calls in ${handled.name}${failing(handled, status, page)}${latencyWords(timed, "calls, since grpc_server_handling_seconds is not on the page")}`,
    page.families.map(({ name }) => name).filter((name) => name.startsWith("grpc_server_")),
  );
};
