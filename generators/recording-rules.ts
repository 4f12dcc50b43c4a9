import type { RecordingRule } from "../plan/monitoring-plan";
import { ratioOf, type Duration } from "../slo/duration";
import { decimal } from "../slo/objective";
import type { SliSide } from "../plan/names";
import { compared } from "./compared";
import { compositeRecords } from "./composite";
import { firstSampleRecords, targetOf } from "./first-samples";
import type { PlainSli, TimeSli } from "../slo/sli";
import { measureExpr } from "./measures/measures";
import { plainEvents } from "./own-queries";
import { maintenanceRecords, withoutMaintenance } from "./maintenance";
import { aggregate, over, withBucket, type PromQl } from "./promql";
import { rawSeries, type RawSeries } from "./raw-series";
import { recordedSeries, recorder, recordNames, summedWindows, type SloContext } from "./slo-context";

/** The records that are evaluated with every scrape, in the order in which they read each other. */
export function liveRecords(context: SloContext): readonly RecordingRule[] {
  const names = recordNames(context);
  const record = recorder(context);
  const series = recordedSeries(context);
  const sums = summedWindows(context).flatMap((window) => [
    record(names.sum("total", window), recorded(context, "sum_over_time", series.rate("total"), window)),
    record(names.sum("error", window), recorded(context, "sum_over_time", series.rate("error"), window)),
  ]);
  const events =
    context.maintenance.length === 0
      ? eventRecords(context)
      : withoutMaintenance(context, eventRecords({ ...context, counts: "all" }));
  return [...events, ...sums];
}

function eventRecords(context: SloContext): readonly RecordingRule[] {
  const { sli } = context.slo;
  switch (sli.kind) {
    case "request-ratio":
      return ratioRecords(context, rawSeries(sli));
    case "latency-ratio":
      return latencyRecords(context, rawSeries(sli));
    case "counter-ratio":
    case "query-ratio":
      return plainRecords(context, sli);
    case "time":
      return sliceRecords(context, sli);
    case "composite":
      return compositeRecords(context, sli);
  }
}

/** A slice of time per evaluation, bad or not, takes the place of an event. */
function sliceRecords(context: SloContext, sli: TimeSli): readonly RecordingRule[] {
  const { burn } = context;
  const names = recordNames(context);
  const { slice } = recordedSeries(context);
  const record = recorder(context);
  const counted = burn.windows[0].long;
  const measured = measureExpr(sli.measure, { here: [], place: [] });
  return [
    record(names.slice, `${measured} ${compared(sli.bad, sli.measure, "bool ")}`),
    record(names.rate("total"), `${recorded(context, "count_over_time", slice, burn.base)} / ${burn.base}`),
    record(names.rate("error"), `${recorded(context, "sum_over_time", slice, burn.base)} / ${burn.base}`),
    record(names.increase("total"), recorded(context, "count_over_time", slice, counted)),
    record(names.increase("error"), recorded(context, "sum_over_time", slice, counted)),
  ];
}

/** What counters or queries say of a window is recorded as it is. */
function plainRecords(context: SloContext, sli: PlainSli): readonly RecordingRule[] {
  const { burn, by } = context;
  const names = recordNames(context);
  const series = recordedSeries(context);
  const record = recorder(context);
  const counted = burn.windows[0].long;
  const orNone = (events: PromQl, total: PromQl): PromQl =>
    aggregate("sum", context.by, `\n  ${events}\n  or 0 * ${total}\n`);
  const [rate, count] = [plainEvents(sli, burn.base, { by }), plainEvents(sli, counted, { by })];
  return [
    record(names.rate("total"), `${rate.total} / ${burn.base}`),
    record(names.rate("error"), orNone(`(${rate.bad}) / ${burn.base}`, series.rate("total"))),
    record(names.increase("total"), count.total),
    record(names.increase("error"), orNone(count.bad, series.increase("total"))),
  ];
}

function ratioRecords(context: SloContext, raw: RawSeries): readonly RecordingRule[] {
  const { burn, by } = context;
  const names = recordNames(context);
  const series = recordedSeries(context);
  const record = recorder(context);
  const counted = burn.windows[0].long;
  const union = (parts: readonly PromQl[]): PromQl => aggregate("sum", by, parts.join("\n  or "));
  const rates = bornRate(context, raw, "error");
  const counts = bornCount(context, raw, "error");
  return [
    ...targetRates(context, raw),
    ...(raw.lazy
      ? firstSampleRecords(context, { ...raw, counted: [{ side: "error", series: raw.counted }] })
      : []),
    record(names.rate("total"), union([totalRate(context, raw), ...rates])),
    record(
      names.rate("error"),
      union([over("rate", raw.counted, burn.base), ...rates, `0 * ${series.rate("total")}`]),
    ),
    record(names.increase("total"), union([over("increase", raw.total, counted), ...counts])),
    record(
      names.increase("error"),
      union([over("increase", raw.counted, counted), ...counts, `0 * ${series.increase("total")}`]),
    ),
  ];
}

/** The rates of targets are recorded where they bound what first samples can hold; their sum is no work then. */
function targetRates(context: SloContext, raw: RawSeries): readonly RecordingRule[] {
  const rates = aggregate("sum", targetOf(context), over("rate", raw.total, context.burn.base));
  return raw.lazy ? [recorder(context)(recordNames(context).targetRate, rates)] : [];
}

function totalRate(context: SloContext, raw: RawSeries): PromQl {
  return raw.lazy ? recordedSeries(context).targetRate : over("rate", raw.total, context.burn.base);
}

function bornRate(context: SloContext, raw: RawSeries, side: SliSide): readonly PromQl[] {
  const { base } = context.burn;
  return bornWithin(context, raw, side, base).map((events) => `${events} / ${base}`);
}

function bornCount(context: SloContext, raw: RawSeries, side: SliSide): readonly PromQl[] {
  return bornWithin(context, raw, side, context.burn.windows[0].long);
}

/** Summed, so that they have no label of a target and stand beside its rates in a union. */
function bornWithin(context: SloContext, raw: RawSeries, side: SliSide, window: Duration): readonly PromQl[] {
  const born = recordedSeries(context).born(side, window);
  return raw.lazy ? [aggregate("sum", context.by, over("sum_over_time", born, window))] : [];
}

/** errors = total - good, each with its own births; a missing bucket gives no series, which is an alert of its own. */
function latencyRecords(context: SloContext, raw: RawSeries): readonly RecordingRule[] {
  const { burn, by } = context;
  const names = recordNames(context);
  const series = recordedSeries(context);
  const record = recorder(context);
  const counted = burn.windows[0].long;
  const union = (measured: PromQl, born: readonly PromQl[]): PromQl =>
    aggregate("sum", by, [measured, ...born].join("\n  or "));
  const rate = (of: PromQl, side: "total" | "good"): PromQl =>
    union(withBucket(over("rate", of, burn.base), raw.total, raw.counted), bornRate(context, raw, side));
  const count = (of: PromQl, side: "total" | "good"): PromQl =>
    union(withBucket(over("increase", of, counted), raw.total, raw.counted), bornCount(context, raw, side));
  const bad = (total: PromQl, good: PromQl): PromQl =>
    `clamp_min(\n  ${total}\n  - on (${by.join(", ")}) ${good},\n  0\n)`;
  const sides = [
    { side: "total", series: raw.total },
    { side: "good", series: raw.counted },
  ] as const;
  return [
    ...targetRates(context, raw),
    ...(raw.lazy ? firstSampleRecords(context, { ...raw, counted: sides }) : []),
    // All traffic: that it is known says that targets answer, whatever their buckets are.
    record(names.rate("total"), union(totalRate(context, raw), bornRate(context, raw, "total"))),
    record(names.rate("error"), bad(rate(raw.total, "total"), rate(raw.counted, "good"))),
    record(names.increase("total"), count(raw.total, "total")),
    record(names.increase("error"), bad(series.increase("total"), count(raw.counted, "good"))),
  ];
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
      `${recorded(context, "sum_over_time", series.sampled("error"), window)}\n/ (${recorded(context, "sum_over_time", series.sampled("total"), window)} > 0)`,
    ),
  );
  return [
    record(names.sampled("error"), series.increase("error")),
    record(names.sampled("total"), series.increase("total")),
    ...ratios,
    record(names.budgetRemaining, `1 - ${series.ratio(burn.period)} / ${decimal(context.budget)}`),
    record(
      names.coverage,
      `${recorded(context, "count_over_time", series.sampled("total"), burn.period)} / ${ratioOf(burn.period, burn.sampling)}`,
    ),
    ...maintenanceRecords(context),
  ];
}

/** A window of recorded series. It may reach back to when they had other labels, which are no other population. */
function recorded(context: SloContext, fn: string, series: PromQl, window: Duration): PromQl {
  return aggregate("sum", context.by, over(fn, series, window));
}
