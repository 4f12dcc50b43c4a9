import type {
  Across,
  BadEvents,
  CounterPart,
  CounterShare,
  GaugeShare,
  HistogramQuantile,
  NamedValue,
  PanelValue,
} from "../../slo/dashboard";
import { DIMENSIONS } from "../../plan/names";
import { eventMetricOf } from "../../slo/sli";
import type { LabelMatch, Metric } from "../../slo/telemetry";
import { aggregate, bucketBound, equals, over, selector, type PromQl } from "../promql";
import { share, sloQueries } from "./queries";
import type { Query } from "./style";
import { population, type ServiceView } from "./view";

const PER_TARGET = [...DIMENSIONS, "instance"] as const;
const OPERATORS = { average: "avg", highest: "max" } as const;

/** A value as a query, called by its name or by the labels that tell its lines apart. */
export function valueQuery(view: ServiceView, { name, value }: NamedValue): Query {
  const labels = "by" in value ? (value.by ?? []) : [];
  return {
    expr: valueExpr(view, value),
    legend: name ?? labels.map((label) => `{{${label}}}`).join(" "),
  };
}

function valueExpr(view: ServiceView, value: PanelValue): PromQl {
  const series = (metric: Metric, where?: readonly LabelMatch[]): PromQl =>
    selector(metric.name, population(metric, view.here, where));
  switch (value.kind) {
    case "level":
      return aggregate(value.of, [...DIMENSIONS, ...(value.by ?? [])], series(value.gauge, value.where));
    case "increase":
    case "rate":
    case "rate-per-minute": {
      const operator = value.kind === "increase" ? "increase" : "rate";
      const grown = over(operator, series(value.counter, value.where), value.window);
      const sum = aggregate("sum", [...DIMENSIONS, ...(value.by ?? [])], grown);
      return value.kind === "rate-per-minute" ? `60 * ${sum}` : sum;
    }
    case "gauge-share":
      return gaugeShare(value, series(value.part), series(value.whole));
    case "counter-share":
      return counterShare(view, value);
    case "quantile":
      return quantile(view, value);
    case "bad-events":
      return badEvents(view, value);
    case "slo-success":
      return sloSuccess(view, value.slo);
    case "targets-up":
      return targets(view, value.job.name, "sum", targetCount(view, value.job.name));
    case "gauge-per-target": {
      const least = aggregate("min", DIMENSIONS, series(value.gauge));
      return share(least, targetCount(view, value.gauge.job.name));
    }
  }
}

function targets({ here }: ServiceView, job: string, operator: "sum" | "count", of?: PromQl): PromQl {
  const up = aggregate(operator, DIMENSIONS, selector("up", [equals("job", job), ...here]));
  return of === undefined ? up : share(up, of);
}

function targetCount(view: ServiceView, job: string): PromQl {
  return targets(view, job, "count");
}

/** What is used, where the part is what is left. */
function used(free: boolean | undefined, expr: PromQl): PromQl {
  return free === true ? `1 - ${expr}` : expr;
}

function gaugeShare({ free, of }: GaugeShare, part: PromQl, whole: PromQl): PromQl {
  return of === "together"
    ? used(free, share(aggregate("sum", DIMENSIONS, part), aggregate("max", DIMENSIONS, whole)))
    : aggregate(OPERATORS[of], DIMENSIONS, used(free, share(part, whole)));
}

function counterShare({ here }: ServiceView, { part, whole, free, of, window }: CounterShare): PromQl {
  const by = of === "together" ? DIMENSIONS : PER_TARGET;
  const rate = ({ counter, where }: CounterPart): PromQl =>
    aggregate("sum", by, over("rate", selector(counter.name, population(counter, here, where)), window));
  return across(of, used(free, share(rate(part), parts(whole.map(rate)))));
}

function parts(rates: readonly PromQl[]): PromQl {
  return rates.length === 1 ? rates.join() : `(${rates.join(" + ")})`;
}

function across(of: Across, expr: PromQl): PromQl {
  return of === "together" ? expr : aggregate(OPERATORS[of], DIMENSIONS, expr);
}

function quantile({ here }: ServiceView, value: HistogramQuantile): PromQl {
  const { histogram, where, window } = value;
  const buckets = selector(`${histogram.name}_bucket`, population(histogram, here, where));
  return `histogram_quantile(${value.quantile}, ${aggregate("sum", ["le"], over("rate", buckets, window))})`;
}

function badEvents({ here }: ServiceView, { sli, window }: BadEvents): PromQl {
  const metric = eventMetricOf(sli);
  const count = (name: string, more: readonly LabelMatch[]): PromQl =>
    aggregate(
      "sum",
      DIMENSIONS,
      over("increase", selector(name, [...population(metric, here, sli.of), ...more]), window),
    );
  if (sli.kind === "request-ratio") {
    return share(count(metric.name, sli.errors), count(metric.name, []));
  }
  const total = count(`${metric.name}_count`, []);
  return share(`(${total} - ${count(`${metric.name}_bucket`, [bucketBound(sli.threshold)])})`, total);
}

/** @throws RangeError when the SLO is not one of the service, which validation excludes */
function sloSuccess(view: ServiceView, slo: string): PromQl {
  const context = view.contexts.find((candidate) => candidate.slo.id === slo);
  if (context === undefined) {
    throw new RangeError(`[${slo}] is not an SLO of [${view.service.id}]`);
  }
  return `1 - ${sloQueries(context, view.here).hourlyErrors}`;
}
