import type { PlannedPanel, PlannedRow } from "../../plan/dashboard";
import { bars, graph } from "./panels";
import { limitSteps } from "./style";
import { DIMENSIONS } from "../../plan/names";
import type { RequestRatioSli } from "../../slo/sli";
import { countName, matchesValue, type LabelMatch } from "../../slo/telemetry";
import type { Duration } from "../../slo/duration";
import { aggregate, over, selector, share, type PromQl } from "../promql";
import type { SloContext } from "../slo-context";
import { KEYS } from "./keys";
import { sloLegend, sloQueries } from "./queries";
import { population, sloRunbooks, type ServiceView } from "./view";
import { own } from "../../slo/order";

/** How far back the trend of errors goes. */
const TREND: Duration = "7d";

/** Classes of HTTP answers that are failures or refusals; each has its own signal. */
const CLASSES = [
  { name: "4xx", pattern: "4.." },
  { name: "5xx", pattern: "5.." },
] as const;
type HttpClass = (typeof CLASSES)[number];

/** An SLO that counts failed requests, and the labels that its counter can be broken down by. */
interface Errors {
  readonly context: SloContext;
  readonly sli: RequestRatioSli;
  /** `5xx` where the SLI counts exactly those, else `Error`. */
  readonly name: string;
  /** The labels that neither select the requests nor tell failed from good ones. */
  readonly dimensions: readonly string[];
}

/** A row per SLO that counts failed requests. */
export function errorRows(view: ServiceView): readonly PlannedRow[] {
  return view.contexts.flatMap((context) => {
    const { sli } = context.slo;
    if (sli.kind !== "request-ratio") {
      return [];
    }
    const errors: Errors = { context, sli, name: errorName(sli), dimensions: dimensionsOf(sli) };
    return [
      {
        key: `errors:${context.slo.id}`,
        title: `Errors: ${context.slo.title}`,
        panels: [
          trend(view, errors),
          ...(errors.dimensions.length === 0
            ? []
            : [breakdownBars(view, errors), breakdownGraph(view, errors)]),
          ...classPanels(view, errors),
        ],
      },
    ];
  });
}

function errorName({ errors }: RequestRatioSli): string {
  const [only, ...more] = errors;
  const named = CLASSES.find(({ pattern }) => only?.op === "=~" && only.value === pattern);
  return named !== undefined && more.length === 0 ? named.name : "Error";
}

function dimensionsOf({ total, of, errors }: RequestRatioSli): readonly string[] {
  const fixed = new Set([...of, ...errors].map(({ label }) => label));
  return Object.keys(total.labels).filter((label) => !fixed.has(label));
}

function trend(view: ServiceView, { context, name }: Errors): PlannedPanel {
  const { slo, budget, burn, objective } = context;
  const window = burn.windows[0].long;
  return graph({
    key: KEYS.slo(slo.id, "errors"),
    title: `${name} ratio, last ${TREND}`,
    description: `Share of ${slo.population} ${slo.breach}, over ${window} each, for the last ${TREND}. Above the line the objective of ${objective} is missed.`,
    unit: "ratio",
    size: "half",
    span: TREND,
    steps: limitSteps(budget.toNumber()),
    queries: [{ expr: sloQueries(context, view.here).hourlyErrors, legend: sloLegend(context, slo.breach) }],
    links: sloRunbooks(view, context, "outage", "burn-rate", "bad-events"),
  });
}

/** Failed requests among all by dimension; a part without failures is 0, not absent. */
function breakdown({ here }: ServiceView, { sli, dimensions }: Errors, window: Duration): PromQl {
  const count = (more: readonly LabelMatch[]): PromQl => {
    const series = selector(countName(sli.total), [...population(sli.total, here, sli.of), ...more]);
    return aggregate("sum", dimensions, over("increase", series, window));
  };
  return share(`(\n  ${count(sli.errors)}\n  or 0 * ${count([])}\n)`, count([]));
}

function legendOf({ dimensions }: Errors): string {
  return dimensions.map((label) => `{{${label}}}`).join(" ");
}

function breakdownBars(view: ServiceView, errors: Errors): PlannedPanel {
  const { context, name, dimensions } = errors;
  const by = dimensions.join(" and ");
  return bars({
    key: KEYS.slo(context.slo.id, "errors-by-part"),
    title: `${name} ratio by ${by}, last ${TREND}`,
    description: `Share of ${context.slo.population} ${context.slo.breach}, by ${by}, over the last ${TREND}. The first error of a series that had none before is not in it.`,
    unit: "ratio",
    size: "half",
    steps: limitSteps(context.budget.toNumber()),
    queries: [{ expr: breakdown(view, errors, TREND), legend: legendOf(errors) }],
    links: sloRunbooks(view, context, "burn-rate"),
  });
}

function breakdownGraph(view: ServiceView, errors: Errors): PlannedPanel {
  const { context, name, dimensions } = errors;
  const { base } = context.burn;
  const by = dimensions.join(" and ");
  return graph({
    key: KEYS.slo(context.slo.id, "errors-by-part-now"),
    title: `${name} ratio by ${by}, ${base}`,
    description: `Share of ${context.slo.population} ${context.slo.breach}, by ${by}, over ${base}: where an incident strikes.`,
    unit: "ratio",
    size: "column",
    queries: [{ expr: breakdown(view, errors, base), legend: legendOf(errors) }],
    links: sloRunbooks(view, context, "burn-rate"),
  });
}

/**
 * Counts by status, for each class that the contract has: 4xx and 5xx have two panels and two names,
 * because 4xx, 429 and 499 too, are good for availability and still a signal.
 */
function classPanels(view: ServiceView, errors: Errors): readonly PlannedPanel[] {
  const { sli } = errors;
  return [...new Set(sli.errors.map(({ label }) => label))].flatMap((label) =>
    CLASSES.flatMap((http) => {
      const match: LabelMatch = { label, op: "=~", value: http.pattern };
      const values = (own(sli.total.labels, label) ?? []).filter((value) => matchesValue(match, value));
      return values.length === 0 ? [] : [classPanel(view, errors, { match, http, values })];
    }),
  );
}

interface ClassOfAnswers {
  readonly match: LabelMatch;
  readonly http: HttpClass;
  readonly values: readonly string[];
}

function classPanel(
  view: ServiceView,
  { context, sli }: Errors,
  { match, http, values }: ClassOfAnswers,
): PlannedPanel {
  const { base } = context.burn;
  const conditions = population(sli.total, view.here, sli.of);
  const count = (by: readonly string[], more: readonly LabelMatch[]): PromQl =>
    aggregate("sum", by, over("increase", selector(countName(sli.total), [...conditions, ...more]), base));
  const none = `label_replace(0 * ${count(DIMENSIONS, [])}, "${match.label}", "none", "", "")`;
  const failed = values.filter((value) => countsAsFailed(sli, match.label, value));
  const all = failed.length === values.length;
  const meaning = failed.length === 0 ? "good" : all ? "failed" : "good or failed, by the SLO's conditions,";
  return graph({
    key: KEYS.slo(context.slo.id, http.name),
    title: `${http.name} answers by ${match.label}, ${base}`,
    description: `Answers with ${values.join(", ")} in ${base}, by ${match.label}. They count as ${meaning} for ${context.slo.title}.`,
    unit: "count",
    size: "column",
    draw: "bars",
    step: base,
    queries: [{ expr: `${count([match.label], [match])}\nor on () ${none}`, legend: `{{${match.label}}}` }],
  });
}

function countsAsFailed({ errors }: RequestRatioSli, label: string, value: string): boolean {
  return errors.filter((match) => match.label === label).every((match) => matchesValue(match, value));
}
