import Big from "big.js";
import type { ReportSettings, ReportSlo } from "../plan/report";
import type { Span } from "../slo/calendar";
import { errorBudget } from "../slo/objective";
import { sortedBy } from "../slo/order";
import { budgetsLeft, questionsOf } from "./questions";
import type { ReportSource, Value } from "./server";

/** How an objective did in a stretch of time; of one that judges values apart, how one of them did. */
export interface ObjectivePast {
  /** Id of the SLO, which is unique in the environment. */
  readonly slo: string;
  readonly service: string;
  readonly team: string;
  readonly title: string;
  readonly apart: string;
  readonly objective: string;
  readonly events: number;
  readonly bad: number;
  /** The share of good events; nothing where there was none. */
  readonly good: number | undefined;
  /** The share with the events of planned maintenance; absent where it took out none. */
  readonly goodWithMaintenance?: number;
  /** The share of this time's error budget that was spent. */
  readonly spent: number | undefined;
  /** The share of the time that was measured. */
  readonly measured: number;
  /** What was left of the budget of the SLO's own window at the end, and how that differs from the beginning. */
  readonly left: number | undefined;
  readonly change: number | undefined;
}

/** What was left of the budgets at the beginning and at the end, by the id of the SLO. */
export interface BudgetsLeft {
  readonly before: ReadonlyMap<string, number>;
  readonly after: ReadonlyMap<string, number>;
}

/** @throws StrangeServer where the server gives no answer */
export async function budgetsIn(
  settings: ReportSettings,
  source: ReportSource,
  { from, to }: Span,
): Promise<BudgetsLeft> {
  const at = async (moment: number): Promise<ReadonlyMap<string, number>> =>
    new Map(
      (await source.at(budgetsLeft(settings), moment)).map(({ labels, value }) => [
        labels["slo_id"] ?? "",
        value,
      ]),
    );
  const [before, after] = await Promise.all([at(from), at(to)]);
  return { before, after };
}

/** How every objective did. */
export async function objectivesIn(
  settings: ReportSettings,
  source: ReportSource,
  span: Span,
  { before, after }: BudgetsLeft,
): Promise<readonly ObjectivePast[]> {
  const lines: ObjectivePast[] = [];
  for (const slo of settings.slos) {
    const [left, earlier] = [after.get(slo.id), before.get(slo.id)];
    const change = left === undefined || earlier === undefined ? undefined : left - earlier;
    const counted = await countedIn(settings, source, slo, span);
    lines.push(...counted.map((line) => ({ ...line, left, change })));
  }
  return lines;
}

async function countedIn(
  settings: ReportSettings,
  source: ReportSource,
  slo: ReportSlo,
  span: Span,
): Promise<readonly Omit<ObjectivePast, "change" | "left">[]> {
  const asked = questionsOf(settings, slo, span);
  const [bad = [], total = [], known = [], excludedBad = [], excludedTotal = []] = await Promise.all(
    [asked.bad, asked.total, asked.known, asked.excludedBad, asked.excludedTotal].map((expr) =>
      source.at(expr, span.to),
    ),
  );
  const apart = ({ labels }: Value): string => (slo.by ?? []).map((label) => labels[label] ?? "").join(" ");
  const of = (all: readonly Value[], value: string): number =>
    all.find((one) => apart(one) === value)?.value ?? 0;
  const budget = errorBudget(slo.objective);
  const { id, service, team, title, objective } = slo;
  return sortedBy(total.length === 0 ? [""] : total.map(apart), (value) => value).map((value) => {
    const [events, failed] = [of(total, value), of(bad, value)];
    const [moreEvents, moreFailed] = [of(excludedTotal, value), of(excludedBad, value)];
    const share = events > 0 ? failed / events : undefined;
    return {
      ...{ slo: id, service, team, title, apart: value, objective, events, bad: failed },
      good: share === undefined ? undefined : 1 - share,
      ...(moreEvents > 0 ? { goodWithMaintenance: 1 - (failed + moreFailed) / (events + moreEvents) } : {}),
      spent: share === undefined ? undefined : new Big(share).div(budget).toNumber(),
      measured: of(known, value),
    };
  });
}
