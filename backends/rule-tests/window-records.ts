import { placeOf } from "../../plan/environment";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import type { Place } from "../../plan/names";
import type { ExpressionTest, InputSeries, RuleTestCase } from "../../plan/rule-test";
import { plus, ratioOf, type Duration } from "../../slo/duration";
import { recordNames, summedWindows, type SloContext } from "../../generators/slo-context";
import { seriesNamed } from "./labels";
import { recorded, recordIs, recordIsAbsent, samples } from "./given";

/** How often promtool evaluates what reads windows of days. */
export const HALF_A_DAY: Duration = "12h";

/** Values by age: until a window is as old as its end there is one, then the next. */
type Levels = readonly (readonly [until: Duration, value: number | undefined])[];

/** The records over windows, from the series that they read. */
export function windowRecords(plan: MonitoringPlan, context: SloContext): readonly RuleTestCase[] {
  return [sums(plan, context), ratios(plan, context)];
}

/** Each part of the windows has a level of its own, so that no other window has the same sum. */
function sums(plan: MonitoringPlan, context: SloContext): RuleTestCase {
  const { interval } = context;
  const names = recordNames(context);
  const windows = [...summedWindows(context)].sort((a, b) => ratioOf(a, b) - 1);
  const at = HALF_A_DAY;
  const steps = ratioOf(at, interval);
  const told = placesOf(plan).flatMap((place, index) =>
    (["total", "error"] as const).map((side) => {
      const first = (side === "total" ? 10 : 1) * (index + 1);
      const levels: Levels = [...windows, plus(at, interval)].map((until, part) => [
        until,
        first * (part + 1) ** 2,
      ]);
      return { place, side, levels, counted: 3 + index };
    }),
  );
  return {
    name: `${context.slo.id}: rates are summed over each window, counts are sampled`,
    interval,
    input_series: told.flatMap(({ place, side, levels, counted }) => [
      ...byAge(context, names.rate(side), place, levels, interval),
      recorded(context, names.increase(side), place, samples([counted, steps + 1])),
      ...[names.rate(side), names.increase(side)].map((name) => ofAnother(name, place, steps)),
    ]),
    promql_expr_test: told.flatMap(({ place, side, levels, counted }) => [
      ...windows.map((window) =>
        recordIs(context, names.sum(side, window), place, sumOf(levels, window, interval), at),
      ),
      recordIs(context, names.sampled(side), place, counted, at),
    ]),
  };
}

/** The long windows, of which a place has half, one no events, and one next to none. */
function ratios(plan: MonitoringPlan, context: SloContext): RuleTestCase {
  const { period, sampling, windows } = context.burn;
  const names = recordNames(context);
  const [, , { long: day }, { long: days }] = windows;
  const at = plus(period, HALF_A_DAY);
  const steps = ratioOf(at, sampling);
  const levels = (first: number, factor = 1): Levels =>
    [day, days, period, plus(at, sampling)].map((until, part) => [until, factor * first * (part + 1) ** 2]);
  const [home, beside, elsewhere] = placesOf(plan);
  const [idle, rare] = ["idle", "rare"].map((cluster): Place => ({ ...home, cluster })) as [Place, Place];
  const bad = context.budget.toNumber() * 300;
  const told: readonly (readonly [place: Place, total: Levels, error: Levels])[] = [
    [home, levels(1000), levels(bad)],
    [beside, levels(1000), levels(bad, 3)],
    // Nothing is known of the older part of the period.
    [elsewhere, half(levels(500), days), half(levels(bad / 6), days)],
  ];
  const quiet = [[idle, levels(0), levels(0)] as const, [rare, levels(1e-9), levels(0)] as const];
  return {
    name: `${context.slo.id}: ratios, the budget that is left and what is known of its window`,
    interval: sampling,
    input_series: [
      ...[...told, ...quiet].flatMap(([place, total, error]) => [
        ...byAge(context, names.sampled("total"), place, total, sampling),
        ...byAge(context, names.sampled("error"), place, error, sampling),
        ...[names.sampled("total"), names.sampled("error")].map((name) => ofAnother(name, place, steps)),
      ]),
      ofAnother(names.ratio(period), home, steps),
    ],
    promql_expr_test: [
      ...told.flatMap(([place, total, error]) => ratiosOf(context, place, total, error, at)),
      recordIs(context, names.coverage, idle, 1, at),
      ...[day, days, period].flatMap((window) => [
        recordIsAbsent(context, names.ratio(window), idle, at),
        recordIs(context, names.ratio(window), rare, 0, at),
      ]),
    ],
  };
}

function ratiosOf(
  context: SloContext,
  place: Place,
  total: Levels,
  error: Levels,
  at: Duration,
): readonly ExpressionTest[] {
  const names = recordNames(context);
  const { period, sampling, windows } = context.burn;
  const [, , { long: day }, { long: days }] = windows;
  const ratio = (window: Duration): number => sumOf(error, window, sampling) / sumOf(total, window, sampling);
  const known = sumOf(
    total.map(([until, value]) => [until, value === undefined ? undefined : 1]),
    period,
    sampling,
  );
  return [
    ...[day, days, period].map((window) => recordIs(context, names.ratio(window), place, ratio(window), at)),
    recordIs(context, names.budgetRemaining, place, 1 - ratio(period) / context.budget.toNumber(), at, 1e-9),
    recordIs(context, names.coverage, place, known / ratioOf(period, sampling), at),
  ];
}

/** Three places on one server: two clusters of one environment, and another environment. */
function placesOf({ environment }: MonitoringPlan): readonly [Place, Place, Place] {
  const home = placeOf(environment);
  return [home, { ...home, cluster: "beside" }, { ...home, environment: "elsewhere" }];
}

/** The same record of another SLO, which is no part of any sum. */
function ofAnother(name: string, place: Place, steps: number): InputSeries {
  return { series: seriesNamed(name, { ...place, slo_id: "another" }), values: samples([777, steps + 1]) };
}

function half(levels: Levels, known: Duration): Levels {
  return levels.map(([until, value]) => [until, ratioOf(until, known) > 1 ? undefined : value]);
}

/** Two series: records had another label until the middle of the last window, which makes them no other population. */
function byAge(
  context: SloContext,
  name: string,
  place: Place,
  levels: Levels,
  spacing: Duration,
): readonly InputSeries[] {
  const [[value, count] = [undefined, 0], ...older] = stretches(levels, spacing);
  const before = older.reduce((sum, [, steps]) => sum + steps, 0);
  const [now, then] = [Math.floor(count / 2), Math.ceil(count / 2)];
  return [
    recorded(
      context,
      name,
      { ...place, team: "former" },
      samples(...[...older].reverse(), [value, then], [undefined, now]),
    ),
    recorded(context, name, place, samples([undefined, before + then], [value, now])),
  ];
}

function stretches(
  levels: Levels,
  spacing: Duration,
): readonly (readonly [value: number | undefined, count: number])[] {
  return levels.map(([until, value], index) => {
    const [before] = levels[index - 1] ?? ["0s"];
    return [value, ratioOf(until, spacing) - ratioOf(before, spacing)];
  });
}

/** The sum of the samples in a window that ends now. */
function sumOf(levels: Levels, window: Duration, spacing: Duration): number {
  return stretches(levels, spacing)
    .filter((_, index) => ratioOf(levels[index]?.[0] ?? "0s", window) <= 1)
    .reduce((sum, [value = 0, count]) => sum + value * count, 0);
}
