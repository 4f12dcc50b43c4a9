import { equals, selector } from "../promql";
import { recordNames, type SloContext } from "../slo-context";
import type { RowDraft } from "./layout";
import { graph, stat, table, type PanelDraft } from "./panels";
import { sloLegend, sloQueries, type SloQueries } from "./queries";
import { BUDGET_STEPS, type Query, type StatSpec } from "./style";
import type { ServiceView } from "./view";

/** What somebody who was paged looks at first: every SLO of the service in a handful of panels, and what fires. */
export function glanceRow(view: ServiceView): RowDraft {
  const [first, ...others] = view.contexts;
  return {
    key: "glance",
    title: "At a glance",
    panels: [...(first === undefined ? [] : sloPanels(view, [first, ...others])), firing(view)],
  };
}

function sloPanels(
  view: ServiceView,
  contexts: readonly [SloContext, ...SloContext[]],
): readonly PanelDraft[] {
  const each = (expr: (queries: SloQueries, context: SloContext) => string): StatSpec["queries"] => {
    const query = (context: SloContext): Query => ({
      expr: expr(sloQueries(context, view.here), context),
      legend: sloLegend(context, context.slo.title),
    });
    const [first, ...others] = contexts;
    return [query(first), ...others.map(query)];
  };
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
      queries: each((_, context) =>
        selector(recordNames(context).rate("total"), [equals("slo_id", context.id), ...view.here]),
      ),
    }),
  ];
}

function firing({ service, here }: ServiceView): PanelDraft {
  const by = { alertname: "Alert", severity: "Severity", slo: "SLO" } as const;
  const alerts = selector("ALERTS", [equals("alertstate", "firing"), equals("service", service.id), ...here]);
  return table({
    key: "glance:alerts",
    title: "Alerts that fire",
    description: "What fires now; each has a panel below, with its limit, and a runbook.",
    unit: "count",
    size: "full",
    by,
    sortBy: by.alertname,
    columns: [
      {
        title: "Series",
        expr: `count by (${Object.keys(by).join(", ")}) (${alerts})`,
        unit: "count",
        decimals: 0,
      },
    ],
  });
}
