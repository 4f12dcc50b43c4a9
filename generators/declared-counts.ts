import { isDeepStrictEqual } from "node:util";
import type { RecordingRule } from "../plan/monitoring-plan";
import { DIMENSIONS, RECORDS } from "../plan/names";
import { isOutage } from "../slo/alert";
import type { Duration } from "../slo/duration";
import type { BadEvents } from "../slo/measure";
import type { Service } from "../slo/service";
import { aggregate, equals, selector, type PromQl } from "./promql";
import { rawCounts, type Counts } from "./raw-series";
import { recordedSeries, sloContext } from "./slo-context";

/** What the alerts on shares of bad events of a service count. */
export interface DeclaredCounts {
  /** What is recorded for the alerts alone; it stands before them in their group. */
  readonly records: readonly RecordingRule[];
  readonly of: (measure: BadEvents) => Counts;
}

/**
 * What an SLO of the service records, over the same SLI and window, is read from there. What is left reads raw series, and
 * once each: a count that is read in several places is recorded, under the name of the first alert that reads it.
 */
export function declaredCounts(service: Service, environment: string, interval: Duration): DeclaredCounts {
  const recorded = (measure: BadEvents): Counts | undefined =>
    recordedCounts(service, measure, environment, interval);
  const records = recordedOnce(
    service,
    service.alerts.flatMap((alert) =>
      !isOutage(alert) && alert.measure.kind === "bad-events" && recorded(alert.measure) === undefined
        ? [{ name: alert.name, measure: alert.measure, busierThan: alert.busierThan }]
        : [],
    ),
  );
  const counts = ({ sli, window }: BadEvents): Counts => {
    const { bad, total } = rawCounts(sli, window, [], (sum) => read(sum, records));
    return { bad: read(bad, records), total };
  };
  return { records: [...records.values()], of: (measure) => recorded(measure) ?? counts(measure) };
}

/** Records by what they stand for. */
type Recorded = ReadonlyMap<PromQl, RecordingRule>;

interface CountingAlert {
  readonly name: string;
  readonly measure: BadEvents;
  readonly busierThan: number | undefined;
}

function recordedOnce(service: Service, alerts: readonly CountingAlert[]): Recorded {
  const totals = alerts.flatMap(readsOfTotal);
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
    const { total } = rawCounts(measure.sli, measure.window);
    if (totals.filter((other) => other === total).length > 1) {
      add("total", total);
    }
    // The ratio reads it, and the least number of bad events does.
    add("bad", rawCounts(measure.sli, measure.window, [], (sum) => read(sum, records)).bad);
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
  { sli, window }: BadEvents,
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
function readsOfTotal({ measure: { sli, window }, busierThan }: CountingAlert): readonly PromQl[] {
  const { total } = rawCounts(sli, window);
  return [
    total,
    ...(busierThan === undefined ? [] : [total]),
    ...(sli.kind === "latency-ratio" ? [total] : []),
  ];
}
