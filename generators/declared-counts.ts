import { isDeepStrictEqual } from "node:util";
import type { RecordingRule } from "../plan/monitoring-plan";
import { DIMENSIONS, RECORDS } from "../plan/names";
import type { ErrorRatioMeasure } from "../slo/alert";
import type { Duration } from "../slo/duration";
import type { Service } from "../slo/service";
import type { EventSli } from "../slo/sli";
import { aggregate, equals, over, selector, withBucket, type PromQl } from "./promql";
import { rawSeries } from "./recording-rules";
import { recordedSeries, sloContext } from "./slo-context";

/** Events over a window: those that count as bad, and all. */
interface Counts {
  readonly bad: PromQl;
  readonly total: PromQl;
}

/** What the error-ratio alerts of a service count. */
export interface DeclaredCounts {
  /** What is recorded for the alerts alone; it stands before them in their group. */
  readonly records: readonly RecordingRule[];
  readonly of: (measure: ErrorRatioMeasure) => Counts;
}

/**
 * What an SLO of the service records, over the same SLI and window, is read from there. What is left reads raw series, and
 * once each: a count that is read in several places is recorded, under the name of the first alert that reads it.
 */
export function declaredCounts(service: Service, environment: string, interval: Duration): DeclaredCounts {
  const recorded = (measure: ErrorRatioMeasure): Counts | undefined =>
    recordedCounts(service, measure, environment, interval);
  const records = recordedOnce(
    service,
    service.alerts.flatMap((alert) =>
      alert.kind === "threshold" &&
      alert.measure.kind === "error-ratio" &&
      recorded(alert.measure) === undefined
        ? [{ name: alert.name, measure: alert.measure }]
        : [],
    ),
  );
  const counts = (measure: ErrorRatioMeasure): Counts => {
    const total = read(totalOver(measure), records);
    return { bad: read(badOver(measure, total), records), total };
  };
  return { records: [...records.values()], of: (measure) => recorded(measure) ?? counts(measure) };
}

/** Records by what they stand for. */
type Recorded = ReadonlyMap<PromQl, RecordingRule>;

function recordedOnce(
  service: Service,
  alerts: readonly { readonly name: string; readonly measure: ErrorRatioMeasure }[],
): Recorded {
  const totals = alerts.flatMap(({ measure }) => readsOfTotal(measure));
  const records = new Map<PromQl, RecordingRule>();
  for (const { name, measure } of alerts) {
    const labels = { alert: name, service: service.id };
    const add = (side: keyof Counts, expr: PromQl): void => {
      const rule: RecordingRule = {
        kind: "record",
        record: RECORDS.counted(side, measure.window),
        expr,
        labels,
      };
      records.set(expr, records.get(expr) ?? rule);
    };
    const total = totalOver(measure);
    if (totals.filter((other) => other === total).length > 1) {
      add("total", total);
    }
    // The ratio reads it, and the least number of bad events does.
    add("bad", badOver(measure, read(total, records)));
  }
  return records;
}

/** A sum of the place, from its record where there is one. */
function read(expr: PromQl, records: Recorded): PromQl {
  const rule = records.get(expr);
  return rule === undefined
    ? expr
    : aggregate(
        "sum",
        DIMENSIONS,
        selector(
          rule.record,
          Object.entries(rule.labels).map(([label, value]) => equals(label, value)),
        ),
      );
}

/** The counts over a window that an SLO records with every evaluation, as sums of a place: a record has labels of its own. */
function recordedCounts(
  service: Service,
  { sli, window }: ErrorRatioMeasure,
  environment: string,
  interval: Duration,
): Counts | undefined {
  const slo = service.slos.find((candidate) => isDeepStrictEqual(candidate.sli, sli));
  if (slo === undefined) {
    return undefined;
  }
  const context = sloContext(service, slo, environment, interval);
  const series = recordedSeries(context);
  const { base, windows } = context.burn;
  const sum = (events: PromQl): PromQl => aggregate("sum", DIMENSIONS, events);
  switch (window) {
    case base:
      return {
        bad: `${sum(series.rate("error"))} * ${base}`,
        total: `${sum(series.rate("total"))} * ${base}`,
      };
    case windows[0].long:
      return { bad: sum(series.increase("error")), total: sum(series.increase("total")) };
    default:
      return undefined;
  }
}

/** All events, once for each place of a rule that reads them. */
function readsOfTotal(measure: ErrorRatioMeasure): readonly PromQl[] {
  const total = totalOver(measure);
  return [
    total,
    ...(measure.busierThan === undefined ? [] : [total]),
    ...(measure.sli.kind === "latency-ratio" ? [total] : []),
  ];
}

function totalOver({ sli, window }: ErrorRatioMeasure): PromQl {
  return counted(sli, rawSeries(sli).total, window);
}

/** @param total all events, which the slow ones are what is left of */
function badOver({ sli, window }: ErrorRatioMeasure, total: PromQl): PromQl {
  const counts = counted(sli, rawSeries(sli).counted, window);
  return sli.kind === "request-ratio" ? counts : `(${total} - ${counts})`;
}

/** Of a histogram, what is counted where there is the bucket that is asked for. */
function counted(sli: EventSli, series: PromQl, window: Duration): PromQl {
  const raw = rawSeries(sli);
  const increase = over("increase", series, window);
  return aggregate(
    "sum",
    DIMENSIONS,
    sli.kind === "request-ratio" ? increase : withBucket(increase, raw.total, raw.counted),
  );
}
