import type { RecordingRule } from "../plan/monitoring-plan";
import { plus, ratioOf } from "../slo/duration";
import { decimal } from "../slo/objective";
import { eventMetricOf, type EventSli, type GaugeSli } from "../slo/sli";
import type { LabelMatch } from "../slo/telemetry";
import { aggregate, bucketBound, equals, over, selector, withBucket, type PromQl } from "./promql";
import { recordedSeries, recordNames, summedWindows, type SloContext } from "./slo-context";

/** The raw series of an SLI: the whole population, and the side that is counted beside it. */
interface RawSeries {
  readonly total: PromQl;
  readonly counted: PromQl;
  readonly up: PromQl;
  /** Series may be born inside a running process, so that `rate` misses their first value. */
  readonly lazy: boolean;
}

function rawSeries(sli: EventSli): RawSeries {
  const metric = eventMetricOf(sli);
  const population = [equals("job", metric.job.name), ...sli.of];
  const up = selector("up", [equals("job", metric.job.name)]);
  const of = (name: string, more: readonly LabelMatch[]): PromQl => selector(name, [...population, ...more]);
  return sli.kind === "request-ratio"
    ? {
        total: of(metric.name, []),
        counted: of(metric.name, sli.errors),
        up,
        lazy: !metric.initialisedToZero,
      }
    : {
        total: of(`${metric.name}_count`, []),
        counted: of(`${metric.name}_bucket`, [bucketBound(sli.threshold)]),
        up,
        lazy: !metric.initialisedToZero,
      };
}

/** The records that are evaluated with every scrape, in the order in which they read each other. */
export function liveRecords(context: SloContext): readonly RecordingRule[] {
  const names = recordNames(context);
  const record = recorder(context);
  const series = recordedSeries(context);
  const sums = summedWindows(context).flatMap((window) => [
    record(names.sum("total", window), over("sum_over_time", series.rate("total"), window)),
    record(names.sum("error", window), over("sum_over_time", series.rate("error"), window)),
  ]);
  return [...eventRecords(context), ...sums];
}

function eventRecords(context: SloContext): readonly RecordingRule[] {
  const { sli } = context.slo;
  switch (sli.kind) {
    case "request-ratio":
      return ratioRecords(context, rawSeries(sli));
    case "latency-ratio":
      return latencyRecords(context, rawSeries(sli));
    case "gauge":
      return sliceRecords(context, sli);
  }
}

/** A slice of time per evaluation, bad or not, takes the place of an event. */
function sliceRecords(context: SloContext, sli: GaugeSli): readonly RecordingRule[] {
  const { burn, by } = context;
  const names = recordNames(context);
  const { slice } = recordedSeries(context);
  const record = recorder(context);
  const counted = burn.windows[0].long;
  const gauge = selector(sli.gauge.name, [equals("job", sli.gauge.job.name), ...sli.of]);
  const operator = sli.bad.comparison === "above" ? ">" : "<";
  return [
    record(names.slice, aggregate("max", by, `${gauge} ${operator} bool ${sli.bad.limit}`)),
    record(names.rate("total"), `${over("count_over_time", slice, burn.base)} / ${burn.base}`),
    record(names.rate("error"), `${over("sum_over_time", slice, burn.base)} / ${burn.base}`),
    record(names.increase("total"), over("count_over_time", slice, counted)),
    record(names.increase("error"), over("sum_over_time", slice, counted)),
  ];
}

function ratioRecords(context: SloContext, raw: RawSeries): readonly RecordingRule[] {
  const { burn, by, interval } = context;
  const names = recordNames(context);
  const series = recordedSeries(context);
  const record = recorder(context);
  const counted = burn.windows[0].long;
  const bornRate = raw.lazy ? [series.born("error")] : [];
  const bornCount = raw.lazy ? [`${over("sum_over_time", series.born("error"), counted)} * ${interval}`] : [];
  const union = (parts: readonly PromQl[]): PromQl => aggregate("sum", by, parts.join("\n  or "));
  return [
    ...(raw.lazy ? [record(names.born("error"), bornTerm(context, raw.counted, raw.total, raw))] : []),
    record(names.rate("total"), union([over("rate", raw.total, burn.base), ...bornRate])),
    record(
      names.rate("error"),
      union([over("rate", raw.counted, burn.base), ...bornRate, `0 * ${series.rate("total")}`]),
    ),
    record(names.increase("total"), union([over("increase", raw.total, counted), ...bornCount])),
    record(
      names.increase("error"),
      union([over("increase", raw.counted, counted), ...bornCount, `0 * ${series.increase("total")}`]),
    ),
  ];
}

/** errors = total - good, each with its own births; a missing bucket gives no series, which is an alert of its own. */
function latencyRecords(context: SloContext, raw: RawSeries): readonly RecordingRule[] {
  const { burn, by, interval } = context;
  const names = recordNames(context);
  const series = recordedSeries(context);
  const record = recorder(context);
  const counted = burn.windows[0].long;
  const union = (measured: PromQl, born: PromQl): PromQl =>
    aggregate("sum", by, [measured, ...(raw.lazy ? [born] : [])].join("\n  or "));
  const rate = (of: PromQl, side: "total" | "good"): PromQl =>
    union(withBucket(over("rate", of, burn.base), raw.total, raw.counted), series.born(side));
  const count = (of: PromQl, side: "total" | "good"): PromQl =>
    union(
      withBucket(over("increase", of, counted), raw.total, raw.counted),
      `${over("sum_over_time", series.born(side), counted)} * ${interval}`,
    );
  const bad = (total: PromQl, good: PromQl): PromQl =>
    `clamp_min(\n  ${total}\n  - on (${by.join(", ")}) ${good},\n  0\n)`;
  const births = [
    record(names.born("total"), bornTerm(context, raw.total, raw.total, raw)),
    record(names.born("good"), bornTerm(context, raw.counted, raw.counted, raw)),
  ];
  return [
    ...(raw.lazy ? births : []),
    // All traffic: that it is known says that targets answer, whatever their buckets are.
    record(names.rate("total"), union(over("rate", raw.total, burn.base), series.born("total"))),
    record(names.rate("error"), bad(rate(raw.total, "total"), rate(raw.counted, "good"))),
    record(names.increase("total"), count(raw.total, "total")),
    record(names.increase("error"), bad(series.increase("total"), count(raw.counted, "good"))),
  ];
}

/**
 * Events per second that `rate` cannot see: the first value of a series that appeared inside a target that was
 * already being scraped. The second clause asks whether the target had more scrapes than the series has samples,
 * the third keeps a relabelled target from counting as born, and the last part keeps a history without stale
 * markers from counting twice.
 */
function bornTerm(context: SloContext, born: PromQl, zeroFrom: PromQl, raw: RawSeries): PromQl {
  const { base } = context.burn;
  const seen = plus(base, context.interval);
  const target = "job, instance";
  const scrapes = `min by (${target}) (${over("sum_over_time", raw.up, seen)})`;
  return [
    `(sum by (${context.by.join(", ")}) (`,
    `  (${over("min_over_time", born, base)} unless ${born} offset ${base})`,
    `  and (${over("count_over_time", born, seen)} < on (${target}) group_left () ${scrapes})`,
    `  unless on (${target}) (${raw.total} offset ${base} unless on (${target}) (${raw.total} and ${raw.total} offset ${base}))`,
    `) / ${base}) or 0 * ${aggregate("count", context.by, zeroFrom)}`,
  ].join("\n");
}

/** The records of the long windows, summed from samples of the exact counts. */
export function longRecords(context: SloContext): readonly RecordingRule[] {
  const { burn } = context;
  const names = recordNames(context);
  const series = recordedSeries(context);
  const record = recorder(context);
  const [, , ticketFast, ticketSlow] = burn.windows;
  const ratios = [ticketFast.long, ticketSlow.long, burn.period].map((window) =>
    record(
      names.ratio(window),
      `${over("sum_over_time", series.sampled("error"), window)}\n/ (${over("sum_over_time", series.sampled("total"), window)} > 0)`,
    ),
  );
  return [
    record(names.sampled("error"), series.increase("error")),
    record(names.sampled("total"), series.increase("total")),
    ...ratios,
    record(names.budgetRemaining, `1 - ${series.ratio(burn.period)} / ${decimal(context.budget)}`),
    record(
      names.coverage,
      `${over("count_over_time", series.sampled("total"), burn.period)} / ${ratioOf(burn.period, burn.sampling)}`,
    ),
  ];
}

function recorder(context: SloContext): (record: string, expr: PromQl) => RecordingRule {
  return (record, expr) => ({ kind: "record", record, expr, labels: context.labels });
}
