import type { Duration } from "../slo/duration";

/** Names of recorded series and labels, in one place: rules, dashboards, tests and the lab read them from here. */
export const RECORDS = {
  /** Per target: events in first samples, which windows of this length do not see. */
  born: (side: SliSide, window: Duration): string => `slo:sli_${side}:born${window}:target`,
  /** Per series: the first sample of one that appeared. */
  began: (side: SliSide): string => `slo:sli_${side}:began`,
  /** Per series: the value that one which disappeared would go on from, 0 after a restart. */
  ended: (side: SliSide): string => `slo:sli_${side}:ended`,
  targetRate: (base: Duration): string => `slo:sli_total:rate${base}:target`,
  targetSum: "slo:sli_total:sum:target",
  rate: (side: SliSide, base: Duration): string => `slo:sli_${side}:rate${base}`,
  increase: (side: SliSide, window: Duration): string => `slo:sli_${side}:increase${window}`,
  sampled: (side: SliSide, window: Duration, sampling: Duration): string =>
    `slo:sli_${side}:increase${window}:sampled${sampling}`,
  sum: (side: SliSide, window: Duration): string => `slo:sli_${side}:sum${window}`,
  /** As `increase`, with the events of planned maintenance. */
  increaseOfAll: (side: SliSide, window: Duration): string => `slo:sli_${side}:increase${window}:all`,
  /** Events of planned maintenance, which the error budget leaves out. */
  excluded: (side: SliSide, window: Duration, sampling: Duration): string =>
    `slo:sli_${side}:increase${window}:excluded${sampling}`,
  /** As `ratio`, with the events of planned maintenance. */
  ratioOfAll: (window: Duration): string => `slo:sli_error:ratio${window}:all`,
  ratio: (window: Duration): string => `slo:sli_error:ratio${window}`,
  budgetRemaining: "slo:error_budget:remaining_ratio",
  coverage: "slo:window:coverage_ratio",
  /** As `ratio` and `budgetRemaining`, over all clusters. */
  ratioOfClusters: (window: Duration): string => `slo:sli_error:ratio${window}:clusters`,
  budgetRemainingOfClusters: "slo:error_budget:remaining_ratio:clusters",
  /** 1 in every evaluation in which a gauge is on the wrong side, else 0. */
  slice: "slo:sli_bad:slice",
  /** Events per second of what an anomaly alert watches; the label `anomaly` holds the name of the alert. */
  anomaly: (window: Duration): string => `anomaly:event_rate:rate${window}`,
  /** What alerts on shares of bad events count; the label `alert` holds the name of the first that reads it. */
  counted: (side: "bad" | "total", window: Duration): string => `alert:${side}_events:increase${window}`,
  /** When this server last scraped a Prometheus and stored what it got, in seconds since the epoch. */
  lastScrape: "prometheus:last_scrape:timestamp_seconds",
} as const;

/** Errors and totals are recorded apart and divided last; `good` is the fast side of a latency SLI. */
export type SliSide = "error" | "total" | "good";

/** Names of the alerts that are generated, not declared. */
export const ALERTS = {
  burn: "HighErrorBudgetBurnRate",
  ticket: "ErrorBudgetBurnTicket",
  budget: "LowErrorBudget",
  budgetCaution: "ErrorBudgetCaution",
  budgetExhausting: "ErrorBudgetExhausting",
  dataMissing: "SLIDataMissing",
  bucketMissing: "SLOBucketMissing",
  outsideContract: "SLIOutsideContract",
  alertOutsideContract: "AlertOutsideContract",
  heartbeat: "Watchdog",
  unknownSeverity: "UnknownSeverity",
} as const;

/** The service under which the monitoring watches itself. */
export const SELF = { service: "tocsin", team: "platform", dashboard: "monitoring" } as const;

/** The label `service` of targets that several services read. */
export const SHARED = "shared";

/** The data source that every dashboard reads; whoever provisions it gives it this uid. */
export const DATA_SOURCE = { name: "Tocsin", type: "prometheus", uid: "tocsin-prometheus" } as const;

/** The data source of what Google Managed Prometheus keeps; the dashboards of such a service read it instead. */
export const GMP_DATA_SOURCE = { name: "Tocsin GMP", uid: "tocsin-gmp" } as const;

/** The data source of what a bucket keeps for years; dashboards ask it when it is chosen there. */
export const LONG_TERM_DATA_SOURCE = { name: "Tocsin long term", uid: "tocsin-long-term" } as const;

/** Tag by which dashboards find each other. */
export const DASHBOARD_TAG = "tocsin";

/**
 * The dimensions that every SLI keeps, and every alert has: labels of the targets, because external labels do not
 * exist while rules are evaluated. Two productions share the environment and differ in the cluster.
 */
export const DIMENSIONS = ["cluster", "environment"] as const;

/** Where something runs: a value for every dimension. */
export type Place = Readonly<Record<(typeof DIMENSIONS)[number], string>>;

/** Names of what the stack runs in the cluster: workloads, Services and the label `app.kubernetes.io/name`. */
export const PROGRAMS = {
  prometheus: "prometheus",
  alertmanager: "alertmanager",
  blackbox: "blackbox-exporter",
  runbooks: "runbooks",
  sidecar: "thanos-sidecar",
  store: "thanos-store",
  compactor: "thanos-compactor",
  query: "thanos-query",
  queryFrontend: "thanos-query-frontend",
  ruler: "thanos-ruler",
  digest: "digest",
} as const;

/** Where the runbook site answers with what a scrape can read; no address of a runbook begins like this. */
export const RUNBOOK_METRICS = "/-/metrics";

/** Ports of the two servers, in the cluster and on their Services. */
export const WEB_PORTS = { prometheus: 9090, alertmanager: 9093 } as const;

/** Ports of every program of Thanos. Source: its `--http-address` and `--grpc-address`. */
export const THANOS_PORTS = { web: 10902, grpc: 10901 } as const;

/** Names of container ports. */
export const PORTS = {
  web: "web",
  mesh: "mesh",
  metrics: "metrics",
  grpc: "grpc",
  sidecar: "sidecar",
} as const;
