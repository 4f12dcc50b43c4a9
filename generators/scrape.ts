import type { Environment } from "../plan/environment";
import type { ScrapeJob, ScrapePlan } from "../plan/monitoring-plan";
import { PORTS, PROGRAMS } from "../plan/names";
import { sortedBy } from "../slo/order";
import type { Service } from "../slo/service";
import { namespaceIn, type Job } from "../slo/telemetry";

/** How far back a query looks for a sample: Prometheus' own default, which recorded windows are built on. */
const LOOKBACK = "5m";

/** What Prometheus scrapes and with which labels. */
export function scrapePlan(environment: Environment, services: readonly Service[]): ScrapePlan {
  const { scrapeInterval, retention } = environment.prometheus;
  const jobs = services.flatMap((service) =>
    service.telemetry.jobs.map((job) => scrapeJob(environment, service, job)),
  );
  return {
    interval: scrapeInterval,
    timeout: "10s",
    evaluationInterval: scrapeInterval,
    lookback: LOOKBACK,
    retention,
    externalLabels: { cluster: environment.cluster, environment: environment.name },
    dropFromAlerts: ["prometheus_replica", "replica"],
    jobs: sortedBy(jobs, (job) => job.job),
    alertmanagers: {
      kind: "kubernetes",
      namespace: environment.kubernetes.namespace,
      app: PROGRAMS.alertmanager,
      port: PORTS.web,
    },
  };
}

/** `environment` is a label of the targets: external labels do not exist while rules are evaluated. */
function scrapeJob(environment: Environment, service: Service, job: Job): ScrapeJob {
  return {
    job: job.name,
    path: job.path,
    discovery: {
      kind: "kubernetes",
      namespace: namespaceIn(job, environment.name),
      app: job.name,
      port: job.port,
    },
    labels: { environment: environment.name, service: service.id },
  };
}
