import type { Duration } from "../../slo/duration";
import { exactRatio } from "../../slo/objective";
import type { LatencyRatioSli } from "../../slo/sli";
import type { LabelMatch } from "../../slo/telemetry";
import { aggregate, over, selector } from "../promql";
import type { SloContext } from "../slo-context";
import type { RowDraft } from "./layout";
import { graph, stat, type PanelDraft } from "./panels";
import { sloQueries } from "./queries";
import { limitSteps, type Link, type Query } from "./style";
import { population, runbookLinks, sloRunbooks, unitOf, type ServiceView } from "./view";

/** A quantile that documents name (OMNIHUB-DASH-1.2). */
interface Quantile {
  readonly name: "P50" | "P95" | "P99";
  readonly ratio: string;
}

const P50: Quantile = { name: "P50", ratio: "0.5" };
const P95: Quantile = { name: "P95", ratio: "0.95" };
const P99: Quantile = { name: "P99", ratio: "0.99" };

/** Requests of one kind whose times a histogram holds, and the SLOs on them. */
interface Latency {
  readonly sli: LatencyRatioSli;
  readonly selection: string;
  readonly window: Duration;
  readonly contexts: readonly SloContext[];
}

/** A row per histogram and kind of request that a latency SLO looks at. */
export function latencyRows(view: ServiceView): readonly RowDraft[] {
  return latencies(view).map((latency) => ({
    key: `latency:${latency.selection}`,
    title: `Latency of ${latency.sli.histogram.job.name}${matchesText(latency.sli.of)}`,
    panels: [
      ...[P50, P95, P99].map((quantile) => quantileStat(view, latency, quantile)),
      quantileGraph(view, latency),
      ...latency.contexts.map((context) => slowShare(view, context)),
    ],
  }));
}

function latencies({ contexts }: ServiceView): readonly Latency[] {
  const bySelection = new Map<string, Latency>();
  for (const context of contexts) {
    const { sli } = context.slo;
    if (sli.kind === "latency-ratio") {
      const selection = `${sli.histogram.name}${matchesText(sli.of)}`;
      const known = bySelection.get(selection)?.contexts ?? [];
      bySelection.set(selection, {
        sli,
        selection,
        window: context.burn.base,
        contexts: [...known, context],
      });
    }
  }
  return [...bySelection.values()];
}

function matchesText(of: readonly LabelMatch[]): string {
  return of.length === 0 ? "" : selector("", of);
}

/** For display only: the objective is measured on a bound of the histogram, not on an interpolated quantile. */
function quantileQuery(
  { environment }: ServiceView,
  { sli, window }: Latency,
  { name, ratio }: Quantile,
): Query {
  const { histogram, of } = sli;
  const buckets = selector(`${histogram.name}_bucket`, population(histogram, environment, of));
  const rates = aggregate("sum", ["le"], over("rate", buckets, window));
  return { expr: `histogram_quantile(${ratio}, ${rates})`, legend: name };
}

/** The bound that an objective sets on a quantile: 95 % within 0.5 s is a P95 of 0.5 s. */
function boundOf({ contexts }: Latency, { ratio }: Quantile): string | undefined {
  const same = contexts.find(({ objective }) => exactRatio(objective).eq(ratio));
  return same?.slo.sli.kind === "latency-ratio" ? same.slo.sli.threshold : undefined;
}

function quantileStat(view: ServiceView, latency: Latency, quantile: Quantile): PanelDraft {
  const bound = boundOf(latency, quantile);
  const unit = unitOf(latency.sli.histogram);
  const objective = bound === undefined ? "No objective is set on it." : `The objective is ${bound} ${unit}.`;
  return stat({
    key: `latency:${latency.selection}:${quantile.name}`,
    title: `${quantile.name}, ${latency.window}`,
    description: `The time within which ${quantile.name.slice(1)}% of requests were answered, over ${latency.window}. ${objective} Interpolated between the bounds of the histogram.`,
    unit,
    size: "third",
    queries: [quantileQuery(view, latency, quantile)],
    ...(bound === undefined ? {} : { steps: limitSteps(Number(bound)) }),
    links: latencyRunbooks(view, latency),
  });
}

function quantileGraph(view: ServiceView, latency: Latency): PanelDraft {
  const { selection, sli, window } = latency;
  const query = (quantile: Quantile): Query => quantileQuery(view, latency, quantile);
  return graph({
    key: `latency:${selection}:quantiles`,
    title: `P50, P95 and P99, ${window}`,
    description: `Quantiles of ${sli.histogram.name} over ${window}. Interpolated between its bounds (${sli.histogram.bounds.join(", ")}): read the objective off the share of slow requests instead.`,
    unit: unitOf(sli.histogram),
    size: "half",
    queries: [query(P50), query(P95), query(P99)],
    links: latencyRunbooks(view, latency),
  });
}

/** What the objective is measured on. */
function slowShare(view: ServiceView, context: SloContext): PanelDraft {
  const { slo, budget, burn, objective } = context;
  const { recentErrors } = sloQueries(context, view.environment);
  return graph({
    key: `slo:${slo.id}:errors`,
    title: `Requests ${slo.breach}, ${burn.base}`,
    description: `Share of ${slo.population} ${slo.breach}, over ${burn.base}, exact because it is a bound of the histogram. Above the line the objective of ${objective} is missed.`,
    unit: "ratio",
    size: "half",
    steps: limitSteps(budget.toNumber()),
    queries: [{ expr: recentErrors, legend: slo.breach }],
    links: sloRunbooks(view, context, "burn-rate", "threshold", "telemetry"),
  });
}

function latencyRunbooks({ alerts }: ServiceView, { contexts }: Latency): readonly Link[] {
  const kinds = ["burn-rate", "threshold"];
  const slos = contexts.map(({ slo }) => slo.id);
  return runbookLinks(alerts.filter(({ kind, slo }) => kinds.includes(kind) && slos.includes(slo)));
}
