import Big from "big.js";
import { placeOf } from "../../plan/environment";
import type { Labels, MonitoringPlan } from "../../plan/monitoring-plan";
import type { InputSeries, RuleTestCase } from "../../plan/rule-test";
import { limitValue, comparison, type Limit, type MeasuredAlert } from "../../slo/alert";
import { burnThreshold } from "../../slo/burn-rate";
import { guardThreshold } from "../../slo/guard";
import type { GaugeShare } from "../../slo/measure";
import { recordNames, type SloContext } from "../../generators/slo-context";
import { besideChance, withMore } from "./chance";
import { activeIn, BESIDE } from "./given";
import { seriesNamed } from "./labels";
import { lastPicked } from "./sides";

/** How many requests there are in the hour: of few chance decides, of many the rate of the burn. */
const REQUESTS = [60, 1_000, 30_000] as const;

/** Far more than decides anything. */
const FAR_MORE = 1e6;

/** Requests that fail a little more and a little less often than a burn asks for, while a share is beyond its limit. */
export function burningTable(
  plan: MonitoringPlan,
  context: SloContext,
  { name, when }: MeasuredAlert & { readonly when: Limit },
  { part, whole, where }: GaugeShare,
): RuleTestCase {
  const { increase } = recordNames(context);
  const rows = besideChance(REQUESTS, (requests) => leastBurning(context, requests));
  const picked = { job: part.job.name, ...lastPicked(part, where) };
  const beyond = BESIDE.above(limitValue(comparison(when).limit));
  return {
    name: `${name}: failures that are no chance`,
    interval: "5m",
    input_series: rows.flatMap(({ cluster, requests, bad }) => [
      given(plan, whole.name, { cluster, ...picked }, 1),
      given(plan, part.name, { cluster, ...picked }, beyond),
      given(plan, increase("total"), { cluster, ...context.labels }, requests),
      given(plan, increase("error"), { cluster, ...context.labels }, bad),
      // What another SLO counts decides nothing.
      ...(["total", "error"] as const).map((side) =>
        given(plan, increase(side), { cluster, ...context.labels, slo_id: "another" }, FAR_MORE),
      ),
    ]),
    promql_expr_test: [activeIn(name, "5m", withMore(rows))],
  };
}

function given({ environment }: MonitoringPlan, metric: string, labels: Labels, value: number): InputSeries {
  return { series: seriesNamed(metric, { ...placeOf(environment), ...labels }), values: `${value}x1` };
}

/** The least that is more than chance and as fast as the slow page asks for. */
function leastBurning({ guard, budget, burn }: SloContext, requests: number): number {
  const [, { factor }] = burn.windows;
  return Math.max(
    guardThreshold(guard, new Big(requests), budget).toNumber(),
    burnThreshold(factor, budget).times(requests).toNumber(),
  );
}
