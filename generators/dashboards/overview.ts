import { titleIn, type Link, type PlannedPanel, type PlannedRow, type Step } from "../../plan/dashboard";
import { type DashboardDraft, graph, table } from "./panels";
import { BUDGET_STEPS, COVERAGE_STEPS } from "./style";
import { overviewMarks } from "./marks";
import { SELF } from "../../plan/names";
import { decimal, exactRatio } from "../../slo/objective";
import { groupedBy, sortedBy } from "../../slo/order";
import type { LabelMatch } from "../../slo/telemetry";
import { aggregate, anyOf, selector, share, type PromQl } from "../promql";
import { newest, recordNames, type SloContext } from "../slo-context";
import { burnSteps } from "./slo-rows";
import type { ServiceView } from "./view";
import { watchedRow } from "./watched-row";

/** Labels that every recorded series of an SLO has, and the headings of their columns. */
const ROW_LABELS = { service: "Service", slo_id: "SLO" } as const;

/** Heading of the column that the table is sorted by. */
const BUDGET = "Error budget remaining";

/** Lines in a graph; more cannot be told apart. */
const WORST = 10;

/**
 * All SLOs of an environment on one page, and what the monitoring watches of itself; the dead man's switch links to it.
 */
export function overviewDashboard(
  contexts: readonly SloContext[],
  self: ServiceView,
  links: readonly Link[],
): DashboardDraft {
  const [first] = contexts;
  const { here, place } = self;
  return {
    uid: SELF.dashboard,
    place,
    title: titleIn("SLO overview", place),
    description:
      "Every SLO of this environment: what is promised, how it stands, how fast it is being used up.",
    tags: ["overview"],
    links,
    marks: overviewMarks(here),
    rows: [
      ...(first === undefined
        ? []
        : overviewRows(overviewQueries(contexts, here), burnSteps(first), owners(contexts))),
      watchedRow(self),
    ],
  };
}

/** Who owns what is written down, for a record with the name of a team would begin anew under another name. */
function owners(contexts: readonly SloContext[]): string {
  const teams = groupedBy(
    sortedBy(contexts, ({ service }) => service.id),
    ({ service }) => service.team,
  );
  return sortedBy(teams, ([team]) => team)
    .map(([team, owned]) => `${team}: ${[...new Set(owned.map(({ service }) => service.id))].join(", ")}`)
    .join("; ");
}

/** @param steps of burn rates; windows other than the first SLO's have slightly other factors */
function overviewRows(
  queries: OverviewQueries,
  steps: readonly Step[],
  teams: string,
): readonly PlannedRow[] {
  return [
    { key: "slos", title: "SLOs", panels: [sloTable(queries, steps, teams)] },
    { key: "trends", title: `The ${WORST} worst over time`, panels: trends(queries, steps) },
  ];
}

/** Queries over all SLOs at once; each yields one series per SLO with the same labels, so that a table can join them. */
interface OverviewQueries {
  readonly objective: PromQl;
  readonly sli: PromQl;
  readonly budget: PromQl;
  readonly burn: PromQl;
  readonly coverage: PromQl;
}

function overviewQueries(all: readonly SloContext[], place: readonly LabelMatch[]): OverviewQueries {
  // Of values that are judged apart, the worst.
  const perSlo = (exprs: readonly PromQl[], worst: "max" | "min" = "min"): PromQl =>
    aggregate(worst, Object.keys(ROW_LABELS), anyOf(exprs));
  const here = (name: string, ...more: readonly LabelMatch[]): PromQl => selector(name, [...place, ...more]);
  const periods = grouped(all, ({ burn }) => burn.period);
  const promises = grouped(all, ({ burn, objective }) => `${burn.period} ${objective}`);
  const recorded = (name: (names: ReturnType<typeof recordNames>) => string): readonly PromQl[] => [
    ...new Set(all.map((context) => newest(here(name(recordNames(context))), context.burn))),
  ];
  return {
    objective: perSlo(
      promises.map(({ first, ids }) => {
        const known = newest(here(recordNames(first).coverage, ids), first.burn);
        return `0 * ${known} + ${decimal(exactRatio(first.objective))}`;
      }),
    ),
    sli: perSlo(
      periods.map(({ first }) => {
        const errors = newest(here(recordNames(first).ratio(first.burn.period)), first.burn);
        return `1 - ${errors}`;
      }),
    ),
    budget: perSlo(recorded((names) => names.budgetRemaining)),
    burn: perSlo(
      promises.map(({ first, ids }) => {
        const names = recordNames(first);
        const errors = share(here(names.increase("error"), ids), here(names.increase("total"), ids));
        return `${errors} / ${decimal(first.budget)}`;
      }),
      "max",
    ),
    coverage: perSlo(recorded((names) => names.coverage)),
  };
}

/** SLOs that one query can read, because names or numbers in it are the same for all of them. */
interface Group {
  readonly first: SloContext;
  readonly ids: LabelMatch;
}

function grouped(all: readonly SloContext[], key: (context: SloContext) => string): readonly Group[] {
  return sortedBy(groupedBy(all, key), ([name]) => name).map(([, members]) => ({
    first: members[0],
    ids: { label: "slo_id", op: "=~", value: members.map(({ id }) => id).join("|") },
  }));
}

function sloTable(queries: OverviewQueries, steps: readonly Step[], teams: string): PlannedPanel {
  return table({
    key: "overview:slos",
    title: "SLOs",
    description: `A row per SLO, the least error budget first. The burn rate is that of the shortest long window, an hour where the SLO's window is 28 days or more. Owners (${teams}).`,
    unit: "ratio",
    size: "full",
    by: ROW_LABELS,
    sortBy: BUDGET,
    columns: [
      { title: "Objective", expr: queries.objective, unit: "ratio", decimals: 2 },
      { title: "Good", expr: queries.sli, unit: "ratio", decimals: 3 },
      { title: BUDGET, expr: queries.budget, unit: "ratio", decimals: 1, steps: BUDGET_STEPS },
      { title: "Burn rate", expr: queries.burn, unit: "multiple", decimals: 2, steps },
      { title: "Window known", expr: queries.coverage, unit: "ratio", decimals: 1, steps: COVERAGE_STEPS },
    ],
  });
}

function trends(queries: OverviewQueries, steps: readonly Step[]): readonly PlannedPanel[] {
  return [
    graph({
      key: "overview:budgets",
      title: "Least error budget remaining",
      description: `The error budget of the ${WORST} SLOs that have the least of it. Below 25% deploys are frozen.`,
      unit: "ratio",
      size: "half",
      span: "7d",
      steps: BUDGET_STEPS,
      queries: [{ expr: `bottomk(${WORST}, ${queries.budget})`, legend: "{{slo_id}}" }],
    }),
    graph({
      key: "overview:burn",
      title: "Highest burn rate",
      description: `How many times faster than sustainable the ${WORST} SLOs that burn fastest use their budget. At 1x it lasts exactly the SLO's window.`,
      unit: "multiple",
      size: "half",
      steps,
      queries: [{ expr: `topk(${WORST}, ${queries.burn})`, legend: "{{slo_id}}" }],
    }),
  ];
}
