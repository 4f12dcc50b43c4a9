import Big from "big.js";
import { isOutage, limitValue, type Alert, type AlertMeasure, type Condition } from "./alert";
import { milliseconds, type Duration } from "./duration";
import { counter as counted, gauge, type Fault } from "./incident";
import type { CounterPart, GaugeShare, Rate } from "./measure";
import { matchesOf, type CounterRatioSli, type EventSli, type Sli } from "./sli";
import { firstPicked, type Counter, type LabelMatch, type Metric } from "./telemetry";

/** The lab's clock runs at most this many times faster than life, which shortens windows and no limits. */
const FASTEST = 20;

/** What the lab does so that an alert fires: the measure on the wrong side of its limit, far enough from it. */
export function faultRaising(alert: Alert): Fault | undefined {
  return isOutage(alert)
    ? { targets: { job: alert.outageOf.name, up: 0 } }
    : measureFault(alert.measure, alert.when);
}

/**
 * What the lab does so that all that an SLI counts is bad; what a query makes of its metrics is not known,
 * and what happens to steps happens to their services.
 */
export function faultSpending(sli: Sli): Fault | undefined {
  switch (sli.kind) {
    case "time":
      return measureFault(sli.measure, sli.bad);
    case "counter-ratio":
      return badCounters(sli);
    case "query-ratio":
      return sli.fault;
    case "composite":
      return undefined;
    case "request-ratio":
    case "latency-ratio":
      return badEvents(sli, 1);
  }
}

/** Bad events flow a hundred times as fast as all usually do; where good ones are counted, these no longer do. */
function badCounters({ events }: CounterRatioSli): Fault {
  if ("bad" in events) {
    const [{ counter, where = [] }] = events.bad;
    const all = Object.values(events)
      .flat()
      .reduce((sum, part) => sum + usual(part.counter), 0);
    return flowing({ counter, where }, 100 * all);
  }
  const [{ counter }] = events.good;
  return counted(counter.name, 0);
}

/** The condition as a side and a value, whatever it is written as. */
interface Side {
  readonly side: "above" | "below" | "equals";
  readonly value: number;
}

function sideOf(when: Exclude<Condition, { readonly unusual: unknown }>): Side {
  if ("above" in when) {
    return { side: "above", value: limitValue(when.above) };
  }
  return "below" in when
    ? { side: "below", value: limitValue(when.below) }
    : { side: "equals", value: limitValue(when.equals) };
}

function measureFault(measure: AlertMeasure, when: Condition): Fault | undefined {
  if ("unusual" in when) {
    return measure.kind === "rate" ? unusualRate(measure, when.unusual) : {};
  }
  const at = sideOf(when);
  const raise = FAULTS[measure.kind] as (measure: AlertMeasure, at: Side) => Fault | undefined;
  return raise(measure, at);
}

type FaultOf<M extends AlertMeasure> = (measure: M, at: Side) => Fault | undefined;

/** What is done to each measure. */
const FAULTS: { readonly [K in AlertMeasure["kind"]]: FaultOf<Extract<AlertMeasure, { kind: K }>> } = {
  level: ({ gauge: of, where }, at) => gauge(of.name, beyond(at), firstPicked(of, where)),
  age: ({ gauge: of, where, ahead }, at) =>
    gauge(of.name, ahead === true ? 0 - beyond(at) : Math.max(0, beyond(at)), firstPicked(of, where)),
  spread: ({ gauge: of }) => ({ disagreeing: of.name }),
  increase: (measure, at) => flowing(measure, isHigh(at) ? tripled(at.value, measure.window) : 0),
  rate: (measure, at) =>
    flowing(measure, isHigh(at) ? (3 * at.value) / (measure.per === "minute" ? 60 : 1) : 0),
  "gauge-share": (measure, at) =>
    gauge(measure.part.name, part(measure, at), firstPicked(measure.part, measure.where)),
  "counter-share": ({ part: some, whole, free }, at) =>
    partOfCounters(some, whole, isHigh(at) !== (free === true)),
  // A step in its samples is a slope as well.
  forecast: (measure, at) => FAULTS["gauge-share"]({ ...measure, kind: "gauge-share", of: "highest" }, at),
  turns: ({ gauge: of }) => ({ swinging: of.name }),
  "gauge-per-target": ({ gauge: of }, at) => gauge(of.name, isHigh(at) ? 2 * of.job.instances : 0),
  "targets-up": ({ job }, at) => ({ targets: { job: job.name, up: targetsBelow(job.instances, at) } }),
  "bad-events": ({ sli }, at) => badEvents(sli, isHigh(at) ? 1 : 0),
  query: () => undefined,
};

function isHigh({ side, value }: Side): boolean {
  return side === "above" || (side === "equals" && value > 0);
}

/** Events per second by the lab's clock that are three times as many as may be within a window. */
function tripled(events: number, window: Duration): number {
  return Math.ceil(((events + 1) * 3 * FASTEST * 1_000) / milliseconds(window));
}

/** Far beyond a limit, on its side; a flag has no half, and no limit of 0 is below it. */
function beyond({ side, value }: Side): number {
  switch (side) {
    case "above":
      return value < 0 ? value / 2 : value * 2 + 1;
    case "below":
      return value > 0 ? 0 : value * 2 - 1;
    case "equals":
      return value;
  }
}

/** So many targets answer that the share is just below. */
function targetsBelow(instances: number, { value }: Side): number {
  return Math.max(0, Math.ceil(new Big(instances).times(value).toNumber()) - 1);
}

function part({ whole, free }: GaugeShare, { side, value }: Side): number {
  const used = side === "equals" ? value : side === "above" ? 1 : 0;
  return whole.normal * (free === true ? 1 - used : used);
}

/** Events of a part of a counter, and of no other part: so many per second by the lab's clock. */
function flowing({ counter, where = [] }: CounterPart, perSecond: number): Fault {
  return {
    ...counted(counter.name, perSecond),
    ...(where.length === 0 ? {} : allOf(counter, where, 1)),
  };
}

/** All or nothing of what is counted belongs to a part. */
function partOfCounters(
  { counter, where = [] }: CounterPart,
  whole: readonly CounterPart[],
  isAll: boolean,
): Fault {
  const sameCounter = whole.some((other) => other.counter.name === counter.name);
  return where.length > 0 && sameCounter
    ? allOf(counter, where, isAll ? 1 : 0)
    : counted(counter.name, isAll ? 1_000 * usual(counter) : 0);
}

/** What makes a share of the events of an SLI bad. */
export function badEvents(sli: EventSli, share: number): Fault {
  if (sli.kind === "latency-ratio") {
    const { histogram, threshold } = sli;
    const median = new Big(threshold).times(4).toNumber();
    return { slow: { job: histogram.job.name, histogram: histogram.name, share, median } };
  }
  return allOf(sli.total, matchesOf(sli), share);
}

/** A share of all events of a metric carries labels that conditions pick. */
function allOf(metric: Metric, where: readonly LabelMatch[], share: number): Fault {
  return {
    errors: { job: metric.job.name, counter: metric.name, as: firstPicked(metric, where), share },
  };
}

function unusualRate(
  { counter }: Rate,
  unusual: Extract<Condition, { readonly unusual: unknown }>["unusual"],
): Fault {
  const least = Math.max(usual(counter), unusual.moreThanPerMinute / 60);
  return {
    counter: { name: counter.name, perSecond: 10 * least * ("times" in unusual ? unusual.times : 1) },
  };
}

function usual({ perSecond, job }: Counter): number {
  return perSecond ?? job.requestsPerSecond ?? 1;
}
