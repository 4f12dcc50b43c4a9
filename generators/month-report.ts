import type { MonitoringPlan, PlannedSlo } from "../plan/monitoring-plan";
import { DIMENSIONS, RECORDS } from "../plan/names";
import { placeOf } from "../plan/environment";
import { burnPlan } from "../slo/burn-rate";
import type { Span } from "../slo/calendar";
import { ratioOf, type Duration } from "../slo/duration";
import { aggregate, equals, inPlace, selector, type PromQl } from "./promql";

/** What was counted of an SLO, one series for each value that it judges apart. */
export interface MonthQueries {
  readonly bad: PromQl;
  readonly total: PromQl;
  /** What planned maintenance took out of both. */
  readonly excludedBad: PromQl;
  readonly excludedTotal: PromQl;
  /** Which part of the time was measured. */
  readonly known: PromQl;
}

/**
 * Queries of what an SLO counted in a stretch of time, asked at its end. Each sums the exact counts of the fast page's window,
 * one after the other, which begin with the hour: of a month that begins between two, half an hour is that of the other.
 */
export function monthQueries(plan: MonitoringPlan, slo: PlannedSlo, { from, to }: Span): MonthQueries {
  const { windows, sampling } = burnPlan(slo.window, plan.scrape.interval);
  const counted = windows[0].long;
  const by = [...DIMENSIONS, "slo_id", ...(slo.by ?? [])];
  const where = [equals("slo_id", slo.id), ...inPlace(placeOf(plan.environment))];
  const length: Duration = `${to - from}s`;
  const over = (fn: string, record: string): PromQl =>
    aggregate("sum", by, `${fn}(${selector(record, where)}[${length}:${counted}])`);
  const [bad, total] = [RECORDS.increase("error", counted), RECORDS.increase("total", counted)];
  return {
    bad: over("sum_over_time", bad),
    total: over("sum_over_time", total),
    excludedBad: over("sum_over_time", RECORDS.excluded("error", counted, sampling)),
    excludedTotal: over("sum_over_time", RECORDS.excluded("total", counted, sampling)),
    known: `${over("count_over_time", total)} / ${ratioOf(length, counted)}`,
  };
}
