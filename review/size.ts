import type { IPodSpec } from "kubernetes-models/v1";
import { allObjects, clusterObjects } from "../backends/kubernetes/cluster";
import type { KubernetesObject } from "../backends/kubernetes/object";
import { isHub, type LongTermSettings } from "../plan/long-term";
import { homeOf, runsServers, type MonitoringPlan } from "../plan/monitoring-plan";
import { bytesOf, milliCpuOf } from "../plan/quantity";
import { ratioOf, type Duration } from "../slo/duration";
import { expectedVolume, managedCosts, type MonthlyCost, type Price, type Volume } from "./volume";

/**
 * What a Prometheus takes of a series in memory, with what rules and queries need besides, and what a sample is on disk: measured
 * with Prometheus 2.42 to 3.15 at 100,000 and 400,000 series.
 */
const BYTES = { base: 60_000_000, ofSeries: 4_000, ofSample: 1.5 } as const;

/** A peak of queries, and a log that is read again after a restart. */
const MEMORY_RESERVE = 2;
/** Of the volume, what the server fills by itself; the log and a block in the making come on top. */
const DISK_SHARE = 0.8;
/** Sum, count, least, greatest and the value of a counter of each step that samples are thinned out to. */
const AGGREGATES = 5;

/** What is there or needed, in bytes. */
export interface Bytes {
  readonly needed: number;
  /** Absent: somebody else runs it. */
  readonly configured?: number;
}

/** Everything that pods ask for together. */
interface Reserved {
  readonly pods: number;
  readonly milliCpu: number;
  readonly memory: number;
  readonly disk: number;
}

/** What an environment takes. */
export interface Size extends Volume {
  /** Of each Prometheus. */
  readonly memory: Bytes;
  readonly disk: Bytes;
  /** Bytes of this cluster in the object store, once its retention is over; absent where there is none. */
  readonly bucket?: number;
  readonly reserved: Reserved;
  /** Kubernetes objects of the stack. */
  readonly objects: number;
  /** Each month, by what it is for. */
  readonly costs: readonly MonthlyCost[];
  /** What has no price in the repository. */
  readonly unpriced: readonly string[];
}

/** What a month costs, by what is paid for; from the repository, since prices are agreed upon. */
export interface SizePrices {
  readonly gmp?: Price | undefined;
  readonly cluster?:
    | {
        readonly perCore: number;
        readonly perGiBMemory: number;
        readonly perGiBDisk: number;
        readonly currency: string;
      }
    | undefined;
  readonly bucket?: { readonly perGiB: number; readonly currency: string } | undefined;
}

/** The size of an environment, as its contracts and its configuration declare it. */
export function sizeOf(plan: MonitoringPlan, prices: SizePrices): Size {
  const home = homeOf(plan);
  const volume = expectedVolume(plan, ({ backend }) => backend.metrics === home);
  const objects = allObjects(clusterObjects(plan));
  const reserved = objects.map(reservedBy).reduce(sum, { pods: 0, milliCpu: 0, memory: 0, disk: 0 });
  const { longTerm } = plan.platform;
  const bucket = longTerm === undefined ? undefined : bucketBytes(plan, longTerm, volume);
  const own = [
    ...clusterCosts(reserved, prices),
    ...(bucket === undefined || prices.bucket === undefined
      ? []
      : [
          {
            of: "bucket",
            currency: prices.bucket.currency,
            amount: gibibytes(bucket) * prices.bucket.perGiB,
          },
        ]),
  ];
  const managed = managedCosts(plan, { gmp: prices.gmp });
  return {
    ...volume,
    ...neededOf(plan, volume),
    ...(bucket === undefined ? {} : { bucket }),
    reserved,
    objects: objects.length,
    costs: [...own, ...managed.costs],
    unpriced: [
      ...(prices.cluster === undefined ? ["cluster"] : []),
      ...(bucket !== undefined && prices.bucket === undefined ? ["bucket"] : []),
      ...managed.unpriced,
    ],
  };
}

/** What of a size is less than what is needed, as a sentence each. */
export function tooSmall({ memory, disk }: Size): readonly ("disk" | "memory")[] {
  const short = ({ needed, configured }: Bytes): boolean => configured !== undefined && configured < needed;
  return [...(short(memory) ? (["memory"] as const) : []), ...(short(disk) ? (["disk"] as const) : [])];
}

export function gibibytes(bytes: number): number {
  return bytes / 1024 ** 3;
}

function neededOf(plan: MonitoringPlan, { series, samplesPerSecond }: Volume): Pick<Size, "disk" | "memory"> {
  const { resources, storage } = plan.platform.prometheus;
  const configured = (text: string | undefined): Pick<Bytes, "configured"> =>
    text === undefined ? {} : { configured: Number(bytesOf(text) ?? 0n) };
  return {
    memory: {
      needed: MEMORY_RESERVE * (BYTES.base + series * BYTES.ofSeries),
      ...configured(resources?.memory),
    },
    disk: {
      needed: keptBytes(samplesPerSecond, plan.scrape.retention) / DISK_SHARE,
      ...configured(storage?.claims ?? storage?.size),
    },
  };
}

function keptBytes(samplesPerSecond: number, retention: Duration): number {
  return samplesPerSecond * BYTES.ofSample * ratioOf(retention, "1s");
}

/** Every replica writes blocks of its own; those of another stack are in its own size. */
function bucketBytes(plan: MonitoringPlan, longTerm: LongTermSettings, volume: Volume): number | undefined {
  if (!isHub(longTerm) || !runsServers(plan)) {
    return undefined;
  }
  const { raw, fiveMinutes, oneHour } = longTerm.hub.retention;
  const thinned = (step: Duration, kept: Duration): number =>
    keptBytes((volume.series * AGGREGATES) / ratioOf(step, "1s"), kept);
  const ofReplica =
    keptBytes(volume.samplesPerSecond, raw) + thinned("5m", fiveMinutes) + thinned("1h", oneHour);
  return ofReplica * plan.platform.prometheus.replicas;
}

function clusterCosts({ milliCpu, memory, disk }: Reserved, { cluster }: SizePrices): readonly MonthlyCost[] {
  if (cluster === undefined) {
    return [];
  }
  const { currency, perCore, perGiBDisk, perGiBMemory } = cluster;
  const amount =
    (milliCpu / 1_000) * perCore + gibibytes(memory) * perGiBMemory + gibibytes(disk) * perGiBDisk;
  return [{ of: "cluster", currency, amount }];
}

function reservedBy(object: KubernetesObject): Reserved {
  if (object.kind !== "StatefulSet" && object.kind !== "Deployment") {
    return { pods: 0, milliCpu: 0, memory: 0, disk: 0 };
  }
  const pods = object.spec?.replicas ?? 1;
  const pod = object.spec?.template.spec;
  const claims = object.kind === "StatefulSet" ? (object.spec?.volumeClaimTemplates ?? []) : [];
  const disks = [
    ...claims.map(({ spec }) => spec),
    ...(pod?.volumes ?? []).map(({ ephemeral }) => ephemeral?.volumeClaimTemplate?.spec),
  ].map((spec) => bytesIn(spec?.resources?.requests?.["storage"]));
  const each = pod === undefined ? { milliCpu: 0, memory: 0 } : requestsOf(pod);
  return {
    pods,
    milliCpu: pods * each.milliCpu,
    memory: pods * each.memory,
    disk: pods * disks.reduce((total, one) => total + one, 0),
  };
}

function requestsOf({ containers }: IPodSpec): Pick<Reserved, "memory" | "milliCpu"> {
  return containers
    .map(({ resources }) => ({
      milliCpu: Number(milliCpuOf(String(resources?.requests?.["cpu"] ?? "0")) ?? 0n),
      memory: bytesIn(resources?.requests?.["memory"]),
    }))
    .reduce((a, b) => ({ milliCpu: a.milliCpu + b.milliCpu, memory: a.memory + b.memory }));
}

function bytesIn(quantity: number | string | undefined): number {
  return Number(bytesOf(String(quantity ?? "0")) ?? 0n);
}

function sum(a: Reserved, b: Reserved): Reserved {
  return {
    pods: a.pods + b.pods,
    milliCpu: a.milliCpu + b.milliCpu,
    memory: a.memory + b.memory,
    disk: a.disk + b.disk,
  };
}
