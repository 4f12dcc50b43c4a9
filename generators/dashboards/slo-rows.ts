import type { PlannedPanel, PlannedRow, Query, Step } from "../../plan/dashboard";
import { graph, stat } from "./panels";
import { BUDGET_STEPS, COVERAGE_STEPS, objectiveSteps } from "./style";
import { spanSays } from "../../plan/page-times";
import { pairsOf } from "../../slo/burn-rate";
import { decimal, exactRatio } from "../../slo/objective";
import type { CompositeSli, Step as JourneyStep } from "../../slo/sli";
import { timesToPage } from "../../slo/time-to-page";
import { eventsPerDay } from "../../slo/volume";
import { stepShare, weightOfAll } from "../composite";
import { recordNames, type SloContext } from "../slo-context";
import { KEYS } from "./keys";
import { sloLegend, sloQueries } from "./queries";
import { sloRunbooks, type ServiceView } from "./view";

/** One row per SLO: what is promised, and how it stands. */
export function statusRows(view: ServiceView): readonly PlannedRow[] {
  return view.contexts.map((context) => ({
    key: `slo:${context.slo.id}`,
    title: `${context.slo.title}: ${context.objective} over ${context.burn.period}`,
    panels: statusPanels(view, context),
  }));
}

function statusPanels(view: ServiceView, context: SloContext): readonly PlannedPanel[] {
  const { slo, objective, burn, budget } = context;
  const queries = sloQueries(context, view.here);
  const one = (expr: string): readonly [{ expr: string; legend: string }] => [
    { expr, legend: sloLegend(context, slo.title) },
  ];
  const size = "quarter" as const;
  return [
    stat({
      key: KEYS.slo(slo.id, "sli"),
      title: `Good ${slo.population}, ${burn.period}`,
      description: `Share of ${slo.population} over ${burn.period} that were good: all but those ${slo.breach}. The objective is ${objective}. It lags by up to ${burn.windows[0].long}.`,
      unit: "ratio",
      size,
      decimals: 3,
      steps: objectiveSteps(exactRatio(objective).toNumber()),
      queries: [
        ...one(queries.sli),
        ...(context.maintenance.length === 0
          ? []
          : [{ expr: queries.sliOfAll, legend: sloLegend(context, "with planned maintenance") }]),
      ],
      links: sloRunbooks(view, context),
    }),
    stat({
      key: KEYS.slo(slo.id, "budget"),
      title: "Error budget remaining",
      description: `What is left of the ${decimal(budget.times(100))}% of ${slo.population} that may be ${slo.breach}. Below 50% deploy with care, below 25% only to repair, below 10% stop feature work.`,
      unit: "ratio",
      size,
      decimals: 1,
      steps: BUDGET_STEPS,
      queries: one(queries.budgetRemaining),
      links: sloRunbooks(view, context, "budget"),
    }),
    burnRate(view, context),
    coverage(view, context),
  ];
}

function burnRate(view: ServiceView, context: SloContext): PlannedPanel {
  const { slo, burn } = context;
  return stat({
    key: KEYS.slo(slo.id, "burn"),
    title: `Burn rate, ${burn.windows[0].long}`,
    description:
      `How many times faster than sustainable the budget is used. At 1x it lasts exactly ${burn.period}; ${sent(context)}. ${lasting(context)}`.trim(),
    unit: "multiple",
    size: "quarter",
    decimals: 2,
    steps: burnSteps(context),
    queries: [{ expr: sloQueries(context, view.here).burn[0].expr, legend: sloLegend(context, slo.title) }],
    links: sloRunbooks(view, context, "burn-rate"),
  });
}

/** From which rate on somebody is told by the fastest pair that can fire. */
function sent({ slo, burn, budget }: SloContext): string {
  const [page] = pairsOf(burn, "page", budget);
  return page === undefined
    ? "an objective this low sends no page, tickets alone"
    : `from ${decimal(page.factor)}x over ${page.long} on a ${slo.response} is sent`;
}

/** How long errors last until then. */
function lasting({ slo, burn, budget, interval, guard }: SloContext): string {
  const perDay = eventsPerDay(slo);
  const times = timesToPage({
    ...{ burn, budget, interval, guard, waits: "0s" },
    ...(perDay === undefined ? {} : { eventsPerHour: perDay.div(24) }),
    ...(slo.sli.kind === "time" ? { minimum: slo.sli.minimum } : {}),
  });
  const fires = times.flatMap(({ percent, after }) =>
    after === undefined ? [] : [`${percent}% last ${spanSays(after)}`],
  );
  return fires.length === 0 ? "" : `Before that, errors of ${fires.join(", of ")}.`;
}

function coverage(view: ServiceView, context: SloContext): PlannedPanel {
  const { slo, burn } = context;
  return stat({
    key: KEYS.slo(slo.id, "coverage"),
    title: "Window known",
    description: `Share of the ${burn.period} that was measured. Below 25% the budget alert is silent; a new service, or a gap in the data.`,
    unit: "ratio",
    size: "quarter",
    decimals: 1,
    steps: COVERAGE_STEPS,
    queries: [{ expr: sloQueries(context, view.here).coverage, legend: sloLegend(context, slo.title) }],
    links: sloRunbooks(view, context, "telemetry"),
  });
}

/** Where the pairs of windows fire, from the slowest ticket to the fastest page; below 1x nothing is wrong. */
export function burnSteps({ burn, budget }: SloContext): readonly Step[] {
  const pages = pairsOf(burn, "page", budget).map(({ id, factor }): Step => ({
    from: factor.toNumber(),
    colour: id === "page-fast" ? "bad" : "poor",
  }));
  return [{ from: null, colour: "good" }, { from: 1, colour: "caution" }, ...pages.reverse()];
}

/** How the budgets got where they are: the whole window, and the windows that alerts look at. */
export function budgetRow(view: ServiceView): PlannedRow {
  return {
    key: "budgets",
    title: "Error budgets over time",
    panels: view.contexts.flatMap((context) => budgetPanels(view, context)),
  };
}

function budgetPanels(view: ServiceView, context: SloContext): readonly PlannedPanel[] {
  const { slo, burn } = context;
  const queries = sloQueries(context, view.here);
  return [
    graph({
      key: KEYS.slo(slo.id, "budget-history"),
      title: `${slo.title}: error budget remaining`,
      description: `The error budget over the last ${burn.period}. A step down is an incident; it rises again when the incident leaves the window.`,
      unit: "ratio",
      size: "half",
      span: burn.period,
      steps: BUDGET_STEPS,
      queries: [{ expr: queries.budgetRemaining, legend: sloLegend(context, "remaining") }],
      links: sloRunbooks(view, context, "budget"),
    }),
    graph({
      key: KEYS.slo(slo.id, "burn-windows"),
      title: `${slo.title}: burn rate by window`,
      description:
        "The long windows of the burn-rate alerts. All of them high is an incident that lasts; only the shortest is one that has just begun, only the longest one that is over.",
      unit: "multiple",
      size: "half",
      steps: burnSteps(context),
      queries: queries.burn,
      links: sloRunbooks(view, context, "burn-rate"),
    }),
    ...(slo.sli.kind === "composite" ? [stepsPanel(view, context, slo.sli)] : []),
  ];
}

/** How much of the budget of a journey each of its steps uses. */
function stepsPanel(view: ServiceView, context: SloContext, { steps, of }: CompositeSli): PlannedPanel {
  const part = (weight: string): string => (of === "all" ? "" : `${weight} / ${weightOfAll(steps)} * `);
  const query = (step: JourneyStep): Query => ({
    legend: step.title,
    expr: `${part(step.weight)}${stepShare(step, recordNames(context).increase, view.here)} / ${decimal(context.budget)}`,
  });
  const [first, ...others] = steps;
  return graph({
    key: KEYS.slo(context.slo.id, "steps"),
    title: `${context.slo.title}: burn rate by step`,
    description: `How many times faster than sustainable each step uses the budget of the journey, over ${context.burn.windows[0].long}. Together they make its burn rate.`,
    unit: "multiple",
    size: "full",
    steps: burnSteps(context),
    queries: [query(first), ...others.map(query)],
  });
}
