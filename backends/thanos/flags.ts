import type { LongTermHub, PlannedLongTerm } from "../../plan/long-term";
import type { OwnPlan } from "../../plan/monitoring-plan";
import { PROGRAMS, THANOS_PORTS, WEB_PORTS } from "../../plan/names";
import { bytesOf } from "../../plan/quantity";
import { OBJECT_STORE_FILE } from "./object-store";

/** Where pods of Thanos have their files. */
export const FOLDERS = { config: "/etc/thanos", data: "/var/thanos", rules: "/etc/thanos-rules" } as const;

/** Where Prometheus has its samples, in its pod. */
export const TSDB = "/prometheus";

/** The external label that tells replicas of one server apart. */
const REPLICA = "replica";

/**
 * What a sidecar asks of its Prometheus: blocks are uploaded as they are written, and compacting is left to the compactor, or
 * both would do it. Source: Thanos docs, "Sidecar".
 */
export function blockFlags(longTerm: PlannedLongTerm | undefined): readonly string[] {
  return longTerm === undefined
    ? []
    : ["--storage.tsdb.min-block-duration=2h", "--storage.tsdb.max-block-duration=2h"];
}

const STORE_CONFIG = `--objstore.config-file=${FOLDERS.config}/${OBJECT_STORE_FILE}`;
const WEB = `--http-address=:${THANOS_PORTS.web}`;
const GRPC = `--grpc-address=:${THANOS_PORTS.grpc}`;
const DATA = `--data-dir=${FOLDERS.data}`;

export function sidecarArgs(): readonly string[] {
  return [
    "sidecar",
    `--prometheus.url=http://127.0.0.1:${WEB_PORTS.prometheus}`,
    // A log of two hours may take minutes to read.
    "--prometheus.ready_timeout=15m",
    `--tsdb.path=${TSDB}`,
    STORE_CONFIG,
    WEB,
    GRPC,
  ];
}

/** Half of the memory may hold chunks, and a quarter the index; the defaults are larger than the pod. */
export function storeArgs({ store }: LongTermHub): readonly string[] {
  const memory = bytesOf(store.resources.memory) ?? 0n;
  const megabytes = (bytes: bigint): string => `${bytes / 1024n ** 2n}MB`;
  return [
    "store",
    DATA,
    STORE_CONFIG,
    `--chunk-pool-size=${megabytes(memory / 2n)}`,
    `--index-cache-size=${megabytes(memory / 4n)}`,
    WEB,
    GRPC,
  ];
}

/**
 * One at a time for each bucket: two would write the same blocks. What is marked goes after two days, when every store
 * gateway has its successor. Source: Thanos docs, "Compactor".
 */
export function compactorArgs({ retention }: LongTermHub): readonly string[] {
  return [
    "compact",
    "--wait",
    DATA,
    STORE_CONFIG,
    `--retention.resolution-raw=${retention.raw}`,
    `--retention.resolution-5m=${retention.fiveMinutes}`,
    `--retention.resolution-1h=${retention.oneHour}`,
    "--delete-delay=48h",
    WEB,
  ];
}

/** What one replica has missed another one has; a store that does not answer is said to be missing, and not waited for. */
export function queryArgs({ endpoints, clusters }: LongTermHub, namespace: string): readonly string[] {
  const inCluster = [PROGRAMS.sidecar, PROGRAMS.store, ...(clusters.length === 0 ? [] : [PROGRAMS.ruler])];
  return [
    "query",
    `--query.replica-label=${REPLICA}`,
    "--query.auto-downsampling",
    // A value of one moment may sum up years, of which the samples as they were scraped are gone.
    "--query.instant.default.max_source_resolution=1h",
    "--query.partial-response",
    "--query.timeout=2m",
    "--store.response-timeout=30s",
    ...inCluster.map((name) => `--endpoint=dns+${name}.${namespace}.svc:${THANOS_PORTS.grpc}`),
    ...endpoints.map((endpoint) => `--endpoint=dns+${endpoint}`),
    WEB,
    GRPC,
  ];
}

/** Answers that are kept; what is younger may still change, and is asked anew. */
const ANSWERS = "type: IN-MEMORY\nconfig:\n  max_size: 64MB\n  validity: 12h\n";

export function queryFrontendArgs(namespace: string): readonly string[] {
  return [
    "query-frontend",
    `--query-frontend.downstream-url=http://${PROGRAMS.query}.${namespace}.svc:${THANOS_PORTS.web}`,
    "--query-range.split-interval=24h",
    "--query-range.max-retries-per-request=3",
    `--query-range.response-cache-config=${ANSWERS}`,
    "--query-frontend.compress-responses",
    "--query-frontend.log-queries-longer-than=10s",
    WEB,
  ];
}

/**
 * It records, and tells nobody: every alert is evaluated beside the samples that it reads. Labels tell its series from those
 * of every Prometheus.
 */
export function rulerArgs({ environment, platform }: OwnPlan): readonly string[] {
  return [
    "rule",
    DATA,
    STORE_CONFIG,
    `--rule-file=${FOLDERS.rules}/*.yml`,
    `--query=http://${PROGRAMS.query}.${platform.kubernetes.namespace}.svc:${THANOS_PORTS.web}`,
    `--label=environment="${environment.name}"`,
    `--label=ruler="${environment.stack}"`,
    "--tsdb.retention=2d",
    WEB,
    GRPC,
  ];
}
