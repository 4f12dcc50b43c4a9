import Big from "big.js";
import { placeOf } from "../../plan/environment";
import type { Labels, MonitoringPlan } from "../../plan/monitoring-plan";
import { noSlo } from "../../plan/identity";
import { RECORDS } from "../../plan/names";
import type { InputSeries, RuleTestCase } from "../../plan/rule-test";
import { comparison, limitValue, type Limit, type MeasuredAlert, type OutageAlert } from "../../slo/alert";
import { durationOf, milliseconds, ratioOf, times, type Duration } from "../../slo/duration";
import { GUARDS, guardThreshold } from "../../slo/guard";
import type { BadEvents, Increase, TargetsUp } from "../../slo/measure";
import { errorBudget, type Percent } from "../../slo/objective";
import type { Counter } from "../../slo/telemetry";
import { recordNames, type SloContext } from "../../generators/slo-context";
import { annotationTests } from "./annotations";
import { besideChance, withMore } from "./chance";
import { activeIn, BESIDE, course } from "./given";
import { firingAlert, seriesNamed } from "./labels";
import { populationOf, sidesOf } from "./sides";

/** When it is asked, in windows after the start. */
const WINDOWS = 4;

/** So long after the start that twice a window holds no more than there is. */
export const momentOf = (window: Duration): Duration => times(window, WINDOWS);

/** A window has so many samples; the first is one of them, so that what is counted is extrapolated by one. */
const SAMPLES = 20;
const EXTRAPOLATED = SAMPLES / (SAMPLES - 1);

/** Far more than any limit, before the window. */
const BEFORE = 1e6;

/** What is told in a cluster of its own: what a target counts in the first step of the window, and what explains it. */
interface Counted {
  readonly cluster: string;
  readonly events: number;
  /** Where what explains it grows within the window. */
  readonly explainedOn?: string;
}

/**
 * What is counted in a window at one moment: in its first step a little more than the limit and a little less, and much
 * just before it; and the same where something explains it, elsewhere or earlier. What it holds for waits from then on.
 */
export function windowTable(
  plan: MonitoringPlan,
  service: string,
  alert: MeasuredAlert,
  measure: Increase,
  when: Limit,
): RuleTestCase {
  const { name: alertname, slo = noSlo(alert.name) } = alert;
  const rows = rowsOf(limitValue(comparison(when).limit), measure);
  const holding = rows.filter(({ cluster }) => !["less", "explained", FIRST].includes(cluster));
  const [picked = {}] = populationOf(measure.counter, measure.where ?? []).counted;
  const by = Object.fromEntries((measure.by ?? []).map((label) => [label, picked[label] ?? ""]));
  const firing = holding.map(({ cluster, events }) => ({
    ...firingAlert(plan, { alertname, service, slo }, { ...placeOf(plan.environment), cluster, ...by }),
    value: events * EXTRAPOLATED,
  }));
  const at = momentOf(measure.window);
  const waited = measure.explainedBy === undefined && ratioOf(alert.for, measure.window) <= 1;
  return {
    name: `${alertname}: what its window holds`,
    interval: stepOf(measure.window),
    input_series: rows.flatMap((row) => countedSeries(plan, service, measure, row)),
    promql_expr_test: [
      activeIn(
        alertname,
        at,
        holding.map(({ cluster }) => cluster),
      ),
    ],
    // Much happened before the evaluation before this one, so that it has waited for a window; much explained it, too.
    ...(waited ? { alert_rule_test: annotationTests(plan, firing, at, new Set()) } : {}),
  };
}

/** Of no event at all the least more is one and a half, which no text rounds. */
function rowsOf(limit: number, { explainedBy, least }: Increase): readonly Counted[] {
  const more = (limit === 0 ? 1.5 : BESIDE.above(limit)) / EXTRAPOLATED;
  const less = (limit === 0 ? 0 : BESIDE.below(limit)) / EXTRAPOLATED;
  const explained: readonly Counted[] = [
    { cluster: "explained", events: more, explainedOn: "a" },
    { cluster: "explained elsewhere", events: more, explainedOn: "b" },
  ];
  return [
    { cluster: "more", events: more },
    { cluster: "less", events: less },
    ...(explainedBy === undefined ? [] : explained),
    // Nobody knows what a first sample counts, and of what begins at 0 none is more than that.
    ...(least === undefined ? [] : [{ cluster: FIRST, events: more }]),
  ];
}

const FIRST = "a first sample";

const stepOf = (window: Duration): Duration => durationOf(milliseconds(window) / SAMPLES);

function countedSeries(
  plan: MonitoringPlan,
  service: string,
  { counter, where = [], window, explainedBy }: Increase,
  { cluster, events, explainedOn }: Counted,
): readonly InputSeries[] {
  const [picked = {}] = populationOf(counter, where).counted;
  const step = stepOf(window);
  const at = momentOf(window);
  const given = (metric: Counter, instance: string, labels: Labels, grown: number): InputSeries => ({
    series: seriesNamed(metric.name, {
      ...placeOf(plan.environment),
      // What explains is matched by the target, which is of one cluster.
      ...{ cluster, instance: `${instance} of ${cluster}`, job: metric.job.name, service },
      ...labels,
    }),
    values:
      cluster === FIRST
        ? course(step, at, { "0s": BEFORE + grown })
        : course(step, at, {
            [at]: 0,
            [times(step, SAMPLES + 1)]: BEFORE,
            [times(step, SAMPLES - 2)]: BEFORE + grown,
          }),
  });
  return [
    // Two series, which tell a sum from a part.
    given(counter, "a", picked, events / 2),
    given(counter, "a", { ...picked, release: "another" }, events / 2),
    ...(explainedBy === undefined
      ? []
      : ["a", "b"].map((one) => given(explainedBy, one, {}, one === explainedOn ? 1 : 0))),
  ];
}

/** So many that hardly more answer than must, and hardly fewer. */
const TARGETS = 100;

/** How many of many targets answer: just fewer than must, and just as many. */
export function answeringTable(
  plan: MonitoringPlan,
  { name: alertname }: MeasuredAlert,
  { job }: TargetsUp,
  when: Limit,
): RuleTestCase {
  const enough = Math.ceil(limitValue(comparison(when).limit) * TARGETS);
  const rows = [
    { cluster: "just enough", answering: enough },
    { cluster: "one fewer", answering: enough - 1 },
  ];
  return {
    name: `${alertname}: of many targets`,
    interval: "1m",
    input_series: rows.flatMap(({ cluster, answering }) =>
      Array.from({ length: TARGETS }, (_, target) => ({
        series: seriesNamed("up", {
          ...placeOf(plan.environment),
          cluster,
          instance: String(target),
          job: job.name,
        }),
        values: target < answering ? "1x1" : "0x1",
      })),
    ),
    promql_expr_test: [activeIn(alertname, "1m", ["one fewer"])],
  };
}

/** How many requests there are in the window, few and many. */
const REQUESTS = [60, 30_000] as const;

/** Requests that fail just as often as chance allows, of few and of many, of a job whose targets answer. */
export function outageTable(
  plan: MonitoringPlan,
  context: SloContext,
  { name, outageOf }: OutageAlert,
  succeedBelow: Percent,
): RuleTestCase {
  const { base } = context.burn;
  const { rate } = recordNames(context);
  const [total, error] = [rate("total"), rate("error")];
  const rows = besideChance(REQUESTS, (requests) =>
    guardThreshold(GUARDS.strict, new Big(requests), errorBudget(succeedBelow)).toNumber(),
  );
  const place = placeOf(plan.environment);
  const given = (name: string, cluster: string, labels: Labels, value: number): InputSeries => ({
    series: seriesNamed(name, { ...place, cluster, ...labels }),
    values: `${value}x1`,
  });
  const another = { ...context.labels, slo_id: "another" };
  const up = { instance: "a", job: outageOf.name };
  const perSecond = (events: number): number => events / ratioOf(base, "1s");
  return {
    name: `${name}: failures that are no chance`,
    interval: base,
    input_series: [
      given("up", place.cluster, up, 1),
      ...rows.flatMap(({ cluster, requests, bad }) => [
        given("up", cluster, up, 1),
        given(total, cluster, context.labels, perSecond(requests)),
        given(error, cluster, context.labels, perSecond(bad)),
        // What another SLO counts decides nothing.
        given(total, cluster, another, BEFORE),
        given(error, cluster, another, BEFORE),
      ]),
    ],
    promql_expr_test: [activeIn(name, base, withMore(rows))],
  };
}

/** Slow events beside a target that has lost the bucket within the window, whose others and whose count go on. */
export function lostBucketTable(
  plan: MonitoringPlan,
  alertname: string,
  { sli, window }: BadEvents,
): RuleTestCase {
  const { total, part } = sidesOf(sli);
  const step = stepOf(window);
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
