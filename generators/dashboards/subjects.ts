import { isOutage, type Alert, type AlertMeasure } from "../../slo/alert";
import type { Panel, PanelValue } from "../../slo/dashboard";
import { readings, sliReadings } from "../../slo/measure";
import type { Service } from "../../slo/service";
import type { LabelMatch } from "../../slo/telemetry";

/** Series that a value or an alert looks at: a metric of a job, or the targets of a job, with conditions. */
export interface Subject {
  readonly series: string;
  readonly where: readonly LabelMatch[];
}

/** What a declared alert watches: of an outage, the targets that answer. */
export function watched(alert: Alert): AlertMeasure {
  return isOutage(alert) ? { kind: "targets-up", job: alert.outageOf } : alert.measure;
}

/** Everything that a value looks at. */
export function subjectsOf(service: Service, value: PanelValue): readonly Subject[] {
  if (value.kind === "targets-up") {
    return [{ series: `up/${value.job.name}`, where: [] }];
  }
  const reads =
    value.kind === "slo-success"
      ? service.slos.filter(({ id }) => id === value.slo).flatMap(({ sli }) => sliReadings(sli))
      : readings(value);
  return reads.map(({ metric, where }) => ({ series: `${metric.job.name}/${metric.name}`, where }));
}

/** How well a panel shows what an alert looks at: 2 exactly that, 1 more than that, 0 not all of it. */
export function shows(service: Service, panel: Panel, alert: Alert): 0 | 1 | 2 {
  const seen = panel.values.flatMap(({ value }) => subjectsOf(service, value));
  const wanted = subjectsOf(service, watched(alert));
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
