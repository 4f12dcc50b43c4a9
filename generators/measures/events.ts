import type { BadEvents, Quantile } from "../../slo/measure";
import { eventMetricOf, metricOf } from "../../slo/sli";
import { isNative } from "../../slo/telemetry";
import { spoken } from "../operations/markdown";
import { aggregate, over, share } from "../promql";
import { rawCounts } from "../raw-series";
import { matchesText, seriesOf, type MeasureKind } from "./measure-kind";

export const badEvents: MeasureKind<BadEvents> = {
  expr: ({ sli, window }, { here }) => {
    const { bad, total } = rawCounts(sli, window, here);
    return share(bad, total);
  },
  says: ({ sli, window }, beyond, name) => {
    const bad =
      sli.kind === "latency-ratio" ? `are above ${sli.threshold}` : `have \`${matchesText(sli.errors)}\``;
    return `${beyond.amount} of ${name(metricOf(sli), sli.of)} ${bad} over ${spoken(window)}`;
  },
  panel: ({ sli, window }) => ({
    title: `Bad among ${eventMetricOf(sli).name}`,
    text: `Share of bad events over ${window}.`,
    unit: "ratio",
  }),
};

export const quantile: MeasureKind<Quantile> = {
  expr: ({ histogram, where, quantile: q, window }, scope) => {
    if (isNative(histogram)) {
      return `histogram_quantile(${q}, sum(${over("rate", seriesOf(histogram, scope, where), window)}))`;
    }
    const series = seriesOf({ ...histogram, name: `${histogram.name}_bucket` }, scope, where);
    return `histogram_quantile(${q}, ${aggregate("sum", ["le"], over("rate", series, window))})`;
  },
  says: ({ histogram, where, quantile: q, window }, beyond, name) =>
    `the quantile ${q} of ${name(histogram, where)} over ${spoken(window)} is ${beyond.level}`,
  panel: ({ histogram, quantile: q, window }) => ({
    title: `${histogram.name}, quantile ${q}`,
    text: `${histogram.help} The bound that a share of ${q} stays within over ${window}.`,
    unit: "seconds",
  }),
};
