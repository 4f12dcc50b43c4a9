import {
  crosses,
  isMissed,
  isOutage,
  type Alert,
  type AlertMeasure,
  type Limit,
  type MeasuredAlert,
} from "../../slo/alert";
import { ANOMALY } from "../../slo/anomaly";
import { milliseconds } from "../../slo/duration";
import {
  readings,
  windowOf,
  type BadEvents,
  type CounterPart,
  type CounterShare,
  type Increase,
  type Query,
  type Rate,
  type TargetsUp,
} from "../../slo/measure";
import type { Service } from "../../slo/service";
import type { Labels } from "../../plan/monitoring-plan";
import { unusualHolds } from "./anomaly-model";
import { burningSince } from "./burning-model";
import { conditionsOf, setsOf, toldApart } from "./cells";
import { measuredIn } from "./measured";
import { countedEvents, eventStream } from "./streams";
import { gaugeValues } from "./gauges";
import { outageHolds, outageValue } from "./outage-model";
import { targetsUp } from "./traffic";
import { turned, untold } from "./trend-model";
import { EXTRAPOLATED, perStep, sincePhase, stepsOf, within, type Phase, type Timeline } from "./world";

/** Whether the condition of a declared alert holds, by step, before its `for`. */
export function declaredHolds(
  service: Service,
  alert: Alert,
  line: Timeline,
  environment: string,
): readonly boolean[] {
  if (isOutage(alert)) {
    return outageHolds(service, alert, line);
  }
  const { measure, when } = alert;
  if ("unusual" in when) {
    return measure.kind === "rate" ? unusualHolds(service, measure, when.unusual, line) : [];
  }
  if (measure.kind === "query") {
    throw new RangeError(`there is no model of the query of [${alert.name}]`);
  }
  if (measure.kind === "bad-events") {
    return sharesHold(service, alert, { measure, when }, line);
  }
  const unreported = alert.orAbsent === true ? isUnreported(service, measure, line) : [];
  const burns =
    alert.whileBurning === undefined
      ? undefined
      : burningSince(service, alert.whileBurning, line, environment);
  return values(service, measure, line).map(
    (value, step) =>
      burns?.[step] !== false && (value === undefined ? unreported[step] === true : crosses(value, when)),
  );
}

/**
 * The value that an alert shows at a step, where the model knows it exactly: a level, what has been the same for its
 * whole window, and what a window holds in which all began and nothing went.
 */
export function shownValue(service: Service, alert: Alert, line: Timeline, step: number): number | undefined {
  if (isOutage(alert)) {
    return outageValue(service, alert, line, step);
  }
  const { measure, when } = alert;
  const window = "unusual" in when ? ANOMALY.window : windowOf(measure);
  const isKnown =
    window === undefined ||
    sincePhase(line, step) >= stepsOf(window, line) + EXTRAPOLATED ||
    (measure.kind === "increase" &&
      step <= stepsOf(window, line) &&
      line.phases.every(({ up }) => up === undefined));
  if (measure.kind === "query" || !isKnown) {
    return undefined;
  }
  if (measure.kind === "bad-events") {
    const { total, bad } = eventStream(service, measure.sli, line);
    return within(bad, step, 1) / within(total, step, 1);
  }
  if ("unusual" in when) {
    return measure.kind === "rate" ? within(counted(service, measure, line), step, 1) / line.step : undefined;
  }
  // What nobody reports is 0 times what is absent.
  return values(service, measure, line)[step] ?? (alert.orAbsent === true ? 0 : undefined);
}

/** Whether an alert looks at the last samples alone, not at a window of them. */
export function readsLevels(alert: Alert): boolean {
  return isOutage(alert) ? alert.requests === undefined : windowOf(alert.measure) === undefined;
}

/** A gauge of which nobody says anything, unless that says no more than that nobody answers. */
function isUnreported(service: Service, measure: AlertMeasure, line: Timeline): readonly boolean[] {
  const [job] = readings(measure).map(({ metric }) => metric.job);
  return levels(line, (phase) => job !== undefined && (targetsUp(job, phase) > 0 || !isMissed(job, service)));
}

/** Levels are there with the first sample already. */
function levels<T>(line: Timeline, of: (phase: Phase) => T): readonly T[] {
  const steps = perStep(line, of);
  return [...steps.slice(0, 1), ...steps];
}

/** What is measured in one place, by step; undefined where there is nothing. */
function values(
  service: Service,
  measure: Exclude<AlertMeasure, BadEvents | Query>,
  line: Timeline,
): readonly (number | undefined)[] {
  switch (measure.kind) {
    case "age":
    case "gauge-share":
    case "level":
      return levels(line, (phase) => measuredIn(measure, phase));
    case "spread":
      return levels(line, (phase) => {
        const all = gaugeValues(measure.gauge, [], phase);
        return all.length === 0 ? undefined : Math.max(...all) - Math.min(...all);
      });
    case "increase":
      return increases(service, measure, line);
    case "rate":
      return rates(service, measure, line);
    case "targets-up":
      return levels(line, (phase) => shareUp(measure, phase));
    case "gauge-per-target":
      return levels(line, (phase) => {
        const all = gaugeValues(measure.gauge, [], phase);
        return all.length === 0 ? undefined : Math.min(...all) / measure.gauge.job.instances;
      });
    case "counter-share":
      return countedShare(service, measure, line);
    case "turns":
      return turned(
        levels(line, (phase) => gaugeValues(measure.gauge, measure.where ?? [], phase)),
        stepsOf(measure.window, line),
      );
    case "forecast":
      return levels(line, () => untold(measure, line));
  }
}

function counted(service: Service, { counter, where = [] }: CounterPart, line: Timeline): readonly number[] {
  return countedEvents(service, counter, where, line);
}

function rates(service: Service, measure: Rate, line: Timeline): readonly number[] {
  const { per, window } = measure;
  const sums = counted(service, measure, line);
  const factor = (per === "minute" ? 60 : 1) / (milliseconds(window) / 1_000);
  return sums.map((_, step) => within(sums, step, stepsOf(window, line)) * factor);
}

function shareUp({ job, planned }: TargetsUp, phase: Phase): number | undefined {
  const up = targetsUp(job, phase);
  const none = phase.up?.[job.name] === "vanished" || (phase.pending === true && up === 0);
  return planned !== undefined ? up / planned : none ? undefined : up / job.instances;
}

/** Targets are alike, so that the mean, the highest and all of them together are the same. */
function countedShare(
  service: Service,
  { part, whole, free, window }: CounterShare,
  line: Timeline,
): readonly (number | undefined)[] {
  const some = counted(service, part, line);
  const all = whole.map((each) => counted(service, each, line));
  const steps = stepsOf(window, line);
  return some.map((_, step) => {
    const total = all.reduce((sum, each) => sum + within(each, step, steps), 0);
    const share = within(some, step, steps) / total;
    return total > 0 ? (free === true ? 1 - share : share) : undefined;
  });
}

/** By every one of what does the same work, where the measure says so: each target, or each value of a label. */
function increases(service: Service, measure: Increase, line: Timeline): readonly (number | undefined)[] {
  const { counter, least = [], explainedBy } = measure;
  const instances = least.includes("instance")
    ? Array.from({ length: counter.job.instances }, (_, instance) => instance)
    : [undefined];
  const up = levels(line, (phase) => targetsUp(counter.job, phase));
  const counts = instances.flatMap((instance) =>
    toldApart(measure).map((conditions) => ({
      sums: countedEvents(service, counter, conditions, line, instance),
      // Who is gone does not speak for those that are left.
      speaks: (step: number): boolean => instance === undefined || instance < (up[step] ?? 0),
    })),
  );
  const explained = explainedBy === undefined ? [] : [countedEvents(service, explainedBy, [], line)];
  const steps = stepsOf(measure.window, line);
  return Array.from({ length: line.steps + 1 }, (_, step) =>
    explained.some((sums) => within(sums, step, steps) > 0)
      ? undefined
      : Math.min(...counts.filter(({ speaks }) => speaks(step)).map(({ sums }) => within(sums, step, steps))),
  );
}

function sharesHold(
  service: Service,
  { atLeast = 0, busierThan = -1 }: MeasuredAlert,
  { measure, when }: { readonly measure: BadEvents; readonly when: Limit },
  line: Timeline,
): readonly boolean[] {
  const stream = eventStream(service, measure.sli, line);
  const steps = stepsOf(measure.window, line);
  return Array.from({ length: line.steps + 1 }, (_, step) => {
    const total = within(stream.total, step, steps);
    const bad = within(stream.bad, step, steps);
    return total > 0 && bad >= atLeast && total > busierThan && crosses(bad / total, when);
  });
}

/** An alert for each combination of the labels that it tells apart; most tell none. */
export function eachOf(alert: Alert): readonly { readonly alert: Alert; readonly labels: Labels }[] {
  if (isOutage(alert) || !("by" in alert.measure)) {
    return [{ alert, labels: {} }];
  }
  const { measure } = alert;
  const { by = [], where = [] } = measure;
  return readings(measure)
    .slice(0, 1)
    .flatMap(({ metric }) => setsOf(metric, by))
    .map((labels) => ({
      alert: { ...alert, measure: { ...measure, by: [], where: [...where, ...conditionsOf(labels)] } },
      labels,
    }));
}
