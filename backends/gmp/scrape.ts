import type { MonitoringPlan, ScrapeJob, ScrapePlan } from "../../plan/monitoring-plan";
import { DIMENSIONS } from "../../plan/names";
import { jobsOn } from "../binding";
import { metadata, selector } from "../kubernetes/object";
import { API_VERSION, type PodMonitoring } from "./object";

/** How Google scrapes the jobs of its services; named as the job, since that name becomes the label. */
export function podMonitorings(plan: MonitoringPlan): readonly PodMonitoring[] {
  return jobsOn(plan, "gmp").flatMap((job) => podMonitoring(job, plan.scrape));
}

function podMonitoring(
  { job, path, discovery, labels, probe }: ScrapeJob,
  { interval, timeout }: ScrapePlan,
): readonly PodMonitoring[] {
  if (discovery.kind !== "kubernetes" || probe !== undefined) {
    return [];
  }
  // The place is a label by the settings of the cluster: what is scraped cannot add it to `up`.
  const own = Object.entries(labels).filter(
    ([label]) => !DIMENSIONS.some((dimension) => dimension === label),
  );
  return [
    {
      apiVersion: API_VERSION,
      kind: "PodMonitoring",
      metadata: metadata(job, discovery.namespace, job, "scraping"),
      spec: {
        selector: { matchLabels: selector(discovery.app) },
        endpoints: [
          {
            port: discovery.port,
            path,
            interval,
            timeout,
            metricRelabeling: own.map(([targetLabel, replacement]) => ({
              action: "replace",
              targetLabel,
              replacement,
            })),
          },
        ],
        targetLabels: { metadata: ["pod"] },
      },
    },
  ];
}
