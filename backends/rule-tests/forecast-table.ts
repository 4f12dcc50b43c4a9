import { placeOf } from "../../plan/environment";
import { noSlo } from "../../plan/identity";
import type { Labels, MonitoringPlan } from "../../plan/monitoring-plan";
import type { InputSeries, RuleTestCase } from "../../plan/rule-test";
import { comparison, limitValue, type Limit, type MeasuredAlert } from "../../slo/alert";
import { durationOf, milliseconds, ratioOf, times, type Duration } from "../../slo/duration";
import type { Forecast } from "../../slo/measure";
import { annotationTests } from "./annotations";
import { activeIn, BESIDE, firesAt, samples, type Stretch } from "./given";
import { firingAlert, seriesNamed } from "./labels";
import { lastCounted } from "./sides";

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
  /** Shares of the limit by sample, the last of the window last; a line where two are given. */
  readonly shares: readonly Stretch[] | { readonly now: number; readonly later: number };
  /** Before the window; or where it came from to what it is now, in a line as long as the window. */
  readonly formerly?: Stretch[0] | { readonly from: number };
  readonly whole?: number;
  readonly fires: boolean;
}

/**
 * What a gauge will be at one moment: a little more than the limit and a little less along a line, what is beyond it already,
 * what changed in the middle of the window, and how much of the window has to be known, and which part of it.
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
  const place = (cluster: string): Labels => ({ ...placeOf(plan.environment), cluster });
  // Where it waits longer, no text is asked for.
  const firing = rows
    .filter(({ says }) => says === STANDING && ratioOf(alert.for, measure.window) <= 1)
    .map(({ says }) => ({
      ...firingAlert(plan, { alertname, service, slo }, place(says)),
      value: beyond(when),
    }));
  return {
    name: `${alertname}: what will be`,
    interval: stepOf(measure),
    input_series: rows.flatMap((row) => rowSeries(measure, row, { ...place(row.says), service })),
    promql_expr_test: [
      activeIn(
        alertname,
        at,
        rows.filter(({ fires }) => fires).map(({ says }) => says),
      ),
      ...firing.map((one) => firesAt(one, at)),
    ],
    alert_rule_test: annotationTests(plan, firing, at, new Set()),
  };
}

/** How often what waits is looked at. */
export const waitingStep = ({ for: waits }: MeasuredAlert): Duration => durationOf(milliseconds(waits) / 2);

/** How long an alert waits, looked at every `waitingStep`: what stands beyond the limit is known once half of the window is. */
export function forecastWaits(
  plan: MonitoringPlan,
  alert: MeasuredAlert,
  measure: Forecast,
  when: Limit,
): RuleTestCase {
  const step = milliseconds(waitingStep(alert));
  const known = Math.ceil(milliseconds(measure.window) / 2 / step);
  const owner = placeOf(plan.environment);
  const { part, whole } = measure;
  const given = (name: string, value: number): InputSeries => ({
    series: seriesOf(name, measure, owner, "a"),
    values: samples([value, known + 3]),
  });
  const states = [
    [1, "pending"],
    [2, "firing"],
  ] as const;
  return {
    name: `${alert.name}: how long it waits`,
    interval: waitingStep(alert),
    input_series: [given(part.name, WHOLE * beyond(when)), given(whole.name, WHOLE)],
    promql_expr_test: states.map(([waited, state]) => ({
      eval_time: durationOf((known + waited) * step),
      expr: `count by (alertstate) (ALERTS{alertname="${alert.name}"})`,
      exp_samples: [{ labels: seriesNamed("", { alertstate: state }), value: 1 }],
    })),
    alert_rule_test: [],
  };
}

function beyond(when: Limit): number {
  const { operator, limit } = comparison(when);
  return BESIDE[operator === "<" ? "below" : "above"](limitValue(limit));
}

function rowsOf(when: Limit): readonly Row[] {
  const { operator, limit } = comparison(when);
  const share = limitValue(limit);
  const later = beyond(when);
  const within = BESIDE[operator === "<" ? "above" : "below"](share);
  const [now, formerly] = operator === "<" ? [share * 1.5, share * 3] : [share / 2, share / 20];
  const half = SAMPLES / 2;
  return [
    // A longer window would see the opposite.
    {
      says: "beyond it later",
      shares: { now, later },
      formerly: { from: operator === "<" ? 0 : BEFORE },
      fires: true,
    },
    {
      says: "within it later",
      shares: { now, later: within },
      formerly: operator === "<" ? BEFORE : 0,
      fires: false,
    },
    {
      says: "changed in the middle",
      shares: [
        [formerly, half],
        [now, half],
      ],
      fires: true,
    },
    ...knownRows(later),
  ];
}

/** What stands beyond the limit, as much of it as is known, and of limits that are none or small. */
function knownRows(later: number): readonly Row[] {
  const half = SAMPLES / 2;
  return [
    { says: STANDING, shares: [[later, SAMPLES]], formerly: later, fires: true },
    { says: "known for half the window", shares: [[later, half + 1]], fires: true },
    { says: "known for less", shares: [[later, half]], fires: false },
    { says: "known for less, and before the window", shares: [[later, half]], formerly: later, fires: false },
    {
      says: "known at first, and in the second half",
      shares: [
        [later, 2],
        [undefined, half - 2],
        [later, half],
      ],
      fires: true,
    },
    { says: "of no limit", shares: [[later, SAMPLES]], whole: 0, fires: false },
    { says: "of a small limit", shares: [[later, SAMPLES]], whole: 1, fires: true },
  ];
}

const stepOf = ({ window }: Pick<Forecast, "window">): Duration => durationOf(milliseconds(window) / SAMPLES);

/** A target, and another one that no limit is near. */
function rowSeries(
  measure: Forecast,
  { shares, formerly, whole = WHOLE }: Row,
  owner: Labels,
): readonly InputSeries[] {
  const { part, ahead } = measure;
  const all = SAMPLES * WINDOWS + 1;
  const scale = whole === 0 ? WHOLE : whole;
  const scaled = (value: Stretch[0]): Stretch[0] => (typeof value === "number" ? scale * value : value);
  const given = (name: string, instance: string, values: string): InputSeries => ({
    series: seriesOf(name, measure, owner, instance),
    values,
  });
  const values = (): string => {
    if ("now" in shares) {
      const slope = (scale * (shares.later - shares.now)) / ratioOf(ahead, stepOf(measure));
      const first = scale * shares.now - slope * (SAMPLES - 1);
      const before =
        typeof formerly === "object"
          ? `${samples([undefined, all - 2 * SAMPLES])} ${lineTo(first, (first - formerly.from) / SAMPLES)}`
          : samples([scaled(formerly), all - SAMPLES]);
      return `${before} ${lineTo(scale * shares.now, slope)}`;
    }
    const known = shares.reduce((sum, [, count]) => sum + count, 0);
    const gap = SAMPLES - known;
    return samples(
      [typeof formerly === "object" ? undefined : scaled(formerly), all - SAMPLES],
      [undefined, gap],
      ...shares.map(([value, count]): Stretch => [scaled(value), count]),
    );
  };
  return [
    given(part.name, "a", values()),
    given(measure.whole.name, "a", samples([whole, all])),
    given(part.name, "b", samples([WHOLE * lowest(shares), all])),
    given(measure.whole.name, "b", samples([WHOLE, all])),
  ];
}

function seriesOf(name: string, { part, where }: Forecast, owner: Labels, instance: string): string {
  return seriesNamed(name, { ...owner, job: part.job.name, instance, ...lastCounted(part, where) });
}

/** A line as long as a window, in the notation of promtool. */
function lineTo(last: number, by: number): string {
  const steps = SAMPLES - 1;
  return `${last - by * steps}${by < 0 ? "-" : "+"}${Math.abs(by)}x${steps}`;
}

/** The other target decides nothing: the highest share is that of the first. */
function lowest(shares: Row["shares"]): number {
  const values = "now" in shares ? [shares.now, shares.later] : shares.map(([value]) => value);
  return Math.min(...values.filter((value) => typeof value === "number")) / 2;
}
