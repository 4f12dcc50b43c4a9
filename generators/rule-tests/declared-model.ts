import type {
  AbsenceAlert,
  Alert,
  GaugeAlert,
  GaugeDownAlert,
  IncreaseAlert,
  ThresholdAlert,
} from "../../slo/alert";
import { isMissed } from "../../slo/alert-metrics";
import { isDuration, milliseconds } from "../../slo/duration";
import { GUARDS } from "../../slo/guard";
import { exactRatio } from "../../slo/objective";
import type { Service } from "../../slo/service";
import { labelSets } from "../../slo/telemetry";
import type { Labels } from "../../plan/monitoring-plan";
import { moreThanChance } from "./chance";
import { anomalyHolds } from "./anomaly-model";
import { conditionsOf, toldApart } from "./cells";
import { countedEvents, eventStream, gaugeValues } from "./streams";
import { targetsUp } from "./traffic";
import { perStep, within, type Phase, type Timeline } from "./world";

/** Whether the condition of a declared alert holds, by step, before its `for`. */
export function declaredHolds(service: Service, alert: Alert, line: Timeline): readonly boolean[] {
  // Levels are there with the first sample already.
  const inPhase = (holds: (phase: Phase) => boolean): readonly boolean[] => {
    const steps = perStep(line, holds);
    return [steps[0] ?? false, ...steps];
  };
  switch (alert.kind) {
    case "event":
      return inPhase((phase) => max(gaugeValues(alert.gauge, alert.where, phase)) === Number(alert.equals));
    case "gauge":
      return inPhase((phase) => gaugeCrosses(alert, phase));
    case "gauge-down":
      return inPhase((phase) => isDown(service, alert, phase));
    case "disagreement":
      return inPhase((phase) => new Set(gaugeValues(alert.gauge, [], phase)).size > 1);
    case "increase":
      return increaseHolds(service, alert, line);
    case "anomaly":
      return anomalyHolds(service, alert, line);
    case "threshold":
      return thresholdHolds(service, alert, line);
    case "absence":
      return absenceHolds(service, alert, line);
  }
}

/** Whether an alert looks at the last samples alone, not at a window of them. */
export function readsLevels(alert: Alert): boolean {
  switch (alert.kind) {
    case "event":
    case "gauge":
    case "gauge-down":
    case "disagreement":
      return true;
    case "threshold":
      return alert.measure.kind !== "error-ratio";
    case "absence":
      return alert.requests === undefined;
    case "anomaly":
    case "increase":
      return false;
  }
}

/** A gauge of which nobody says anything is down, too, unless that says no more than that nobody answers. */
function isDown(service: Service, { gauge }: GaugeDownAlert, phase: Phase): boolean {
  const value = max(gaugeValues(gauge, [], phase));
  return value === undefined ? targetsUp(gauge.job, phase) > 0 || !isMissed(gauge.job, service) : value === 0;
}

function max(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.max(...values);
}

/** A limit as a number; Prometheus reads a duration as its seconds. */
export function limitOf(alert: GaugeAlert): number {
  return isDuration(alert.limit) ? milliseconds(alert.limit) / 1_000 : Number(alert.limit);
}

function gaugeCrosses(alert: GaugeAlert, phase: Phase): boolean {
  const values = gaugeValues(alert.gauge, alert.where, phase);
  if (values.length === 0) {
    return false;
  }
  const level = {
    sum: () => values.reduce((sum, value) => sum + value, 0),
    max: () => Math.max(...values),
    min: () => Math.min(...values),
  }[alert.of]();
  return alert.comparison === "above" ? level > limitOf(alert) : level < limitOf(alert);
}

/** By every one of what does the same work, where the alert says so: each target, or each value of a label. */
function increaseHolds(service: Service, alert: IncreaseAlert, line: Timeline): readonly boolean[] {
  const { counter, least = [], moreThan, explainedBy } = alert;
  const instances = least.includes("instance")
    ? Array.from({ length: counter.job.instances }, (_, instance) => instance)
    : [undefined];
  const counts = instances.flatMap((instance) =>
    toldApart(alert).map((conditions) => countedEvents(service, counter, conditions, line, instance)),
  );
  const explained = explainedBy === undefined ? [] : [countedEvents(service, explainedBy, [], line)];
  const window = milliseconds(alert.window) / 1_000 / line.step;
  return Array.from(
    { length: line.steps + 1 },
    (_, step) =>
      counts.every((sums) => within(sums, step, window) > moreThan) &&
      !explained.some((sums) => within(sums, step, window) > 0),
  );
}

function thresholdHolds(service: Service, alert: ThresholdAlert, line: Timeline): readonly boolean[] {
  const { measure } = alert;
  const limit = exactRatio(alert.threshold).toNumber();
  const crosses = (value: number | undefined): boolean =>
    value !== undefined && (alert.comparison === "above" ? value > limit : value < limit);
  if (measure.kind !== "error-ratio") {
    return [false, ...perStep(line, (phase) => crosses(shareIn(measure, phase)))];
  }
  const stream = eventStream(service, measure.sli, line);
  const window = milliseconds(measure.window) / 1_000 / line.step;
  return Array.from({ length: line.steps + 1 }, (_, step) => {
    const total = within(stream.total, step, window);
    const bad = within(stream.bad, step, window);
    const busy = measure.busierThan === undefined || total > measure.busierThan;
    return total > 0 && bad >= measure.minimumBadEvents && busy && crosses(bad / total);
  });
}

function shareIn(
  measure: Exclude<ThresholdAlert["measure"], { kind: "error-ratio" }>,
  phase: Phase,
): number | undefined {
  switch (measure.kind) {
    case "targets-up": {
      const { job, planned } = measure;
      const up = targetsUp(job, phase);
      const none = phase.up?.[job.name] === "vanished" || (phase.pending === true && up === 0);
      return planned !== undefined ? up / planned : none ? undefined : up / job.instances;
    }
    case "gauge-per-target": {
      const values = gaugeValues(measure.gauge, [], phase);
      return values.length === 0 ? undefined : Math.min(...values) / measure.gauge.job.instances;
    }
    case "gauge-share": {
      const used = gaugeValues(measure.used, [], phase);
      const available = gaugeValues(measure.available, [], phase);
      if (used.length === 0 || available.length === 0) {
        return undefined;
      }
      return measure.of === "together"
        ? used.reduce((sum, value) => sum + value, 0) / Math.max(...available)
        : Math.max(...used.map((value, index) => value / (available[index] ?? 1)));
    }
  }
}

function absenceHolds(service: Service, alert: AbsenceAlert, line: Timeline): readonly boolean[] {
  const gone = [false, ...perStep(line, (phase) => targetsUp(alert.job, phase) === 0)];
  const { requests } = alert;
  const slo = service.slos.find((candidate) => candidate.id === requests?.slo);
  if (slo === undefined || requests === undefined) {
    return gone;
  }
  const stream = eventStream(service, slo.sli, line);
  const minimum = exactRatio(requests.succeedBelow).toNumber();
  const window = milliseconds("5m") / 1_000 / line.step;
  return gone.map((isGone, step) => {
    const total = within(stream.total, step, window);
    const bad = within(stream.bad, step, window);
    return (
      isGone ||
      (total > 0 && 1 - bad / total < minimum && moreThanChance(GUARDS.strict, bad, total, 1 - minimum))
    );
  });
}

/** An alert for each combination of the labels that it tells apart; most tell none. */
export function eachOf(alert: Alert): readonly { readonly alert: Alert; readonly labels: Labels }[] {
  if (alert.kind !== "increase" || alert.by === undefined) {
    return [{ alert, labels: {} }];
  }
  const { by, counter, where } = alert;
  const values = Object.fromEntries(Object.entries(counter.labels).filter(([label]) => by.includes(label)));
  return labelSets(values).map((labels) => ({
    alert: { ...alert, by: [], where: [...where, ...conditionsOf(labels)] },
    labels,
  }));
}
