import { ALERTS } from "../plan/names";
import { pairsOf, type BurnWindow } from "../slo/burn-rate";
import { minimumSamples } from "../slo/coverage";
import { ratioOf, type Duration } from "../slo/duration";
import { TELLING } from "../slo/guard";
import { decimal } from "../slo/objective";
import type { Slo } from "../slo/service";
import type { AlertDraft } from "./alert-draft";
import { budgetAnnotations } from "./budget-annotations";
import { allOf, anyOf, block, over, type PromQl } from "./promql";
import { madeUp, newest, ofWhich, recordedSeries, type RecordedSeries, type SloContext } from "./slo-context";

/** A ticket needs this many errors: on 3 d the factor is below 1, where the significance guard could mute it. */
const TICKET_MINIMUM_ERRORS = 5;

/**
 * The page of an SLO: the fast pair with the significance guard, or the slow pair with the guard, a recent ratio
 * above the budget (it lets go 14 instead of 33 minutes after recovery) and enough coverage. No `for`: the short
 * windows do its work, and it would only delay; with the long one alone it would stay for an hour.
 * A pair that the objective puts out of reach is left out, and there is no page without any.
 * Source: SRE Workbook, chapter 5.
 */
export function burnAlerts(context: SloContext): readonly AlertDraft[] {
  const { slo, burn, budget } = context;
  const pairs = pairsOf(burn, "page", budget);
  if (pairs.length === 0) {
    return [];
  }
  return [
    {
      kind: "burn-rate",
      ...madeUp(slo),
      name: ALERTS.burn,
      slo: slo.id,
      severity: slo.response === "page" ? "critical" : "warning",
      category: "slo",
      expr: anyOf(
        pairs.map((pair) => block(pair.id === "page-fast" ? fastPair(context) : slowPair(context))),
      ),
      for: "0s",
      runbook: slo.runbooks.burn,
      summary: howMuch(slo),
      description: promise(context, pairs),
      says: budgetAnnotations(context, ALERTS.burn, "h"),
    },
  ];
}

/** What a title has room for. */
function howMuch({ title }: Pick<Slo, "title">): string {
  return `${title}: {{ $value | humanizePercentage }} bad`;
}

/** What is seen in which windows against what is promised, as the first sentence of a page. */
function promise({ slo, objective, budget, burn }: SloContext, pairs: readonly BurnWindow[]): string {
  const seen = pairs.map(({ long }) => long).join(" or ");
  return (
    ofWhich(slo) +
    `{{ $value | humanizePercentage }} of ${slo.population} in the last ${seen} were ${slo.breach}; ` +
    `the objective of ${objective} over ${burn.period} allows ${decimal(budget.times(100))}%.`
  );
}

function threshold(context: SloContext, window: BurnWindow): string {
  return `${decimal(window.factor)} * ${decimal(context.budget)}`;
}

function fastPair(context: SloContext): PromQl {
  const series = recordedSeries(context);
  const [fast, slow] = context.burn.windows;
  const limit = threshold(context, fast);
  const seen = series.increase("total");
  return allOf([
    `${series.increase("error")} / ${series.increase("total")} > ${limit}`,
    enough(context, series.increase("error"), series.increase("total")),
    recent(context, [
      `${series.rate("error")} / ${series.rate("total")} > ${limit}`,
      `${ratioOver(series, slow.short)} > ${limit} and ${few(seen, fast, TELLING.requests, fast.short)}`,
      few(seen, fast, TELLING.requests, slow.short),
    ]),
  ]);
}

/**
 * What shows that a burn goes on: the short window, or longer ones where few requests make it say little. A gauge has
 * a slice in every evaluation, so that its short window always tells.
 */
function recent({ slo }: SloContext, [short, ...longer]: readonly [PromQl, ...PromQl[]]): PromQl {
  return slo.sli.kind === "time" || longer.length === 0 ? short : block(anyOf([short, ...longer]));
}

/** Whether a part of a window would hold fewer than so many requests at the traffic of the whole. */
function few(seen: PromQl, { long }: BurnWindow, requests: number, part: Duration): PromQl {
  return `${seen} < ${requests} * ${long} / ${part}`;
}

function ratioOver(series: RecordedSeries, window: Duration): PromQl {
  return `${series.sum("error", window)} / ${series.sum("total", window)}`;
}

function slowPair(context: SloContext): PromQl {
  const series = recordedSeries(context);
  const { recovery, windows } = context.burn;
  const [, slow, { short: longest }] = windows;
  const limit = threshold(context, slow);
  const events = (side: "error" | "total"): PromQl => `${series.sum(side, slow.long)} * ${context.interval}`;
  const seen = events("total");
  const recovered = `${over("sum_over_time", series.rate("error"), recovery)} / ${over("sum_over_time", series.rate("total"), recovery)}`;
  return allOf([
    `${ratioOver(series, slow.long)} > ${limit}`,
    enough(context, events("error"), seen),
    recent(context, [
      `${ratioOver(series, slow.short)} > ${limit}`,
      `${ratioOver(series, longest)} > ${limit} and ${few(seen, slow, TELLING.requests, slow.short)}`,
      few(seen, slow, TELLING.last, longest),
    ]),
    recent(context, [
      `${recovered} > ${decimal(context.budget)}`,
      few(seen, slow, TELLING.requests, recovery),
    ]),
    covered(series.rate("total"), slow.long, context.interval),
  ]);
}

/** More than chance makes of a service at its objective, or more bad time than a hiccup. */
function enough(context: SloContext, errors: PromQl, total: PromQl): PromQl {
  const { sli } = context.slo;
  return sli.kind === "time"
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
  const { slo, burn, budget } = context;
  const pairs = pairsOf(burn, "ticket", budget);
  return {
    kind: "burn-rate",
    ...madeUp(slo),
    name: ALERTS.ticket,
    slo: slo.id,
    severity: "warning",
    category: "slo",
    expr: anyOf(pairs.map((pair) => block(ticketPair(context, pair)))),
    for: "0s",
    runbook: slo.runbooks.ticket,
    summary: howMuch(slo),
    description: `${promise(context, pairs)} Nobody is paged, but at this rate little or nothing of the budget will be left.`,
    says: budgetAnnotations(context, ALERTS.ticket, "days"),
  };
}

function ticketPair(context: SloContext, window: BurnWindow): PromQl {
  const series = recordedSeries(context);
  const { sampling, windows } = context.burn;
  const overlap = ratioOf(windows[0].long, sampling);
  const limit = threshold(context, window);
  const errors = `${over("sum_over_time", series.sampled("error"), window.long)} / ${overlap}`;
  return allOf([
    `${newest(series.ratio(window.long), context.burn)} > ${limit}`,
    `${ratioOver(series, window.short)} > ${limit}`,
    `${errors} >= ${TICKET_MINIMUM_ERRORS}`,
    covered(series.sampled("total"), window.long, sampling),
  ]);
}
