import type { Discovery, MonitoringPlan, ScrapeJob, ScrapePlan } from "../../plan/monitoring-plan";
import { ALERTS, SELF } from "../../plan/names";
import { toYaml } from "../file-set";
import { moduleName } from "./blackbox";
import { remoteWriteConfig } from "./remote-write";

/** `prometheus.yml` of a plan. Source: Prometheus docs, "Configuration". */
export function prometheusConfig({ scrape, platform: { remoteWrite = [] } }: MonitoringPlan): string {
  return toYaml({
    global: {
      scrape_interval: scrape.interval,
      scrape_timeout: scrape.timeout,
      evaluation_interval: scrape.evaluationInterval,
      external_labels: scrape.externalLabels,
    },
    rule_files: ["rules/*.yml"],
    alerting: {
      alert_relabel_configs: [
        heartbeatOfEach(),
        { action: "labeldrop", regex: scrape.dropFromAlerts.join("|") },
      ],
      alertmanagers: [discovery(scrape.alertmanagers)],
    },
    scrape_configs: scrape.jobs.map((job) => scrapeConfig(job, zeroIngestion(scrape))),
    ...(remoteWrite.length === 0 ? {} : { remote_write: remoteWrite.map(remoteWriteConfig) }),
  });
}

/** Flags of the features that the jobs need. Source: Prometheus docs, "Feature flags". */
export function featureFlags(scrape: ScrapePlan): readonly string[] {
  return zeroIngestion(scrape) ? ["--enable-feature=created-timestamp-zero-ingestion"] : [];
}

/** Whether the server stores a 0 where a series was created. It does so for all jobs or for none. */
function zeroIngestion({ jobs }: ScrapePlan): boolean {
  return jobs.some(({ createdTimestamps }) => createdTimestamps === true);
}

/**
 * Formats that have created timestamps, and formats that have none: what a job begins with is counted by its rules or by
 * the server, and never by both.
 */
export const PROTOCOLS = {
  created: ["PrometheusProto", "OpenMetricsText1.0.0"],
  uncreated: ["PrometheusText1.0.0", "PrometheusText0.0.4"],
} as const;

/**
 * A server that has gone blind ends its heartbeat, for a quarter of an hour again and again. Without a name of its own
 * it would end that of its peers, which are well.
 */
function heartbeatOfEach(): object {
  return {
    source_labels: ["alertname", "service", "replica"],
    regex: `${ALERTS.heartbeat};${SELF.service};(.+)`,
    target_label: "instance",
  };
}

function scrapeConfig(job: ScrapeJob, zeroIngestion: boolean): object {
  const { relabel_configs: found = [], ...rest } = discovery(job.discovery);
  const labels = Object.entries(job.labels).map(([label, value]) => ({
    target_label: label,
    replacement: value,
  }));
  return {
    job_name: job.job,
    metrics_path: job.path,
    ...(zeroIngestion
      ? { scrape_protocols: PROTOCOLS[job.createdTimestamps === true ? "created" : "uncreated"] }
      : {}),
    ...(job.histograms === undefined ? {} : { scrape_native_histograms: true }),
    ...(job.histograms === "converted" ? { convert_classic_histograms_to_nhcb: true } : {}),
    ...(job.probe === undefined
      ? {}
      : { params: { module: [moduleName(job.probe.module)], target: [job.probe.address] } }),
    ...rest,
    relabel_configs: [
      ...found,
      // What was asked is the instance, not who asked.
      ...(job.probe === undefined ? [] : [{ target_label: "instance", replacement: job.probe.address }]),
      ...labels,
    ],
  };
}

interface DiscoveryConfig {
  readonly kubernetes_sd_configs?: readonly object[];
  readonly http_sd_configs?: readonly object[];
  readonly relabel_configs?: readonly object[];
}

/** Pods by name and named port; the pod's name is the instance, which stays readable in an alert. */
function discovery(source: Discovery): DiscoveryConfig {
  if (source.kind === "http") {
    return { http_sd_configs: [{ url: source.url, refresh_interval: source.refreshInterval }] };
  }
  const keep = (label: string, regex: string): object => ({ action: "keep", source_labels: [label], regex });
  return {
    kubernetes_sd_configs: [{ role: "pod", namespaces: { names: [source.namespace] } }],
    relabel_configs: [
      keep("__meta_kubernetes_pod_label_app_kubernetes_io_name", source.app),
      keep("__meta_kubernetes_pod_container_port_name", source.port),
      keep("__meta_kubernetes_pod_phase", "Running"),
      { source_labels: ["__meta_kubernetes_pod_name"], target_label: "instance" },
    ],
  };
}
