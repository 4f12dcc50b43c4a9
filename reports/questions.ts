import { aggregate, equals, inPlace, selector, type PromQl } from "../generators/promql";
import { DIMENSIONS, RECORDS } from "../plan/names";
import type { ReportSettings, ReportSlo } from "../plan/report";
import { burnPlan } from "../slo/burn-rate";
import type { Span } from "../slo/calendar";
import { durationOf, milliseconds, ratioOf, type Duration } from "../slo/duration";

/** Records that count the events of an SLO, each through a stretch of time before its sample. */
interface Counts {
  readonly bad: PromQl;
  readonly total: PromQl;
  /** What planned maintenance took out of both. */
  readonly excludedBad: PromQl;
  readonly excludedTotal: PromQl;
}

/** Questions that are asked at the end of a stretch of time; one series for each value that the SLO judges apart. */
export interface Questions extends Counts {
  /** Which part of the time was measured. */
  readonly known: PromQl;
}

/** The exact counts of the fast page's window, and how long that is on the clock of the server. */
export function countsOf(
  { place, scrapeInterval, speed }: ReportSettings,
  slo: ReportSlo,
): Counts & { readonly each: Duration } {
  const { windows, sampling } = burnPlan(slo.window, scrapeInterval);
  const counted = windows[0].long;
  const of = (record: string): PromQl => selector(record, [equals("slo_id", slo.id), ...inPlace(place)]);
  return {
    bad: of(RECORDS.increase("error", counted)),
    total: of(RECORDS.increase("total", counted)),
    excludedBad: of(RECORDS.excluded("error", counted, sampling)),
    excludedTotal: of(RECORDS.excluded("total", counted, sampling)),
    each: durationOf(Math.round(milliseconds(counted) / speed)),
  };
}

/**
 * What an SLO counted in a stretch of time. Counts follow one another and begin with the hour: of a month that begins
 * between two, half an hour is that of the other.
 */
export function questionsOf(settings: ReportSettings, slo: ReportSlo, { from, to }: Span): Questions {
  const { each, ...counts } = countsOf(settings, slo);
  const by = [...DIMENSIONS, "slo_id", ...(slo.by ?? [])];
  const length: Duration = `${to - from}s`;
  const over = (fn: string, series: PromQl): PromQl =>
    aggregate("sum", by, `${fn}(${series}[${length}:${each}])`);
  return {
    bad: over("sum_over_time", counts.bad),
    total: over("sum_over_time", counts.total),
    excludedBad: over("sum_over_time", counts.excludedBad),
    excludedTotal: over("sum_over_time", counts.excludedTotal),
    known: `${over("count_over_time", counts.total)} / ${ratioOf(length, each)}`,
  };
}

/** What is left of every error budget; the least of an SLO that judges values apart. */
export function budgetsLeft({ place }: ReportSettings): PromQl {
  return aggregate("min", ["slo_id"], selector(RECORDS.budgetRemaining, inPlace(place)));
}

/** Alerts that fire and that people hear of; those that others made have no place. */
export function firingAlerts({ place }: ReportSettings): PromQl {
  const here = inPlace(place).map(({ label, value }) => ({
    label,
    op: "=~" as const,
    value: `${value.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}|`,
  }));
  return selector("ALERTS", [
    equals("alertstate", "firing"),
    { label: "severity", op: "!=", value: "none" },
    ...here,
  ]);
}
