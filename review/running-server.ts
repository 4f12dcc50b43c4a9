import { homeOf, type MonitoringPlan } from "../plan/monitoring-plan";
import { countName, isAlwaysThere } from "../slo/telemetry";

/** A rule group as a server has loaded it; times in seconds. */
export interface LoadedGroup {
  readonly name: string;
  readonly interval: number;
  readonly evaluationTime: number;
  readonly rules: readonly { readonly name: string; readonly health: string; readonly lastError: string }[];
}

/** A target as a server scrapes it. */
export interface RunningTarget {
  /** What it was found by, e.g. `podMonitor/monitoring/api/0`. */
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly health: string;
  readonly lastError: string;
}

/** What a running Prometheus says of itself. Source: Prometheus docs, "HTTP API". */
export interface RunningServer {
  readonly version: string;
  /** By time, by size or both: `5w or 80GiB`. */
  readonly retention: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly externalLabels: Readonly<Record<string, string>>;
  readonly alertmanagers: number;
  /** Series of the last hours. */
  readonly series: number;
  readonly groups: readonly LoadedGroup[];
  readonly targets: readonly RunningTarget[];
  /** Names of the labels that series of the last hour have, by selector; none where there are no series. */
  readonly labels: ReadonlyMap<string, readonly string[]>;
}

/** A metric of the contract of a service, and which series it is. */
export interface ContractedMetric {
  readonly service: string;
  readonly name: string;
  readonly declared: readonly string[];
  /** Whether it has series as long as a target answers. */
  readonly always: boolean;
  readonly selector: string;
}

/** What a server is asked for: every metric of the services whose records it keeps. */
export function contractedMetrics(plan: MonitoringPlan): readonly ContractedMetric[] {
  const home = homeOf(plan);
  return plan.services
    .filter(({ backend }) => backend.metrics === home)
    .flatMap(({ id, metrics }) =>
      metrics.map((metric) => ({
        service: id,
        name: metric.name,
        declared: Object.keys(metric.labels),
        always: isAlwaysThere(metric),
        selector: `${countName(metric)}{job="${metric.job.name}"}`,
      })),
    );
}
