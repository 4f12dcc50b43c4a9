import type { PlannedPanel, PlannedRow, Query, StatSpec } from "../../plan/dashboard";
import { graph, stat } from "./panels";
import { BUDGET_STEPS, limitSteps } from "./style";
import { equals, selector, type PromQl } from "../promql";
import type { SloContext } from "../slo-context";
import { sloLegend, sloQueries, type SloQueries } from "./queries";
import type { ServiceView } from "./view";

/** What somebody who was paged looks at first: every SLO of the service in a handful of panels, and what fires. */
export function glanceRow(view: ServiceView): PlannedRow {
  const [first, ...others] = view.contexts;
  return {
    key: "glance",
    title: "At a glance",
    panels: [...(first === undefined ? [] : sloPanels(view, [first, ...others])), firing(view)],
  };
}

function sloPanels(
  { here }: ServiceView,
  [first, ...others]: readonly [SloContext, ...SloContext[]],
): readonly PlannedPanel[] {
  const asked = (context: SloContext): Asked => ({
    queries: sloQueries(context, here),
    legend: sloLegend(context, context.slo.title),
  });
  const [one, ...more] = [asked(first), ...others.map(asked)] as const;
  const each: EachSlo = (expr) => {
    const query = ({ queries, legend }: Asked): Query => ({ expr: expr(queries), legend });
    return [query(one), ...more.map(query)];
  };
  return [...budgets(each), ...events(each)];
}

interface Asked {
  readonly queries: SloQueries;
  readonly legend: string;
}

/** A query of every SLO. */
type EachSlo = (expr: (queries: SloQueries) => PromQl) => StatSpec["queries"];

function budgets(each: EachSlo): readonly PlannedPanel[] {
  return [
    stat({
      key: "glance:budget",
      title: "Error budgets remaining",
      description: "What is left of each error budget. Below 25% only repairs are deployed.",
      unit: "ratio",
      size: "half",
      decimals: 1,
      steps: BUDGET_STEPS,
      queries: each(({ budgetRemaining }) => budgetRemaining),
    }),
    graph({
      key: "glance:burn",
      title: "Burn rates",
      description:
        "How many times faster than sustainable each budget is used, over the shortest long window of its alerts. At 1x it lasts exactly as long as it has to.",
      unit: "multiple",
      size: "half",
      steps: [
        { from: null, colour: "good" },
        { from: 1, colour: "caution" },
      ],
      queries: each(({ burn }) => burn[0].expr),
    }),
  ];
}

function events(each: EachSlo): readonly PlannedPanel[] {
  return [
    graph({
      key: "glance:errors",
      title: "Bad events",
      description: "Share of the events of each SLO that are bad now: failed, or slower than promised.",
      unit: "ratio",
      size: "half",
      queries: each(({ recentErrors }) => recentErrors),
    }),
    graph({
      key: "glance:traffic",
      title: "Events",
      description: "Events that each SLO counts; without any, its share of bad ones says nothing.",
      unit: "perSecond",
      size: "half",
      queries: each((queries) => queries.events),
    }),
  ];
}

/** None is a number, too: an empty panel would look like a broken one. */
function firing({ service, here }: ServiceView): PlannedPanel {
  const matches = [equals("alertstate", "firing"), equals("service", service.id), ...here];
  return stat({
    key: "glance:alerts",
    title: "Alerts that fire",
    description: "How many fire now. Each has a panel below, with its limit and its runbook.",
    unit: "count",
    size: "third",
    decimals: 0,
    steps: limitSteps(1),
    queries: [{ legend: "firing", expr: `count(${selector("ALERTS", matches)}) or vector(0)` }],
  });
}
