import { ALERTS } from "../plan/names";
import { hoursToExhaustion, type BurnWindow } from "../slo/burn-rate";
import { minimumSamples } from "../slo/coverage";
import { ratioOf, type Duration } from "../slo/duration";
import { decimal } from "../slo/objective";
import { metricOf } from "../slo/sli";
import type { AlertDraft } from "./alert-draft";
import { SAMPLED_LOOKBACK } from "./budget-alerts";
import { aggregate, allOf, anyOf, block, bucketBound, equals, over, selector, type PromQl } from "./promql";
import { recordedSeries, type SloContext } from "./slo-context";

/** A ticket needs this many errors: on 3 d the factor is below 1, where the significance guard could mute it. */
const TICKET_MINIMUM_ERRORS = 5;

/**
 * The page of an SLO: the fast pair with the significance guard, or the slow pair with the guard, a recent ratio
 * above the budget (it lets go 14 instead of 33 minutes after recovery) and enough coverage. No `for`: the short
 * windows do its work, and it would only delay; with the long one alone it would stay for an hour (OMNIHUB-ERR-8).
 * Source: SRE Workbook, chapter 5.
 */
export function burnAlert(context: SloContext): AlertDraft {
  const { slo, burn } = context;
  const [fast, slow] = burn.windows;
  return {
    kind: "burn-rate",
    name: ALERTS.burn,
    slo: slo.id,
    severity: slo.response === "page" ? "critical" : "warning",
    category: "slo",
    expr: anyOf([block(fastPair(context)), block(slowPair(context))]),
    for: "0s",
    runbook: slo.runbooks.burn,
    source: slo.source,
    summary: `${slo.title} burns its error budget too fast`,
    description: `${promise(context)} It fires ${exhaustion(context, fast)}, or ${exhaustion(context, slow)}.`,
  };
}

/** What is seen against what is promised, as the first sentence of a page. */
function promise({ slo, objective, budget, burn }: SloContext): string {
  return (
    `{{ $value | humanizePercentage }} of ${slo.population} were ${slo.breach}; ` +
    `the objective of ${objective} over ${burn.period} allows ${decimal(budget.times(100))}%.`
  );
}

function exhaustion({ burn }: SloContext, window: BurnWindow): string {
  const hours = decimal(hoursToExhaustion(burn.period, window.factor).round(0));
  return `above ${decimal(window.factor)} times the sustainable rate over ${window.long}, which uses up a full budget in ${hours} h`;
}

function threshold(context: SloContext, window: BurnWindow): string {
  return `${decimal(window.factor)} * ${decimal(context.budget)}`;
}

function fastPair(context: SloContext): PromQl {
  const series = recordedSeries(context);
  const [fast] = context.burn.windows;
  const limit = threshold(context, fast);
  return allOf([
    `${series.increase("error")} / ${series.increase("total")} > ${limit}`,
    `${series.rate("error")} / ${series.rate("total")} > ${limit}`,
    enough(context, series.increase("error"), series.increase("total")),
  ]);
}

function slowPair(context: SloContext): PromQl {
  const series = recordedSeries(context);
  const { recovery, windows } = context.burn;
  const [, slow] = windows;
  const limit = threshold(context, slow);
  const ratio = (window: Duration): PromQl =>
    `${series.sum("error", window)} / ${series.sum("total", window)}`;
  const events = (side: "error" | "total"): PromQl => `${series.sum(side, slow.long)} * ${context.interval}`;
  const recent = `${over("sum_over_time", series.rate("error"), recovery)} / ${over("sum_over_time", series.rate("total"), recovery)}`;
  return allOf([
    `${ratio(slow.long)} > ${limit}`,
    `${ratio(slow.short)} > ${limit}`,
    enough(context, events("error"), events("total")),
    `${recent} > ${decimal(context.budget)}`,
    covered(series.rate("total"), slow.long, context.interval),
  ]);
}

/** More than chance makes of a service at its objective, or more bad time than a hiccup. */
function enough(context: SloContext, errors: PromQl, total: PromQl): PromQl {
  const { sli } = context.slo;
  return sli.kind === "gauge"
    ? `${errors} >= ${sli.minimum} / ${context.interval}`
    : significant(context, errors, total);
}

/** errors > n*B + deviations * sqrt(n*B) + offset: more than chance makes of a service at its objective. */
export function significant(
  { budget, guard }: Pick<SloContext, "budget" | "guard">,
  errors: PromQl,
  total: PromQl,
): PromQl {
  const expected = `${total} * ${decimal(budget)}`;
  return `${errors} > ${expected} + ${guard.deviations} * sqrt(${expected}) + ${guard.offset}`;
}

function covered(series: PromQl, window: Duration, spacing: Duration): PromQl {
  return `${over("count_over_time", series, window)} > ${minimumSamples(window, spacing)}`;
}

/** The ticket of an SLO: a slow burn that nobody needs to be woken for. */
export function ticketAlert(context: SloContext): AlertDraft {
  const { slo } = context;
  const [, , fast, slow] = context.burn.windows;
  return {
    kind: "burn-rate",
    name: ALERTS.ticket,
    slo: slo.id,
    severity: "warning",
    category: "slo",
    expr: anyOf([block(ticketPair(context, fast)), block(ticketPair(context, slow))]),
    for: "0s",
    runbook: slo.runbooks.ticket,
    source: slo.source,
    summary: `${slo.title} burns its error budget slowly`,
    description: `${promise(context)} Nobody is paged, but at this rate little or nothing of the budget will be left.`,
  };
}

function ticketPair(context: SloContext, window: BurnWindow): PromQl {
  const series = recordedSeries(context);
  const { sampling, windows } = context.burn;
  const overlap = ratioOf(windows[0].long, sampling);
  const limit = threshold(context, window);
  const errors = `${over("sum_over_time", series.sampled("error"), window.long)} / ${overlap}`;
  return allOf([
    `${over("last_over_time", series.ratio(window.long), SAMPLED_LOOKBACK)} > ${limit}`,
    `${series.sum("error", window.short)} / ${series.sum("total", window.short)} > ${limit}`,
    `${errors} >= ${TICKET_MINIMUM_ERRORS}`,
    covered(series.sampled("total"), window.long, sampling),
  ]);
}

/** Warns when an SLI that had traffic within a day has none recorded: silence is not health. */
export function dataMissingAlert(context: SloContext): AlertDraft {
  const { slo } = context;
  const total = recordedSeries(context).rate("total");
  return {
    kind: "telemetry",
    name: ALERTS.dataMissing,
    slo: slo.id,
    severity: "warning",
    category: "telemetry",
    expr: `(${over("max_over_time", total, "1d")} > 0)\nunless ${total}`,
    for: "10m",
    runbook: slo.runbooks.dataMissing,
    source: "X-6",
    summary: `${slo.title} is not being measured`,
    description:
      "Its series were there within the last day and are gone: nobody is told if the error budget burns.",
  };
}

/**
 * Warns when a target has the histogram and not the bucket of the objective (kubernetes-mixin #1005). One such target
 * among good ones is worse than all: every request of it counts as slow.
 */
export function bucketMissingAlert(context: SloContext): AlertDraft | undefined {
  const { sli } = context.slo;
  const runbook = context.slo.runbooks.bucketMissing;
  if (sli.kind !== "latency-ratio" || runbook === undefined) {
    return undefined;
  }
  const metric = metricOf(sli);
  const population = [equals("job", metric.job.name), ...sli.of];
  const instance = [...context.by, "instance"].join(", ");
  const counts = selector(`${metric.name}_count`, population);
  const bucket = selector(`${metric.name}_bucket`, [...population, bucketBound(sli.threshold)]);
  return {
    kind: "telemetry",
    name: ALERTS.bucketMissing,
    slo: context.slo.id,
    severity: "warning",
    category: "telemetry",
    expr: `${aggregate("count", context.by, `\n  ${counts}\n  unless on (${instance}) ${bucket}\n`)} > 0`,
    for: "10m",
    runbook,
    source: "X-6",
    summary: `${context.slo.title} has lost its histogram bucket`,
    description: `At least one target has ${metric.name} without the bucket ${sli.threshold}, on which the objective is counted.`,
  };
}
