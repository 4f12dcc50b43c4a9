import { placeOf, SCRAPE, serverPlace, type Environment } from "../plan/environment";
import type { Discovery, ScrapeJob, ScrapePlan } from "../plan/monitoring-plan";
import { PORTS, PROGRAMS, SHARED } from "../plan/names";
import { groupedBy, sortedBy } from "../slo/order";
import type { Service } from "../slo/service";
import { appOf, isNative, namespaceIn, probeAddress, type Job } from "../slo/telemetry";

/** Which of several Prometheus servers it is, by its pod; alerts of all of them are one, and so lose it. */
const REPLICA = "replica";

/** Where the blackbox exporter answers for what it is told to ask. */
const PROBE_PATH = "/probe";

/** A job and a service that reads it. */
interface Owner {
  readonly job: Job;
  readonly id: string;
  /** Whether some service reads a native histogram of it. */
  readonly hasNative: boolean;
}

/** What Prometheus scrapes and with which labels. */
export function scrapePlan(environment: Environment, services: readonly Service[]): ScrapePlan {
  const { scrapeInterval, retention } = environment.prometheus;
  const native = new Set(
    services.flatMap(({ telemetry }) => telemetry.metrics.filter(isNative).map(({ job }) => job.name)),
  );
  const owned = services.flatMap(({ id, telemetry }) =>
    telemetry.jobs.map((job) => ({ job, id, hasNative: native.has(job.name) })),
  );
  const jobs = [...groupedBy(owned, ({ job }) => job.name).values()].map((owners) =>
    scrapeJob(environment, owners),
  );
  return {
    interval: scrapeInterval,
    timeout: SCRAPE.timeout,
    evaluationInterval: scrapeInterval,
    lookback: SCRAPE.lookback,
    retention,
    externalLabels: { ...placeOf(environment), [REPLICA]: "${POD_NAME}" },
    dropFromAlerts: ["prometheus_replica", REPLICA],
    jobs: sortedBy(jobs, (job) => job.job),
    alertmanagers: { kind: "kubernetes", app: PROGRAMS.alertmanager, ...serverPlace(environment) },
  };
}

function scrapeJob(environment: Environment, owners: readonly [Owner, ...Owner[]]): ScrapeJob {
  const [{ job, id, hasNative }] = owners;
  const services = owners.map((owner) => owner.id);
  const labels = { ...placeOf(environment), service: services.length === 1 ? id : SHARED };
  const { probe } = job;
  if (probe !== undefined) {
    return {
      job: job.name,
      services,
      path: PROBE_PATH,
      probe: { module: probe.module, address: probeAddress(probe, environment.name) },
      discovery: pods(environment.kubernetes.namespace, PROGRAMS.blackbox, PORTS.web),
      labels,
    };
  }
  return {
    job: job.name,
    services,
    path: job.path,
    ...(job.createdTimestamps === true ? { createdTimestamps: true } : {}),
    ...(hasNative ? { histograms: "native" } : {}),
    discovery: pods(namespaceIn(job, environment.name), appOf(job), job.port),
    labels,
  };
}

function pods(namespace: string, app: string, port: string): Discovery {
  return { kind: "kubernetes", namespace, app, port };
}
