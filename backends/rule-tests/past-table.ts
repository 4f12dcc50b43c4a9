import { placeOf } from "../../plan/environment";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { RECORDS } from "../../plan/names";
import type { RuleTestCase } from "../../plan/rule-test";
import type { Unusual } from "../../slo/alert";
import { ANOMALY } from "../../slo/anomaly";
import { minimumSamples } from "../../slo/coverage";
import { durationOf, milliseconds, ratioOf, times, type Duration } from "../../slo/duration";
import { BESIDE, course } from "./given";
import { seriesNamed } from "./labels";

const { history, sampling, apart, atLeastTimes, window } = ANOMALY;

/** Samples of the history, and those that are too young for it. */
const SAMPLES = ratioOf(history, sampling);
const YOUNG = ratioOf(apart, sampling);

/** The rule is evaluated at the start and then: a history of twice the length would be known as well. */
export const PAST_KNOWN: Duration = durationOf(2 * milliseconds(history) + 2 * milliseconds(apart));

/** Recorded rates of the history, in parts of what is usual: its halves, and its newest sample. */
interface Past {
  readonly older: number;
  readonly newer: number;
  readonly newest: number;
  /** Samples of it; what is newer is unknown. */
  readonly known: number;
}

const STEADY: Past = { older: 1.1, newer: 0.9, newest: 1.2, known: SAMPLES };
const VARIED: Past = { older: 2, newer: 0.1, newest: 3, known: SAMPLES };

/** What is no part of the history: it would change every mean. */
const BESIDE_PAST = 9;

interface Row {
  readonly says: string;
  readonly past: Past;
  readonly usual: number;
  readonly rate: number;
  readonly waits: boolean;
}

/**
 * An unusual rate to the last sample of its past: each condition just met and just missed while all others hold, each in a
 * cluster of its own. The rule is evaluated once, so that it waits where it holds.
 */
export function pastTable(
  plan: MonitoringPlan,
  service: string,
  alertname: string,
  unusual: Unusual,
): RuleTestCase {
  const rows = rowsOf(unusual);
  return {
    name: `${alertname}: what is unusual beside its past`,
    interval: sampling,
    input_series: rows.map((row) => ({
      series: seriesNamed(RECORDS.anomaly(window), {
        ...placeOf(plan.environment),
        cluster: row.says,
        anomaly: alertname,
        service,
      }),
      values: recorded(row),
    })),
    promql_expr_test: [
      {
        expr: `count by (cluster) (ALERTS{alertname="${alertname}",alertstate="pending"})`,
        eval_time: PAST_KNOWN,
        exp_samples: rows
          .filter(({ waits }) => waits)
          .map(({ says }) => ({ labels: seriesNamed("", { cluster: says }), value: 1 })),
      },
    ],
  };
}

function rowsOf(unusual: Unusual): readonly Row[] {
  const least = unusual.moreThanPerMinute / 60;
  const often = 1_000 * least;
  const beside = (says: string, past: Past, usual: number, limit: number): readonly Row[] => [
    { says: `more than ${says}`, past, usual, rate: BESIDE.above(limit), waits: true },
    { says: `less than ${says}`, past, usual, rate: BESIDE.below(limit), waits: false },
  ];
  const needed = minimumSamples(history, sampling);
  const known = { usual: often, rate: 100 * often };
  return [
    ...("times" in unusual
      ? beside("so many times the mean", VARIED, often, often * unusual.times * spreadOf(VARIED).mean)
      : [
          ...beside("the deviations", VARIED, often, often * deviated(VARIED, unusual.deviations)),
          ...beside("the least", STEADY, often, often * Number(atLeastTimes) * spreadOf(STEADY).mean),
        ]),
    ...beside("so many events", STEADY, least / 1_000, least),
    { says: "enough is known", past: { ...STEADY, known: needed + 1 }, ...known, waits: true },
    { says: "too little is known", past: { ...STEADY, known: needed }, ...known, waits: false },
  ];
}

function deviated(past: Past, deviations: number): number {
  const { mean, deviation } = spreadOf(past);
  return mean + deviations * deviation;
}

function spreadOf({ older, newer, newest }: Past): { readonly mean: number; readonly deviation: number } {
  const half = SAMPLES / 2;
  const mean = (half * older + (half - 1) * newer + newest) / SAMPLES;
  const squares = half * (older - mean) ** 2 + (half - 1) * (newer - mean) ** 2 + (newest - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / SAMPLES) };
}

/** Samples by their age. */
function recorded({ past, usual, rate }: Row): string {
  const at = (age: number): Duration => times(sampling, age);
  const oldest = YOUNG + SAMPLES - 1;
  const isWhole = past.known === SAMPLES;
  return course(sampling, PAST_KNOWN, {
    [PAST_KNOWN]: BESIDE_PAST * usual,
    [at(oldest)]: past.older * usual,
    // What is known of a part is its oldest, which no shorter history has.
    ...(isWhole
      ? {
          [at(oldest - SAMPLES / 2)]: past.newer * usual,
          [at(YOUNG)]: past.newest * usual,
          [at(YOUNG - 1)]: BESIDE_PAST * usual,
        }
      : { [at(oldest - past.known)]: undefined }),
    "0s": rate,
  });
}
