import type { PlannedService } from "../../plan/monitoring-plan";
import {
  isCounted,
  isNative,
  labelSets,
  startsAtZero,
  type Counter,
  type Gauge,
  type Histogram,
  type Job,
  type Metric,
} from "../../slo/telemetry";
import { eventShares, failsIn, shareWithin } from "./distribution";
import type { Fault, PlayedFault, SlowFault } from "../../slo/incident";
import { distinctBy } from "../../slo/order";
import { hasLabels } from "./labels";

/** One series as it is exposed. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A series until the faults change; without a value it does not exist yet. */
interface Exposed {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: () => number | undefined;
}

/** Requests per second of a job that does not say how many it has. */
const DEFAULT_REQUESTS_PER_SECOND = 10;

/**
 * The systems as their telemetry contracts describe them: exactly those series, at their usual traffic, and what
 * faults make of it. Events flow evenly, so that a run is the same each time.
 */
export class Workload {
  private readonly counts = new Map<string, number>();
  private faults: readonly PlayedFault[] = [];
  /** Events per second of every series; they change with the faults only, and every scrape asks for them. */
  private flows: readonly (readonly [string, number])[] | undefined;
  /** What each target exposes, by its job and instance; it changes with the faults only, too. */
  private exposed = new Map<string, readonly Exposed[]>();
  private clock: number;

  /**
   * @param start seconds since the epoch at which every counter is 0
   * @param speed how many times faster than life the lab's clock runs
   */
  constructor(
    private readonly services: readonly PlannedService[],
    start: number,
    private readonly speed: number,
  ) {
    this.clock = start;
  }

  /** Puts faults in place of those that were there. */
  setFaults(faults: readonly PlayedFault[], now: number): void {
    this.advance(now);
    this.faults = faults;
    this.flows = undefined;
    this.exposed = new Map();
  }

  /** Lets the systems run until a time, in seconds since the epoch. */
  advance(now: number): void {
    const elapsed = Math.max(0, now - this.clock);
    this.clock = Math.max(this.clock, now);
    this.flows ??= this.targets().flatMap(({ job, instance }) => this.rates(job, instance));
    for (const [key, rate] of this.flows) {
      if (rate > 0 || this.counts.has(key)) {
        this.counts.set(key, (this.counts.get(key) ?? 0) + rate * elapsed);
      }
    }
  }

  /** Every target that there could be. */
  targets(): readonly { readonly service: string; readonly job: Job; readonly instance: number }[] {
    const owned = this.services.flatMap(({ id: service, jobs }) => jobs.map((job) => ({ service, job })));
    return distinctBy(owned, ({ job }) => job.name).flatMap(({ service, job }) =>
      Array.from({ length: job.instances }, (_, instance) => ({ service, job, instance })),
    );
  }

  /** Whether discovery knows the targets of a job. */
  isKnown(job: string): boolean {
    return !this.faults.some(({ fault }) => fault.targets?.job === job && fault.targets.up === "vanished");
  }

  /** Whether a target answers its scrapes. */
  isUp(job: string, instance: number): boolean {
    const fault = this.faults.find((played) => played.fault.targets?.job === job)?.fault.targets;
    return fault === undefined || (fault.up !== "vanished" && instance < fault.up);
  }

  /** What a target exposes now; a series that never counted anything does not exist unless its contract says so. */
  samples(job: string, instance: number): readonly Sample[] {
    const target = `${job} ${instance}`;
    const exposed = this.exposed.get(target) ?? this.exposedBy(job, instance);
    this.exposed.set(target, exposed);
    return exposed.flatMap(({ name, labels, value }) => {
      const now = value();
      return now === undefined ? [] : [{ name, labels, value: now }];
    });
  }

  private exposedBy(job: string, instance: number): readonly Exposed[] {
    const declared = this.metricsOf(job).flatMap((metric) => this.seriesUnderFaults(metric, instance));
    const strays = this.faults.flatMap(({ fault: { stray } }) =>
      stray?.job === job ? [{ name: stray.name, labels: stray.labels, value: () => 1 }] : [],
    );
    return [...declared, ...strays];
  }

  /** The series of a metric under the names that a fault leaves them, if any. */
  private seriesUnderFaults(metric: Metric, instance: number): readonly Exposed[] {
    const faults = this.faultsOf(metric);
    if (faults.some(({ vanished }) => vanished === metric.name)) {
      return [];
    }
    const series = metric.type === "gauge" ? this.gauge(metric, instance) : this.counted(metric, instance);
    const renamed = faults.find(({ renamedLabel }) => renamedLabel?.metric === metric.name)?.renamedLabel;
    return renamed === undefined
      ? series
      : series.map(({ labels: { [renamed.label]: value = "", ...labels }, ...rest }) => ({
          ...rest,
          labels: { ...labels, [renamed.to]: value },
        }));
  }

  /** Names of the native histograms of a job. */
  nativeHistograms(job: string): ReadonlySet<string> {
    return new Set(this.metricsOf(job).flatMap((metric) => (isNative(metric) ? [metric.name] : [])));
  }

  /** The metrics of a job; series that several services read are exposed once. */
  private metricsOf(job: string): readonly Metric[] {
    const all = this.services.flatMap(({ metrics }) => metrics.filter((metric) => metric.job.name === job));
    return distinctBy(all, identityOf);
  }

  /** What faults do to the metrics of a service; two services may use one name. */
  private faultsOf(metric: Metric): readonly Fault[] {
    const owners = this.services.filter(({ metrics }) =>
      metrics.some((own) => own.name === metric.name && identityOf(own) === identityOf(metric)),
    );
    return this.faults
      .filter(({ service }) => owners.some(({ id }) => id === service))
      .map(({ fault }) => fault);
  }

  private gauge(metric: Gauge, instance: number): readonly Exposed[] {
    const faults = this.faultsOf(metric);
    const odd = faults.some((fault) => instance === 0 && fault.disagreeing === metric.name) ? 1 : 0;
    const swings = faults.some((fault) => fault.swinging === metric.name);
    return labelSets(metric.labels).map((labels) => {
      const fault = faults.find(
        ({ gauge }) => gauge?.name === metric.name && hasLabels(labels, gauge.labels),
      );
      const level = (fault?.gauge?.value ?? metric.normal) + odd;
      if (swings) {
        return {
          name: metric.name,
          labels,
          value: () => level + (Math.floor((this.clock * this.speed) / 120) % 2),
        };
      }
      // What happened so long ago in life is as much nearer by the clock of the lab.
      const value = metric.timestamp === true ? () => this.clock - level / this.speed : () => level;
      return { name: metric.name, labels, value };
    });
  }

  private counted(metric: Counter | Histogram, instance: number): readonly Exposed[] {
    const beforeFirst = startsAtZero(metric) ? 0 : undefined;
    return this.seriesOf(metric).map(({ name, labels }) => {
      const key = keyOf(metric, instance, name, labels);
      const phase = metric.type === "counter" ? phaseOf(key) : 0;
      const value = (): number | undefined => {
        const count = this.counts.get(key) ?? beforeFirst;
        return count === undefined ? undefined : Math.floor(count + phase);
      };
      return { name, labels, value };
    });
  }

  private rates(job: Job, instance: number): readonly (readonly [string, number])[] {
    return this.metricsOf(job.name)
      .filter(isCounted)
      .flatMap((metric) =>
        this.seriesOf(metric).map(
          (series) =>
            [keyOf(metric, instance, series.name, series.labels), series.rate / job.instances] as const,
        ),
      );
  }

  /** The series of a metric with their events per second over all targets. */
  private seriesOf(
    metric: Counter | Histogram,
  ): readonly { name: string; labels: Readonly<Record<string, string>>; rate: number }[] {
    return metric.type === "counter"
      ? this.counterSeries(metric, this.perSecond(metric))
      : this.histogramSeries(metric, metric.job.requestsPerSecond ?? DEFAULT_REQUESTS_PER_SECOND);
  }

  /** What a contract counts by the day flows on the lab's clock, or an incident would have to wait for it. */
  private perSecond(counter: Counter): number {
    const fault = this.faultsOf(counter).find(
      (candidate) => candidate.counter?.name === counter.name,
    )?.counter;
    const declared = fault?.perSecond ?? counter.perSecond;
    return declared === undefined
      ? (counter.job.requestsPerSecond ?? DEFAULT_REQUESTS_PER_SECOND)
      : declared * this.speed;
  }

  private counterSeries(
    metric: Counter,
    total: number,
  ): readonly { name: string; labels: Readonly<Record<string, string>>; rate: number }[] {
    const faults = this.faultsOf(metric)
      .flatMap(({ errors }) => errors ?? [])
      .filter((errors) => failsIn(metric, errors));
    return eventShares(metric, faults).map(({ labels, share }) => ({
      name: metric.name,
      labels,
      rate: total * share,
    }));
  }

  private histogramSeries(
    metric: Histogram,
    total: number,
  ): readonly { name: string; labels: Readonly<Record<string, string>>; rate: number }[] {
    const faults = this.faultsOf(metric);
    const failing = faults.flatMap(({ errors }) => errors ?? []).filter((errors) => failsIn(metric, errors));
    const slowed = faults.flatMap(({ slow }) => slow ?? []).find((slow) => slows(slow, metric));
    const lost = faults.flatMap(({ lostBucket }) =>
      lostBucket?.histogram === metric.name ? [lostBucket.bound] : [],
    );
    const bounds = metric.bounds.filter((bound) => !lost.includes(bound));
    return eventShares(metric, failing).flatMap(({ labels, share }) => {
      const rate = total * share;
      const slow = slowed !== undefined && hasLabels(labels, slowed.among ?? {}) ? slowed : undefined;
      return [
        ...bounds.map((bound) => ({
          name: `${metric.name}_bucket`,
          labels: { ...labels, le: bound },
          rate: rate * shareWithin(Number(bound), metric.median, slow?.share ?? 0, slow?.median),
        })),
        { name: `${metric.name}_bucket`, labels: { ...labels, le: "+Inf" }, rate },
        { name: `${metric.name}_count`, labels, rate },
        { name: `${metric.name}_sum`, labels, rate: rate * metric.median },
      ];
    });
  }
}

function slows({ job, histogram }: SlowFault, metric: Histogram): boolean {
  return job === metric.job.name && (histogram === undefined || histogram === metric.name);
}

function identityOf({ name, job, labels }: Metric): string {
  return JSON.stringify([name, job.name, labels]);
}

function keyOf(
  metric: Metric,
  instance: number,
  name: string,
  labels: Readonly<Record<string, string>>,
): string {
  return JSON.stringify([metric.job.name, instance, name, labels]);
}

/**
 * A part of an event, different for each series. Whole numbers are exposed, and rare events of series that flow
 * alike would otherwise all be counted in the same second, as a burst that nobody caused.
 */
function phaseOf(key: string): number {
  const sum = Array.from(key).reduce((all, letter) => (all * 31 + letter.charCodeAt(0)) % 9_973, 7);
  return sum / 9_973;
}
