import { placeOf } from "../../plan/environment";
import type { Labels, MonitoringPlan } from "../../plan/monitoring-plan";
import { RECORDS } from "../../plan/names";
import type { InputSeries, RuleTestCase } from "../../plan/rule-test";
import { comparison, limitValue, type Limit } from "../../slo/alert";
import { durationOf, milliseconds, times, type Duration } from "../../slo/duration";
import type { BadEvents, Increase } from "../../slo/measure";
import { BESIDE, course } from "./given";
import { seriesNamed } from "./labels";
import { populationOf, sidesOf } from "./sides";

/** When rules are evaluated for the first time after the start, in windows. */
const WINDOWS = 4;

/** So long after the start that twice a window holds no more than there is. */
export const momentOf = (window: Duration): Duration => times(window, WINDOWS);

/** A window has so many samples; the first is one of them, so that what is counted is extrapolated by one. */
const SAMPLES = 24;
const EXTRAPOLATED = SAMPLES / (SAMPLES - 1);

/** Far more than any limit, before the window. */
const BEFORE = 1e6;

/**
 * What is counted in a window of hours or days, at one moment: in its first step a little more than the limit and a little
 * less, and much just before it. An alert that it holds for waits from then on.
 */
export function windowTable(
  plan: MonitoringPlan,
  service: string,
  alertname: string,
  { counter, where = [], window }: Increase,
  when: Limit,
): RuleTestCase {
  const limit = limitValue(comparison(when).limit);
  const step = durationOf(milliseconds(window) / SAMPLES);
  const at = momentOf(window);
  const [picked = {}] = populationOf(counter, where).counted;
  const grown = {
    more: (limit === 0 ? 1 : BESIDE.above(limit)) / EXTRAPOLATED,
    less: (limit === 0 ? 0 : BESIDE.below(limit)) / EXTRAPOLATED,
  };
  const row = ([cluster, events]: readonly [string, number]): InputSeries => ({
    series: seriesNamed(counter.name, {
      ...placeOf(plan.environment),
      ...{ cluster, instance: "a", job: counter.job.name, service },
      ...picked,
    }),
    values: course(step, at, {
      [at]: 0,
      [times(step, SAMPLES + 1)]: BEFORE,
      [times(step, SAMPLES - 2)]: BEFORE + events,
    }),
  });
  return {
    name: `${alertname}: what its window holds`,
    interval: step,
    input_series: Object.entries(grown).map(row),
    promql_expr_test: [
      {
        expr: `count by (cluster) (ALERTS{alertname="${alertname}"})`,
        eval_time: at,
        exp_samples: [{ labels: seriesNamed("", { cluster: "more" }), value: 1 }],
      },
    ],
  };
}

/** Slow events beside a target that has lost the bucket within the window, whose others and whose count go on. */
export function lostBucketTable(
  plan: MonitoringPlan,
  alertname: string,
  { sli, window }: BadEvents,
): RuleTestCase {
  const { total, part } = sidesOf(sli);
  const step = durationOf(milliseconds(window) / SAMPLES);
  const [of = {}] = total.counted;
  const [bucket = {}] = part.counted;
  const other = part.others.at(-1)?.["le"] ?? "";
  const job = ("histogram" in sli ? sli.histogram : sli.total).job.name;
  const given = (
    name: string,
    labels: Labels,
    perStep: number,
    samples = WINDOWS * SAMPLES,
  ): InputSeries => ({
    series: seriesNamed(name, { ...placeOf(plan.environment), job, ...labels }),
    values: `${BEFORE}+${perStep}x${samples}${samples < WINDOWS * SAMPLES ? " stale" : ""}`,
  });
  return {
    name: `${alertname}: a bucket that is lost`,
    interval: step,
    input_series: [
      given(total.name, { ...of, instance: "a" }, 10),
      given(part.name, { ...bucket, instance: "a" }, 4),
      given(total.name, { ...of, instance: "b" }, 100),
      given(part.name, { ...bucket, instance: "b" }, 100, (WINDOWS - 0.5) * SAMPLES),
      given(part.name, { ...bucket, instance: "b", le: other }, 100),
    ],
    promql_expr_test: [
      {
        expr: `round(1e6 * sum by (alert) (${RECORDS.counted("bad", window)}{alert="${alertname}"}))`,
        eval_time: momentOf(window),
        exp_samples: [{ labels: seriesNamed("", { alert: alertname }), value: (10 - 4) * SAMPLES * 1e6 }],
      },
    ],
  };
}
