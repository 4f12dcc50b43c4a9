import type { Link, PlannedPanel, PlannedRow, Query } from "../../plan/dashboard";
import { graph, stat } from "./panels";
import { limitSteps } from "./style";
import type { Duration } from "../../slo/duration";
import { isOutage } from "../../slo/alert";
import { exactRatio, ratioOfPercent } from "../../slo/objective";
import type { LatencyRatioSli } from "../../slo/sli";
import { measureExpr } from "../measures/measures";
import { selection } from "../promql";
import type { SloContext } from "../slo-context";
import { KEYS } from "./keys";
import { sloLegend, sloQueries } from "./queries";
import { runbookLinks, sloRunbooks, unitOf, type ServiceView } from "./view";

/** A quantile that documents name. */
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
export function latencyRows(view: ServiceView): readonly PlannedRow[] {
  return latencies(view).map((latency) => ({
    key: `latency:${latency.selection}`,
    title: `Latency of ${latency.sli.histogram.job.name}${selection("", latency.sli.of)}`,
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
      const name = selection(sli.histogram.name, sli.of);
      const known = bySelection.get(name)?.contexts ?? [];
      bySelection.set(name, {
        sli,
        selection: name,
        window: context.burn.base,
        contexts: [...known, context],
      });
    }
  }
  return [...bySelection.values()];
}

/** For display only: the objective is measured on a bound of the histogram, not on an interpolated quantile. */
function quantileQuery({ here }: ServiceView, { sli, window }: Latency, { name, ratio }: Quantile): Query {
  const { histogram, of: where } = sli;
  const measure = { kind: "quantile", histogram, where, quantile: ratio, window } as const;
  return { expr: measureExpr(measure, { here, place: here }), legend: name };
}

/** What a quantile should stay below, and who says so. */
interface Bound {
  readonly at: string;
  readonly by: "objective" | "alert";
}

/** The bound that an objective sets on a quantile (95 % within 0.5 s is a P95 of 0.5 s), else that of an alert. */
function boundOf({ service }: ServiceView, latency: Latency, { ratio }: Quantile): Bound | undefined {
  const same = latency.contexts.find(({ objective }) => exactRatio(objective).eq(ratio));
  if (same?.slo.sli.kind === "latency-ratio") {
    return { at: same.slo.sli.threshold, by: "objective" };
  }
  const [lowest] = service.alerts
    .flatMap((alert) => (!isOutage(alert) && "above" in alert.when ? [{ ...alert, ...alert.when }] : []))
    .flatMap(({ measure, above }) =>
      measure.kind === "bad-events" &&
      measure.sli.kind === "latency-ratio" &&
      selection(measure.sli.histogram.name, measure.sli.of) === latency.selection &&
      ratioOfPercent(above)?.plus(ratio).eq(1) === true
        ? [measure.sli.threshold]
        : [],
    )
    .sort((a, b) => Number(a) - Number(b));
  return lowest === undefined ? undefined : { at: lowest, by: "alert" };
}

function boundText(bound: Bound | undefined, unit: string): string {
  switch (bound?.by) {
    case "objective":
      return `The objective is ${bound.at} ${unit}.`;
    case "alert":
      return `An alert fires above ${bound.at} ${unit}; no objective is set on it.`;
    case undefined:
      return "No objective is set on it.";
  }
}

function quantileStat(view: ServiceView, latency: Latency, quantile: Quantile): PlannedPanel {
  const bound = boundOf(view, latency, quantile);
  const unit = unitOf(latency.sli.histogram);
  return stat({
    key: `latency:${latency.selection}:${quantile.name}`,
    title: `${quantile.name}, ${latency.window}`,
    description: `The time that ${quantile.name.slice(1)}% of ${populationOf(latency)} took at most, over ${latency.window}. ${boundText(bound, unit)} Interpolated between the bounds of the histogram.`,
    unit,
    size: "third",
    queries: [quantileQuery(view, latency, quantile)],
    ...(bound === undefined ? {} : { steps: limitSteps(Number(bound.at)) }),
    links: latencyRunbooks(view, latency),
  });
}

function quantileGraph(view: ServiceView, latency: Latency): PlannedPanel {
  const { sli, window } = latency;
  const query = (quantile: Quantile): Query => quantileQuery(view, latency, quantile);
  return graph({
    key: KEYS.quantiles(latency.selection),
    title: `P50, P95 and P99, ${window}`,
    description: `Quantiles of ${sli.histogram.name} over ${window}. Interpolated between its bounds (${sli.histogram.bounds.join(", ")}): read the objective off the share of slow requests instead.`,
    unit: unitOf(sli.histogram),
    size: "half",
    queries: [query(P50), query(P95), query(P99)],
    links: latencyRunbooks(view, latency),
  });
}

/** What the objective is measured on. */
function slowShare(view: ServiceView, context: SloContext): PlannedPanel {
  const { slo, budget, burn, objective } = context;
  const { recentErrors } = sloQueries(context, view.here);
  return graph({
    key: KEYS.slo(slo.id, "errors"),
    title: `${capital(slo.population)} ${slo.breach}, ${burn.base}`,
    description: `Share of ${slo.population} ${slo.breach}, over ${burn.base}, exact because it is a bound of the histogram. Above the line the objective of ${objective} is missed.`,
    unit: "ratio",
    size: "half",
    steps: limitSteps(budget.toNumber()),
    queries: [{ expr: recentErrors, legend: sloLegend(context, slo.breach) }],
    links: sloRunbooks(view, context, "burn-rate", "bad-events", "telemetry"),
  });
}

function latencyRunbooks({ alerts }: ServiceView, { contexts }: Latency): readonly Link[] {
  const kinds = ["burn-rate", "bad-events"];
  const slos = contexts.map(({ slo }) => slo.id);
  return runbookLinks(alerts.filter(({ kind, slo }) => kinds.includes(kind) && slos.includes(slo)));
}

function populationOf({ contexts }: Latency): string {
  return [...new Set(contexts.map(({ slo }) => slo.population))].join(" and ");
}

function capital(noun: string): string {
  return `${noun.charAt(0).toUpperCase()}${noun.slice(1)}`;
}
