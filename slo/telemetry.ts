import type { Duration } from "./duration";
import { sortedBy } from "./order";
import { matchesWhole } from "./regexp";

/** Allowed values per label; the workload of the lab exposes these and no others. */
export type LabelValues = Readonly<Record<string, readonly string[]>>;

/** Labels that every target has of its own: Prometheus keeps them, whatever a program exposes. */
export const TARGET_LABELS = ["cluster", "environment", "instance", "job", "service"] as const;

export function isOfTarget(label: string): boolean {
  return TARGET_LABELS.some((own) => own === label);
}

/** A group of targets that Prometheus scrapes under one `job` label. */
export interface Job {
  /** Value of the `job` label, and of the Kubernetes label `app.kubernetes.io/name` of its pods. */
  readonly name: string;
  /**
   * Value of `app.kubernetes.io/name` where its pods have another name, since it is one of several programs in them.
   * @default - its name
   */
  readonly app?: string;
  /** Kubernetes namespace per environment, with `<environment>` for its name: `shop-<environment>`. */
  readonly namespace: string;
  /** Name of the container port that serves metrics. */
  readonly port: string;
  readonly path: string;
  /** Targets in normal operation; the lab plays so many. */
  readonly instances: number;
  /** Requests per second over all targets in normal operation, where the job serves requests. */
  readonly requestsPerSecond?: number;
  /**
   * Its counters and histograms are exposed with the time at which each series was created: protobuf, or `_created` in
   * OpenMetrics 1.0. Prometheus then stores a 0 at that time, so that `rate` sees all of a series that begins with its
   * first event. Where it is said of a program that has none, first events are lost.
   * Source: Prometheus docs, "Feature flags", `created-timestamp-zero-ingestion`.
   * @default false
   */
  readonly createdTimestamps?: boolean;
  /** The targets are addresses that the blackbox exporter asks, instead of pods: `up` is the exporter's own. */
  readonly probe?: Probe;
}

/** A request that is made from outside, as a client would. Source: blackbox_exporter, `http` prober. */
export interface Probe {
  /** `http-2xx` wants a status of 200 to 299 within the timeout. */
  readonly module: "http-2xx";
  /** An address with `<environment>` for its name. */
  readonly address: string;
  /** The job whose targets answer, where it is scraped as well: its outage explains that nobody does. No probe of a probe. */
  readonly of?: Omit<Job, "probe">;
}

/** A text that is the same for jobs of which the same is said, in whatever order. */
export function saidOf(job: Job): string {
  return JSON.stringify(job, (_key, value: unknown) =>
    typeof value === "object" && value !== null
      ? Object.fromEntries(sortedBy(Object.entries(value), ([key]) => key))
      : value,
  );
}

/** A declared text that has `<environment>` for the name of an environment. */
export function inEnvironment(text: string, environment: string): string {
  return text.replaceAll("<environment>", environment);
}

/** What a probe asks in an environment. */
export function probeAddress(probe: Probe, environment: string): string {
  return inEnvironment(probe.address, environment);
}

/** The label `app.kubernetes.io/name` of a job's pods. */
export function appOf({ app, name }: Job): string {
  return app ?? name;
}

/** The namespace of a job's pods in an environment. */
export function namespaceIn(job: Job, environment: string): string {
  return inEnvironment(job.namespace, environment);
}

interface MetricBase<L extends LabelValues> {
  readonly name: string;
  readonly help: string;
  readonly job: Job;
  readonly labels: L;
  /** True where no document names the metric and its name follows Prometheus' conventions. */
  readonly assumed?: boolean;
}

/** A counter; `initialisedToZero` says that every series exists from the start of its process. */
export interface Counter<L extends LabelValues = LabelValues> extends MetricBase<L> {
  readonly type: "counter";
  readonly initialisedToZero: boolean;
  /**
   * Events per second over all targets and series in normal operation.
   * @default - the job's requests per second
   */
  readonly perSecond?: number;
  /**
   * How events spread over the values of a label in normal operation, as shares of 1; what is left goes to the first
   * value that is not named, and without an entry all values are alike (statuses have usual shares of their own).
   */
  readonly usual?: { readonly [K in keyof L]?: Readonly<Record<string, number>> };
}

/** A gauge and the value that it has in normal operation. */
export interface Gauge<L extends LabelValues = LabelValues> extends MetricBase<L> {
  readonly type: "gauge";
  readonly normal: number;
  /**
   * Its value is a time, in seconds since the epoch, such as that of the last success; `normal` is how many seconds ago
   * that usually is, below 0 where it is to come.
   * @default false
   */
  readonly timestamp?: boolean;
}

/** A histogram; `bounds` are exact decimals in the unit of its name, without +Inf. */
export interface Histogram<L extends LabelValues = LabelValues> extends MetricBase<L> {
  readonly type: "histogram";
  /** Of a native histogram those by which the lab plays it and examples are told. */
  readonly bounds: readonly string[];
  /**
   * Prometheus stores it as one series of its name, and no series for each bound.
   * Source: Prometheus docs, "Native histograms".
   * @default false
   */
  readonly native?: boolean;
  readonly initialisedToZero: boolean;
  /** Median in normal operation, in the unit of its name. */
  readonly median: number;
  /** As of a counter: how events spread over the values of a label in normal operation. */
  readonly usual?: { readonly [K in keyof L]?: Readonly<Record<string, number>> };
}

export type Metric = Counter | Gauge | Histogram;

/** Whether a metric counts events. */
export function isCounted(metric: Metric): metric is Counter | Histogram {
  return metric.type !== "gauge";
}

/** Whether a metric is a native histogram. */
export function isNative(metric: Metric): metric is Histogram & { readonly native: true } {
  return metric.type === "histogram" && metric.native === true;
}

/** The name of the series that count the events of a metric; a gauge and a native histogram have but one. */
export function countName(metric: Metric): string {
  return metric.type === "histogram" && !isNative(metric) ? `${metric.name}_count` : metric.name;
}

/** Whether every series begins with a sample of 0, which the program exposes or the server stores. */
export function startsAtZero({ initialisedToZero, job }: Counter | Histogram): boolean {
  return initialisedToZero || job.createdTimestamps === true;
}

/** Whether a metric has series as long as a target answers. */
export function isAlwaysThere(metric: Metric): boolean {
  return !isCounted(metric) || startsAtZero(metric);
}

/** What a service exposes: the only metrics that its SLIs, alerts and dashboards may use. */
export interface TelemetryContract {
  readonly jobs: readonly Job[];
  readonly metrics: readonly Metric[];
  /** Where the contract says so, a scrape interval other than the environment's. */
  readonly scrapeInterval?: Duration;
}

/** A condition on one label. `=~` takes a whole value and is RE2, as in Prometheus. */
export interface LabelMatch {
  readonly label: string;
  readonly op: "=" | "!=" | "=~" | "!~";
  readonly value: string;
}

type MatchesOf<L extends LabelValues> = {
  readonly [K in keyof L]?: string | readonly [LabelMatch["op"], string];
};

/**
 * Conditions on the labels of a metric. A label that the metric does not have is a compile error.
 * `where(requests, { status: ["=~", "5.."] })`
 */
export function where<L extends LabelValues>(
  metric: { readonly labels: L; readonly name?: string },
  matches: MatchesOf<L>,
): LabelMatch[] {
  // One that is not a label of it stays, so that validation finds it: a condition that went would select everything.
  const labels = [...new Set([...Object.keys(metric.labels), ...Object.keys(matches)])];
  return labels.flatMap((label) => {
    const match = Object.hasOwn(matches, label) ? matches[label] : undefined;
    if (match === undefined) {
      return [];
    }
    const [op, value] = typeof match === "string" ? (["=", match] as const) : match;
    const condition: LabelMatch = { label, op, value };
    if (metric.name !== undefined) {
      ORIGINS.set(condition, metric.name);
    }
    return [condition];
  });
}

/** Beside the conditions and not in them: two that select the same are the same, whoever wrote them. */
const ORIGINS = new WeakMap<LabelMatch, string>();

/** The metric that a condition was written for with `where`; undefined where it was written by hand. */
export function writtenFor(match: LabelMatch): string | undefined {
  return ORIGINS.get(match);
}

/** Whether a label value satisfies a match, as Prometheus sees it. @throws Error for what is no regular expression */
export function matchesValue(match: LabelMatch, value: string): boolean {
  switch (match.op) {
    case "=":
      return value === match.value;
    case "!=":
      return value !== match.value;
    case "=~":
      return matchesWhole(match.value, value);
    case "!~":
      return !matchesWhole(match.value, value);
  }
}

const STATUS = /^[1-5]\d\d$/;

/**
 * A regular expression of the values that a contract allows, as Prometheus anchors it. HTTP statuses are one family:
 * a 304 that nobody declared is a status all the same, and `server_error` is none.
 */
export function allowedValues(values: readonly string[]): string {
  return values.every((value) => STATUS.test(value))
    ? "[1-5][0-9][0-9]"
    : values.map((value) => value.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|");
}

/** Every combination of allowed label values, in a stable order. */
export function labelSets(labels: LabelValues): readonly Readonly<Record<string, string>>[] {
  return Object.entries(labels).reduce<readonly Readonly<Record<string, string>>[]>(
    (sets, [label, values]) => sets.flatMap((set) => values.map((value) => ({ ...set, [label]: value }))),
    [{}],
  );
}

/** Labels of the first series that conditions pick, without those of which they say nothing. */
export function firstPicked(
  metric: Metric,
  where: readonly LabelMatch[] = [],
): Readonly<Record<string, string>> {
  const named = new Set(where.map(({ label }) => label));
  const labels = Object.fromEntries(Object.entries(metric.labels).filter(([label]) => named.has(label)));
  return (
    labelSets(labels).find((set) => where.every((match) => matchesValue(match, set[match.label] ?? ""))) ?? {}
  );
}
