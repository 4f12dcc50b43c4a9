import { placeOf } from "../../plan/environment";
import { noSlo } from "../../plan/identity";
import type { Labels, MonitoringPlan } from "../../plan/monitoring-plan";
import type { InputSeries, RuleTestCase } from "../../plan/rule-test";
import { comparison, limitValue, type Limit, type MeasuredAlert } from "../../slo/alert";
import { durationOf, milliseconds, ratioOf, times, type Duration } from "../../slo/duration";
import type { Forecast } from "../../slo/measure";
import { annotationTests } from "./annotations";
import { BESIDE, samples } from "./given";
import { firingAlert, series, seriesNamed } from "./labels";
import { populationOf } from "./sides";

/** A window has so many samples. */
const SAMPLES = 20;
/** When it is asked, in windows after the start. */
const WINDOWS = 4;
/** Far more than any limit, before the window. */
const BEFORE = 1e9;
/** What a limit is; shares are told in parts of it. */
const WHOLE = 1_000;

/** What stands still has waited by then. */
const STANDING = "beyond it already";

interface Row {
  /** Names the cluster in which it is told, so that a failure shows it. */
  readonly says: string;
  readonly now: number;
  /** What it will be, along a straight line. */
  readonly later: number;
  /** Samples that are known, when not all of the window. */
  readonly known?: number;
  /** Before the window: what would make the opposite of what holds. @default 0 */
  readonly formerly?: number;
  readonly whole?: number;
  readonly fires: boolean;
}

/**
 * What a gauge will be at one moment: a little more than the limit and a little less along a line, what is beyond it already,
 * and how much of the window has to be known. What it holds for waits from then on, but for what stands still.
 */
export function forecastTable(
  plan: MonitoringPlan,
  service: string,
  alert: MeasuredAlert,
  measure: Forecast,
  when: Limit,
): RuleTestCase {
  const { name: alertname, slo = noSlo(alert.name) } = alert;
  const at = times(measure.window, WINDOWS);
  const rows = rowsOf(when);
  const place = (cluster: string) => ({ ...placeOf(plan.environment), cluster });
  // Where it waits longer, no text is asked for.
  const firing = rows
    .filter(({ says }) => says === STANDING && ratioOf(alert.for, measure.window) <= 1)
    .map(({ says, later }) => ({
      ...firingAlert(plan, { alertname, service, slo }, place(says)),
      value: later,
    }));
  return {
    name: `${alertname}: what will be`,
    interval: stepOf(measure),
    input_series: rows.flatMap((row) => rowSeries(measure, row, { ...place(row.says), service })),
    promql_expr_test: [
      {
        eval_time: at,
        expr: `count by (cluster) (ALERTS{alertname="${alertname}"})`,
        exp_samples: rows
          .filter(({ fires }) => fires)
          .map(({ says }) => ({ labels: seriesNamed("", { cluster: says }), value: 1 })),
      },
      ...firing.map((one) => ({
        eval_time: at,
        expr: seriesNamed("ALERTS", { alertname, alertstate: "firing", cluster: STANDING }),
        exp_samples: [{ labels: series(one), value: 1 }],
      })),
    ],
    alert_rule_test: annotationTests(plan, firing, at, new Set()),
  };
}

function rowsOf(when: Limit): readonly Row[] {
  const { operator, limit } = comparison(when);
  const share = limitValue(limit);
  const [beyond, within] =
    operator === "<"
      ? [BESIDE.below(share), BESIDE.above(share)]
      : [BESIDE.above(share), BESIDE.below(share)];
  const now = operator === "<" ? share * 1.5 : share / 2;
  return [
    { says: "beyond it later", now, later: beyond, formerly: operator === "<" ? BEFORE : 0, fires: true },
    { says: "within it later", now, later: within, formerly: operator === "<" ? 0 : BEFORE, fires: false },
    { says: STANDING, now: beyond, later: beyond, fires: true },
    { says: "known for half the window", now, later: beyond, known: SAMPLES / 2 + 1, fires: true },
    { says: "known for less", now, later: beyond, known: SAMPLES / 2, fires: false },
    { says: "of no limit", now, later: beyond, whole: 0, fires: false },
  ];
}

const stepOf = ({ window }: Pick<Forecast, "window">): Duration => durationOf(milliseconds(window) / SAMPLES);

/** A line through the window, and of another target one that no limit is near. */
function rowSeries(
  measure: Forecast,
  { now, later, formerly = 0, known = SAMPLES, whole = WHOLE }: Row,
  owner: Labels,
): readonly InputSeries[] {
  const { part, where = [], ahead } = measure;
  const [picked = {}] = populationOf(part, where).counted;
  const all = SAMPLES * WINDOWS + 1;
  const slope = (WHOLE * (later - now)) / ratioOf(ahead, stepOf(measure));
  const line = `${WHOLE * now - slope * (known - 1)}+${slope}x${known - 1}`;
  const before = samples([known === SAMPLES && slope !== 0 ? formerly : undefined, all - known]);
  const given = (name: string, instance: string, values: string): InputSeries => ({
    series: seriesNamed(name, { ...owner, job: part.job.name, instance, ...picked }),
    values,
  });
  return [
    given(part.name, "a", slope === 0 ? samples([WHOLE * now, all]) : `${before} ${line}`),
    given(measure.whole.name, "a", samples([whole, all])),
    given(part.name, "b", samples([WHOLE * limitless(now, later), all])),
    given(measure.whole.name, "b", samples([WHOLE, all])),
  ];
}

/** The other target decides nothing: the highest share is that of the first. */
function limitless(now: number, later: number): number {
  return Math.min(now, later) / 2;
}
