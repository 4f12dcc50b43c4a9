import type { Job } from "../slo/telemetry";
import { slugOf } from "../slo/slug";
import type { ServiceHead } from "./define-service";

/** What tells several parts of one kind in a service apart. */
export interface Named {
  /** In CamelCase, before the names of its alerts, e.g. `Orders`. @default "" */
  readonly named?: string;
}

/** Names of alerts, and of objectives and pages, of a part. */
export function namesOf({ named = "" }: Named): {
  readonly alert: (name: string) => string;
  readonly id: (id: string) => string;
  readonly runbook: (name: string) => string;
} {
  const alert = (name: string): string => `${named}${name}`;
  return {
    alert,
    id: (id) => (named === "" ? id : `${slugOf(named)}-${id}`),
    runbook: (name) => slugOf(alert(name)),
  };
}

/** Pods of the service itself, with what differs from the usual: three of them, `/metrics` on the port `metrics`. */
export function podsOf(service: Pick<ServiceHead, "id">, name: string, own: Partial<Job> = {}): Job {
  return {
    name: `${service.id}-${name}`,
    namespace: `${service.id}-<environment>`,
    port: "metrics",
    path: "/metrics",
    instances: 3,
    ...own,
  };
}

/** One exporter, in the service's own namespace. */
export function exporterOf(service: Pick<ServiceHead, "id">, name: string, own: Partial<Job> = {}): Job {
  return podsOf(service, name, { instances: 1, ...own });
}

/** Where its pods are, one namespace for each environment. */
export function namespacesOf({
  id,
  environments,
}: Pick<ServiceHead, "environments" | "id">): readonly string[] {
  return environments.map((environment) => `${id}-${environment}`);
}
