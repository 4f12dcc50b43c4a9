import type { Alert, ThresholdAlert } from "../../slo/alert";
import {
  metricsRead,
  sliRead,
  type CounterShare,
  type HistogramQuantile,
  type NamedValue,
  type Panel,
  type PanelValue,
  type SloSuccess,
} from "../../slo/dashboard";
import type { Service } from "../../slo/service";
import type { LabelMatch } from "../../slo/telemetry";
import { ANOMALY } from "../../slo/anomaly";

/** Series that a value or an alert looks at: a metric of a job, or the targets of a job, with conditions. */
export interface Subject {
  readonly series: string;
  readonly where: readonly LabelMatch[];
}

/** The values that alerts compare with their limits. */
export type WatchedValue = Exclude<PanelValue, CounterShare | HistogramQuantile | SloSuccess>;

/** A value that an alert watches, and what it is called. */
export interface Watched extends NamedValue {
  readonly value: WatchedValue;
}

/** What a declared alert compares with its limit, as values of a panel. */
export function alertValues(alert: Alert): readonly [Watched, ...Watched[]] {
  switch (alert.kind) {
    case "threshold":
      return [{ name: alert.measure.kind === "targets-up" ? "up" : "measured", value: measured(alert) }];
    case "absence":
      return [{ name: "up", value: { kind: "targets-up", job: alert.job } }];
    case "event":
      return [{ name: "value", value: { kind: "level", gauge: alert.gauge, where: alert.where, of: "max" } }];
    case "gauge":
      return [
        { name: "value", value: { kind: "level", gauge: alert.gauge, where: alert.where, of: alert.of } },
      ];
    case "gauge-down":
      return [{ name: "value", value: { kind: "level", gauge: alert.gauge, of: "max" } }];
    case "increase": {
      const { counter, where, window } = alert;
      return [{ name: `in ${window}`, value: { kind: "increase", counter, where, window } }];
    }
    case "anomaly": {
      const { counter, where } = alert;
      return [{ name: "rate", value: { kind: "rate", counter, where, window: ANOMALY.window } }];
    }
    case "disagreement":
      return [
        { name: "highest", value: { kind: "level", gauge: alert.gauge, of: "max" } },
        { name: "lowest", value: { kind: "level", gauge: alert.gauge, of: "min" } },
      ];
  }
}

function measured({ measure }: ThresholdAlert): WatchedValue {
  switch (measure.kind) {
    case "error-ratio":
      return { kind: "bad-events", sli: measure.sli, window: measure.window };
    case "targets-up":
    case "gauge-per-target":
      return measure;
    case "gauge-share": {
      const { used: part, available: whole, of } = measure;
      return { kind: "gauge-share", part, whole, of: of === "each" ? "highest" : of };
    }
  }
}

/** Everything that a value looks at. */
export function subjectsOf(service: Service, value: PanelValue): readonly Subject[] {
  if (value.kind === "targets-up") {
    return [{ series: `up/${value.job.name}`, where: [] }];
  }
  const reads =
    value.kind === "slo-success"
      ? service.slos.filter(({ id }) => id === value.slo).map(({ sli }) => sliRead(sli))
      : metricsRead(value);
  return reads.map(({ metric, where }) => ({ series: `${metric.job.name}/${metric.name}`, where }));
}

/** How well a panel shows what an alert looks at: 2 exactly that, 1 more than that, 0 not all of it. */
export function shows(service: Service, panel: Panel, alert: Alert): 0 | 1 | 2 {
  const seen = panel.values.flatMap(({ value }) => subjectsOf(service, value));
  const wanted = alertValues(alert).flatMap(({ value }) => subjectsOf(service, value));
  const best = wanted.map((subject) => seen.map((candidate) => match(candidate, subject)));
  if (best.every((scores) => scores.includes(2))) {
    return 2;
  }
  return best.every((scores) => scores.some((score) => score > 0)) ? 1 : 0;
}

function match(seen: Subject, wanted: Subject): 0 | 1 | 2 {
  const text = ({ label, op, value }: LabelMatch): string => `${label}${op}${value}`;
  const conditions = wanted.where.map(text);
  if (seen.series !== wanted.series || !seen.where.every((one) => conditions.includes(text(one)))) {
    return 0;
  }
  return seen.where.length === conditions.length ? 2 : 1;
}
