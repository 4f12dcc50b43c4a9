import type { Job } from "../../slo/telemetry";

const namespace = "backend-<environment>";

/**
 * The container port of the API itself. Nothing is scraped there: what the document proposes as `/health/metrics` would
 * be public, so that metrics have a port that no Service and no Ingress names.
 */
export const PUBLIC_PORT = "http";

/** The document names no volume. */
export const api: Job = {
  name: "backend-api",
  namespace,
  port: "metrics",
  path: "/metrics",
  instances: 3,
  requestsPerSecond: 50,
};

export const redis: Job = {
  name: "backend-redis-exporter",
  namespace,
  port: "metrics",
  path: "/metrics",
  instances: 1,
};

/** `GET` of an address of the API, through its Service as a client would. */
function probed(name: string, path: string): Job {
  return {
    name,
    namespace,
    port: "web",
    path: "/probe",
    instances: 1,
    probe: {
      module: "http-2xx",
      of: api,
      address: `http://backend-api.backend-<environment>.svc:8000${path}`,
    },
  };
}

/** Answers 200 whatever the database does. */
export const health = probed("backend-health-probe", "/health");
/** Asks database, Redis and connection pool. */
export const readiness = probed("backend-readiness-probe", "/health/readiness");
