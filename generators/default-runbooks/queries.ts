import type { AlertMeasure } from "../../slo/alert";
import type { Duration } from "../../slo/duration";
import { sliReadings, type Age, type CounterPart } from "../../slo/measure";
import { eventMetricOf, type EventSli, type PlainSli } from "../../slo/sli";
import { countName, isCounted, type LabelMatch, type Metric } from "../../slo/telemetry";
import { sinceOrUntil } from "../measures/levels";
import { seriesOf, type Scope } from "../measures/measure-kind";
import { spoken } from "../operations/markdown";
import { equals, over, selector, share, type PromQl } from "../promql";
import { plainEvents } from "../own-queries";
import { rawSeries } from "../raw-series";

/** A query and the words that announce it. */
export interface Shown {
  readonly says: string;
  readonly promql: PromQl;
}

type Here = Scope["here"];

/** How many lines say where something comes from. */
const MOST = 10;

/** Which values are the bad ones. */
export type Worst = "highest" | "lowest";

/** Labels of a metric that tell its series apart: one that has a single value tells nothing. */
export function tellingLabels({ labels }: Metric): readonly string[] {
  return Object.entries(labels).flatMap(([label, values]) => (values.length > 1 ? label : []));
}

/** The worst values of something by the labels of its metric, and then by instance. */
function broken(metric: Metric, what: string, worst: Worst, expr: (by: string) => PromQl): readonly Shown[] {
  const labels = tellingLabels(metric);
  const first = worst === "highest" ? "topk" : "bottomk";
  const shown = (by: string): PromQl => `${first}(${MOST}, ${expr(by)})`;
  return [
    ...(labels.length === 0
      ? []
      : [{ says: `${what} by ${spokenLabels(labels)}`, promql: shown(labels.join(", ")) }]),
    { says: `${what} by \`instance\``, promql: shown("instance") },
  ];
}

function spokenLabels(labels: readonly string[]): string {
  return labels.map((label) => `\`${label}\``).join(", ");
}

/** Where the bad events of an SLI come from, by the labels of its metric and by instance; no line where there is none. */
export function badBy(sli: EventSli, window: Duration, here: Here): readonly Shown[] {
  const { total, counted } = rawSeries(sli, here);
  const sum = (by: string, series: PromQl): PromQl => `sum by (${by}) (${over("increase", series, window)})`;
  const bad = (by: string): PromQl =>
    sli.kind === "request-ratio" ? sum(by, counted) : `${sum(by, total)} - ${sum(by, counted)}`;
  return broken(
    eventMetricOf(sli),
    `bad events within ${spoken(window)}`,
    "highest",
    (by) => `${bad(by)} > 0`,
  );
}

/** What an SLI of several counters or of queries is made of: each metric that it reads, by its labels and by instance. */
export function partsOfPlain(sli: PlainSli, window: Duration, here: Here): readonly Shown[] {
  return [
    { says: `bad events within ${spoken(window)}`, promql: plainEvents(sli, window, { here }).bad },
    ...sliReadings(sli).flatMap(({ metric, where }) =>
      broken(metric, `\`${metric.name}\` within ${spoken(window)}`, "highest", (by) => {
        const series = seriesOf({ ...metric, name: countName(metric) }, { here, place: [] }, where);
        return isCounted(metric)
          ? `sum by (${by}) (${over("increase", series, window)})`
          : `max by (${by}) (${series})`;
      }),
    ),
  ];
}

/** The share of bad events as people write it: rules besides leave out series that lack the bound of the objective. */
export function badShare(sli: EventSli, window: Duration, here: Here): PromQl {
  const { total, counted } = rawSeries(sli, here);
  const sum = (series: PromQl): PromQl => `sum(${over("increase", series, window)})`;
  const bad = sli.kind === "request-ratio" ? sum(counted) : `(${sum(total)} - ${sum(counted)})`;
  return share(bad, sum(total));
}

function agesBy({ gauge, where, ...age }: Age, worst: Worst, here: Here): readonly Shown[] {
  const series = seriesOf(gauge, { here, place: [] }, where);
  const says = age.ahead === true ? "seconds until then" : "age in seconds";
  return broken(gauge, says, worst, (by) => sinceOrUntil(age, [by], series));
}

/** What a measure is made of, by the labels of its metrics and by instance. */
export function partsBy(measure: AlertMeasure, worst: Worst, here: Here): readonly Shown[] {
  const series = (metric: Metric, where?: readonly LabelMatch[]): PromQl =>
    seriesOf(metric, { here, place: [] }, where);
  const operator = worst === "highest" ? "max" : "min";
  const level = (metric: Metric, where?: readonly LabelMatch[]): readonly Shown[] =>
    broken(metric, `\`${metric.name}\``, worst, (by) => `${operator} by (${by}) (${series(metric, where)})`);
  const grown = ({ counter, where }: CounterPart, window: Duration): readonly Shown[] =>
    broken(
      counter,
      `\`${counter.name}\` within ${spoken(window)}`,
      worst,
      (by) => `sum by (${by}) (${over("increase", series(counter, where), window)})`,
    );
  switch (measure.kind) {
    case "age":
      return agesBy(measure, worst, here);
    case "level":
    case "spread":
    case "gauge-per-target":
    case "turns":
      return level(measure.gauge, "where" in measure ? measure.where : []);
    case "forecast":
    case "gauge-share":
      return [...level(measure.part), ...level(measure.whole)];
    case "increase":
    case "rate":
      return grown(measure, measure.window);
    case "counter-share":
      return [measure.part, ...measure.whole].flatMap((part) => grown(part, measure.window));
    case "bad-events":
      return badBy(measure.sli, measure.window, here);
    case "query":
      return measure.reads.flatMap((one) => level(one));
    case "targets-up":
      return [{ says: "each target, 1 where it answers", promql: upOf(measure.job.name, here) }];
  }
}

/** How many series of a metric there are. */
export function seriesCount(metric: Metric, where: readonly LabelMatch[], here: Here): PromQl {
  return `count(${selector(countName(metric), [equals("job", metric.job.name), ...here, ...where])})`;
}

/** Whether each target of a job answers. */
export function upOf(job: string, here: Here): PromQl {
  return selector("up", [equals("job", job), ...here]);
}
