import { defineService, type ServiceHead } from "../../parts/define-service";
import type { Service } from "../../slo/service";
import { saidOf, type Job } from "../../slo/telemetry";
import { partOf, type PartCall, type PartName } from "./part-calls";

/** Calls of parts, and a line for each job that another service declares as well. */
export interface Shared {
  readonly calls: readonly PartCall[];
  readonly said: readonly string[];
}

/** Parts of exporters that many services share, by job the field that says what differs. */
const SHARED: Partial<Readonly<Record<PartName, Readonly<Record<string, string>>>>> = {
  certificate: { "cert-manager": "job" },
  ingressNginx: { "ingress-nginx": "job" },
  kubernetesWorkload: { "kube-state-metrics": "stateMetrics", cadvisor: "cadvisor" },
  node: { "node-exporter": "job" },
};

/** A job is scraped once: what another service of the catalogue says of an exporter's is said of it here as well. */
export function withSharedJobs(
  calls: readonly PartCall[],
  head: ServiceHead,
  others: readonly Service[],
): Shared {
  const said: string[] = [];
  const shared = calls.map((call) => {
    const fields = SHARED[call.part] ?? {};
    const differs: Record<string, Partial<Job>> = {};
    for (const job of defineService(head, [partOf(call)]).telemetry.jobs) {
      const field = fields[job.name];
      const other = others.find(({ telemetry }) => telemetry.jobs.some(({ name }) => name === job.name));
      const theirs = other?.telemetry.jobs.find(({ name }) => name === job.name);
      if (field === undefined || theirs === undefined || saidOf(theirs) === saidOf(job)) {
        continue;
      }
      differs[field] = changes(job, theirs);
      said.push(
        `  job ${job.name}: what [${other?.id ?? ""}] says of it; where these are other targets, give [${field}] a name of its own in services/${head.id}/index.ts`,
      );
    }
    return { ...call, own: { ...call.own, ...differs } } as PartCall;
  });
  return { calls: shared, said };
}

function changes(job: Job, theirs: Job): Partial<Job> {
  const before = new Map<string, unknown>(Object.entries(job));
  return Object.fromEntries(Object.entries(theirs).filter(([key, value]) => before.get(key) !== value));
}
