import { placeOf } from "../../plan/environment";
import type { Labels, MonitoringPlan } from "../../plan/monitoring-plan";
import type { Place } from "../../plan/names";
import type { ExpressionTest, InputSeries, RuleTestCase } from "../../plan/rule-test";
import { milliseconds, plus, ratioOf, type Duration } from "../../slo/duration";
import { recordNames, type SloContext } from "../../generators/slo-context";
import { textTest } from "./annotations";
import { firingAlert, series, seriesNamed, type FiringAlert } from "./labels";

/** A sample; what says that the series ended; or none. */
type Sample = number | "stale" | undefined;

/** Samples of a series, the oldest first: so many of one value, or of none. */
export type Stretch = readonly [value: Sample, count: number];

/** The expanding notation of promtool. */
export function samples(...stretches: readonly Stretch[]): string {
  return stretches
    .filter(([, count]) => count > 0)
    .flatMap(([value, count]) => {
      switch (value) {
        case undefined:
          return [`_x${count}`];
        case "stale":
          return ["stale", ...(count > 1 ? [`_x${count - 1}`] : [])];
        default:
          return [`${value}+0x${count - 1}`];
      }
    })
    .join(" ");
}

/** What a series is by age, the oldest first: each holds until the next, the last until now. */
export type Course = Readonly<Record<string, Sample>>;

/** A course that is sampled every `step` until now, which is so long after the start. */
export function course(step: Duration, now: Duration, ages: Course): string {
  return samples(...stretches(step, now, ages));
}

/** The times at which something happened so long ago, by age, of which none is absent; the clock of promtool begins at 0. */
export function courseOfTimes(step: Duration, now: Duration, ages: Course): string {
  const spacing = ratioOf(step, "1s");
  let clock = 0;
  return stretches(step, now, ages)
    .flatMap(([ago, count]) => {
      const first = clock - Number(ago);
      clock += spacing * count;
      return count > 0 ? [`${first}+${spacing}x${count - 1}`] : [];
    })
    .join(" ");
}

function stretches(step: Duration, now: Duration, ages: Course): readonly Stretch[] {
  const all = [[now, undefined] as const, ...Object.entries(ages)];
  const index = (age: string): number => Math.round(milliseconds(age) / milliseconds(step));
  return all.map(([age, value], at): Stretch => {
    const next = all[at + 1];
    return [value, index(age) - (next === undefined ? -1 : index(next[0]))];
  });
}

/** A series that is no record of the SLO, or not of that alone. */
export interface GivenSeries {
  readonly name: string;
  readonly labels: Labels;
  readonly values: string;
}

/** What is recorded of one SLO in a place, and which of its alerts fire then, with the value that they have. */
export interface Row {
  /** Names the cluster in which it is told, so that a failure shows it. */
  readonly says: string;
  /** Values by name of the record. */
  readonly records: Readonly<Record<string, string>>;
  /** Series that are no records of the SLO. */
  readonly beside?: readonly GivenSeries[];
  readonly fires: Readonly<Record<string, number>>;
  /** What its alerts ask the server for, by annotation. */
  readonly asked?: Labels;
  /** Labels that its alerts take from what they read: those of the table by default. */
  readonly measured?: Labels;
}

interface Table {
  readonly name: string;
  readonly interval: Duration;
  readonly at: Duration;
  readonly alerts: readonly string[];
  /** Labels that alerts take from what they read: those of records by default. */
  readonly measured?: Labels;
  readonly rows: readonly Row[];
}

/** What the rows of a table are about: an SLO, or a service whose alert belongs to none. */
export type Subject = Pick<SloContext, "id" | "labels"> & {
  readonly service: { readonly id: string };
  readonly slo: { readonly id: string };
};

/** A case that tells every row of a table at once, each in a cluster of its own. */
export function tableCase(plan: MonitoringPlan, context: Subject, table: Table): RuleTestCase {
  const { measured = context.labels } = table;
  const place = ({ says }: Row): Place => ({ ...placeOf(plan.environment), cluster: says });
  const firing = (alertname: string, row: Row): FiringAlert =>
    firingAlert(
      plan,
      { alertname, service: context.service.id, slo: context.slo.id },
      { ...place(row), ...(row.measured ?? measured) },
    );
  return {
    name: `${context.slo.id}: ${table.name}`,
    interval: table.interval,
    input_series: table.rows.flatMap((row) => rowSeries(context, row, place(row))),
    promql_expr_test: [
      {
        expr: `ALERTS{alertstate="firing",alertname=~"${table.alerts.join("|")}"}`,
        eval_time: table.at,
        exp_samples: table.rows.flatMap((row) =>
          Object.keys(row.fires).map((name) => ({
            labels: series(firing(name, row)),
            value: 1,
          })),
        ),
      },
    ],
    alert_rule_test: table.alerts.flatMap((name) => {
      const alerts = table.rows.flatMap((row) => {
        const value = row.fires[name];
        return value === undefined ? [] : [{ ...firing(name, row), value, asked: row.asked }];
      });
      return alerts.length === 0 ? [] : [textTest(plan, name, alerts, table.at)];
    }),
  };
}

function rowSeries(context: Subject, row: Row, place: Place): readonly InputSeries[] {
  return [
    ...Object.entries(row.records).map(([name, values]) => recorded(context, name, place, values)),
    ...(row.beside ?? []).map((one) => givenIn(place, one)),
  ];
}

function givenIn(place: Place, { name, labels, values }: GivenSeries): InputSeries {
  return { series: seriesNamed(name, { ...place, ...labels }), values };
}

/** Values of records, each with its labels beside those of the place and of the SLO. */
export type Recorded = readonly (readonly [labels: Labels, value: number])[];

/** Series in a place, and what is recorded of them: nothing under a name that is not there. */
export interface RecordRow {
  /** Names the cluster in which it is told, so that a failure shows it. */
  readonly says: string;
  /** Where else it is told. */
  readonly place?: Partial<Place>;
  readonly series: readonly GivenSeries[];
  readonly records: Readonly<Record<string, Recorded>>;
}

export type RowPlace = Pick<RecordRow, "says" | "place">;

/** Two clusters of one environment, and another environment in one of them. */
export const PLACES: readonly RowPlace[] = [
  { says: "here" },
  { says: "beside" },
  { says: "elsewhere", place: { cluster: "here", environment: "elsewhere" } },
];

interface RecordTable {
  readonly name: string;
  readonly interval: Duration;
  readonly at: Duration;
  readonly records: readonly string[];
  readonly rows: readonly RecordRow[];
}

/** A case that tells every row of a table at once, and asserts all that is recorded of the SLO, to a millionth. */
export function recordCase(plan: MonitoringPlan, context: SloContext, table: RecordTable): RuleTestCase {
  const rows = table.rows.map((row) => ({
    ...row,
    place: { ...placeOf(plan.environment), cluster: row.says, ...row.place },
  }));
  return {
    name: `${context.slo.id}: ${table.name}`,
    interval: table.interval,
    input_series: rows.flatMap(({ series: given, place }) => given.map((one) => givenIn(place, one))),
    promql_expr_test: table.records.map((name) => ({
      expr: `round(1e6 * ${seriesNamed(name, { slo_id: context.id })})`,
      eval_time: table.at,
      exp_samples: rows.flatMap(({ place, records }) =>
        (records[name] ?? []).map(([labels, value]) => ({
          labels: seriesNamed("", { ...place, ...labels, ...recordLabels(context, name) }),
          value: Math.round(value * 1e6),
        })),
      ),
    })),
  };
}

/** Labels of a record beside those of its place: what targets count in all is not told apart. */
export function recordLabels(context: SloContext, name: string): Labels {
  return name === recordNames(context).targetSum ? labelsOfAll(context) : context.labels;
}

/** Labels of what is said of all values of an SLO, though it judges them apart. */
export function labelsOfAll({ labels, slo: { by = [] } }: SloContext): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([label]) => !by.includes(label)));
}

/** The clusters in which an alert fires or waits, and no others. */
export function activeIn(
  alertname: string,
  eval_time: Duration,
  clusters: readonly string[],
): ExpressionTest {
  return {
    expr: `count by (cluster) (ALERTS{alertname="${alertname}"})`,
    eval_time,
    exp_samples: clusters.map((cluster) => ({ labels: seriesNamed("", { cluster }), value: 1 })),
  };
}

/** Whether an alert fires in its place, with all its labels. */
export function firesAt(alert: FiringAlert, eval_time: Duration): ExpressionTest {
  const { alertname, labels } = alert;
  const expr = seriesNamed("ALERTS", { alertname, alertstate: "firing", cluster: labels["cluster"] ?? "" });
  return { eval_time, expr, exp_samples: [{ labels: series(alert), value: 1 }] };
}

/** A series as the SLO records it. */
export function recorded(
  context: Pick<SloContext, "labels">,
  name: string,
  place: Labels,
  values: string,
): InputSeries {
  return { series: seriesNamed(name, { ...place, ...context.labels }), values };
}

/** Whether records of an SLO have a value, and its labels and no others: exact but for what floating point loses. */
export function recordIs(
  context: SloContext,
  name: string,
  place: Place,
  value: number,
  at: Duration,
  within = Math.abs(value) * 1e-9,
): ExpressionTest {
  const selected = seriesNamed(name, { ...place, slo_id: context.id });
  return {
    expr: `abs(${selected} - ${value}) <= bool ${within}`,
    eval_time: at,
    exp_samples: [{ labels: seriesNamed("", { ...place, ...context.labels }), value: 1 }],
  };
}

/** Whether an SLO has no such record in a place. */
export function recordIsAbsent(
  context: SloContext,
  name: string,
  place: Place,
  at: Duration,
): ExpressionTest {
  return { expr: seriesNamed(name, { ...place, slo_id: context.id }), eval_time: at, exp_samples: [] };
}

/** Just beside a limit. */
export const BESIDE = {
  above: (limit: number): number => limit * 1.0001,
  below: (limit: number): number => limit * 0.9999,
};

/** A little later than a window is long. */
export const later = (window: Duration): Duration => plus(window, "1h");
