import { placeOf } from "../plan/environment";
import type { MonitoringPlan, PlannedSlo } from "../plan/monitoring-plan";
import { DIMENSIONS, RECORDS } from "../plan/names";
import { burnPlan } from "../slo/burn-rate";
import { ratioOf, type Duration } from "../slo/duration";
import { decimal, errorBudget } from "../slo/objective";
import { aggregate, equals, inPlace, selector, type PromQl } from "./promql";
import { newest } from "./slo-context";

/** What a gate asks of an SLO, one series for each value that it judges apart. */
export interface GateQueries {
  /** Share of the error budget that is left, below 0 where it is overspent. */
  readonly remaining: PromQl;
  /** Share of the window that is known. */
  readonly coverage: PromQl;
  /** Since a deploy, where one is asked for. */
  readonly since?: {
    /** How many times faster than allowed the budget was spent. */
    readonly burn: PromQl;
    /** Share of the time that was measured. */
    readonly known: PromQl;
  };
}

/** Queries of what is left of the budget of an SLO, and of what was spent since a deploy so long ago. */
export function gateQueries(plan: MonitoringPlan, slo: PlannedSlo, since?: Duration): GateQueries {
  const burn = burnPlan(slo.window, plan.scrape.interval);
  const where = [equals("slo_id", slo.id), ...inPlace(placeOf(plan.environment))];
  const by = [...DIMENSIONS, "slo_id", ...(slo.by ?? [])];
  const latest = (record: string): PromQl => newest(selector(record, where), burn);
  const over = (fn: string, side: "error" | "total", length: Duration): PromQl =>
    aggregate("sum", by, `${fn}(${selector(RECORDS.rate(side, burn.base), where)}[${length}])`);
  return {
    remaining: latest(RECORDS.budgetRemaining),
    coverage: latest(RECORDS.coverage),
    ...(since === undefined
      ? {}
      : {
          since: {
            burn: `${over("sum_over_time", "error", since)} / (${over("sum_over_time", "total", since)} > 0) / ${decimal(errorBudget(slo.objective))}`,
            known: `${over("count_over_time", "total", since)} / ${ratioOf(since, plan.scrape.interval)}`,
          },
        }),
  };
}
