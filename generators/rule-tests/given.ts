import { placeOf } from "../../plan/environment";
import type { Labels, MonitoringPlan } from "../../plan/monitoring-plan";
import type { Place } from "../../plan/names";
import type { ExpressionTest, InputSeries, RuleTestCase } from "../../plan/rule-test";
import { plus, type Duration } from "../../slo/duration";
import type { SloContext } from "../slo-context";
import { textTest } from "./annotations";
import { firingAlert, series, seriesNamed, type FiringAlert } from "./labels";

/** Samples of a series, the oldest first: so many of one value, or of none. */
export type Stretch = readonly [value: number | undefined, count: number];

/** The expanding notation of promtool. */
export function samples(...stretches: readonly Stretch[]): string {
  return stretches
    .filter(([, count]) => count > 0)
    .map(([value, count]) => (value === undefined ? `_x${count}` : `${value}+0x${count - 1}`))
    .join(" ");
}

/** What is recorded of one SLO in a place, and which of its alerts fire then, with the value that they have. */
export interface Row {
  /** Names the cluster in which it is told, so that a failure shows it. */
  readonly says: string;
  /** Values by name of the record. */
  readonly records: Readonly<Record<string, string>>;
  /** Series that are no records of the SLO. */
  readonly beside?: readonly { readonly name: string; readonly labels: Labels; readonly values: string }[];
  readonly fires: Readonly<Record<string, number>>;
}

interface Table {
  readonly name: string;
  readonly interval: Duration;
  readonly at: Duration;
  readonly alerts: readonly string[];
  readonly rows: readonly Row[];
}

/** A case that tells every row of a table at once, each in a cluster of its own. */
export function tableCase(plan: MonitoringPlan, context: SloContext, table: Table): RuleTestCase {
  const place = ({ says }: Row): Place => ({ ...placeOf(plan.environment), cluster: says });
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
            labels: series(firing(plan, context, name, place(row))),
            value: 1,
          })),
        ),
      },
    ],
    alert_rule_test: table.alerts.flatMap((name) => {
      const alerts = table.rows.flatMap((row) => {
        const value = row.fires[name];
        return value === undefined ? [] : [{ ...firing(plan, context, name, place(row)), value }];
      });
      return alerts.length === 0 ? [] : [textTest(plan, name, alerts, table.at)];
    }),
  };
}

function rowSeries(context: SloContext, row: Row, place: Place): readonly InputSeries[] {
  return [
    ...Object.entries(row.records).map(([name, values]) => recorded(context, name, place, values)),
    ...(row.beside ?? []).map(({ name, labels, values }) => ({
      series: seriesNamed(name, { ...place, ...labels }),
      values,
    })),
  ];
}

/** A series as the SLO records it. */
export function recorded(context: SloContext, name: string, place: Labels, values: string): InputSeries {
  return { series: seriesNamed(name, { ...place, ...context.labels }), values };
}

/** A firing alert of an SLO with all its labels. */
function firing(
  plan: MonitoringPlan,
  { id, service, slo }: SloContext,
  alertname: string,
  place: Place,
): FiringAlert {
  return firingAlert(plan, { alertname, service: service.id, slo: slo.id }, { ...place, slo_id: id });
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
