import { DIMENSIONS } from "../plan/names";
import type { Duration } from "../slo/duration";
import { eventMetricOf, type EventSli } from "../slo/sli";
import { countName, startsAtZero, type LabelMatch } from "../slo/telemetry";
import { aggregate, bucketBound, equals, over, selector, withBucket, type PromQl } from "./promql";

/** The raw series of an SLI: the whole population, and the side that is counted beside it. */
export interface RawSeries {
  readonly total: PromQl;
  readonly counted: PromQl;
  readonly up: PromQl;
  /** Series may begin inside a running process, so that `rate` misses their first sample. */
  readonly lazy: boolean;
}

/**
 * The selectors of what an SLI of events counts.
 * @param here conditions besides those of the SLI
 */
export function rawSeries(sli: EventSli, here: readonly LabelMatch[] = []): RawSeries {
  const metric = eventMetricOf(sli);
  const job = [equals("job", metric.job.name), ...here];
  const of = (name: string, more: readonly LabelMatch[]): PromQl =>
    selector(name, [...job, ...sli.of, ...more]);
  return {
    total: of(countName(metric), []),
    counted:
      sli.kind === "request-ratio"
        ? of(countName(metric), sli.errors)
        : of(`${metric.name}_bucket`, [bucketBound(sli.threshold)]),
    up: selector("up", job),
    lazy: !startsAtZero(metric),
  };
}

/** Events over a window: those that count as bad, and all. */
export interface Counts {
  readonly bad: PromQl;
  readonly total: PromQl;
}

/**
 * What an SLI counts over a window, from its raw series.
 * @param read how a sum is read: as it is, or from a record that stands for it
 */
export function rawCounts(
  sli: EventSli,
  window: Duration,
  here: readonly LabelMatch[] = [],
  read: (sum: PromQl) => PromQl = (sum) => sum,
): Counts {
  const raw = rawSeries(sli, here);
  const summed = (series: PromQl): PromQl => {
    const increase = over("increase", series, window);
    // Of a histogram, what is counted where there is the bucket that is asked for.
    const known = sli.kind === "request-ratio" ? increase : withBucket(increase, raw.total, raw.counted);
    return aggregate("sum", DIMENSIONS, known);
  };
  const total = read(summed(raw.total));
  const counted = summed(raw.counted);
  return { total, bad: sli.kind === "request-ratio" ? counted : `(${total} - ${counted})` };
}
