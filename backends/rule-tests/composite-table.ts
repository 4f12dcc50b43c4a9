import type { MonitoringPlan } from "../../plan/monitoring-plan";
import type { RuleTestCase } from "../../plan/rule-test";
import { badJourneys } from "../../slo/journey";
import { sloId } from "../../slo/service";
import type { CompositeSli, Step } from "../../slo/sli";
import { recordNames, type SloContext } from "../../generators/slo-context";
import { TWO_HOURS } from "./counters";
import { course, PLACES, recordCase, type GivenSeries, type RecordRow } from "./given";

/** What a step records of a window: nothing where it is not measured. */
type Counted = { readonly total: number; readonly bad: number } | undefined;

/** Journeys from what their steps record, each step with other numbers. */
export function compositeTable(plan: MonitoringPlan, context: SloContext, sli: CompositeSli): RuleTestCase {
  const usual = (factor: number): readonly Counted[] =>
    sli.steps.map((_, index) => ({ total: 100 * factor * (index + 1), bad: 3 * factor + index }));
  const changed = (at: number, to: Counted): readonly Counted[] =>
    usual(1).map((counted, index) => (index === at ? to : counted));
  const row = (where: Pick<RecordRow, "place" | "says">, counted: readonly Counted[]): RecordRow => ({
    ...where,
    series: sli.steps.flatMap((step, index) => stepSeries(context, step, counted[index])),
    records: recordsOf(context, sli, counted),
  });
  const names = recordNames(context);
  return recordCase(plan, context, {
    name: "journeys by what their steps record",
    interval: context.interval,
    at: TWO_HOURS,
    records: (["total", "error"] as const).flatMap((side) => [names.rate(side), names.increase(side)]),
    rows: [
      ...PLACES.map((where, index) => row(where, usual(index + 1))),
      ...sli.steps.flatMap((_, index) => [
        row({ says: `step ${index + 1} is not measured` }, changed(index, undefined)),
        row({ says: `step ${index + 1} is idle` }, changed(index, { total: 0, bad: 0 })),
        row({ says: `step ${index + 1} fails` }, changed(index, { total: 50, bad: 50 })),
      ]),
    ],
  });
}

/** Both sides of both records, twice as much where an hour is counted, in halves that the step tells apart; and another objective's. */
function stepSeries(context: SloContext, { service, slo }: Step, counted: Counted): readonly GivenSeries[] {
  if (counted === undefined) {
    return [];
  }
  const names = recordNames(context);
  const idOf = (id: string): string => sloId({ id }, { id: slo });
  const of = (name: string, value: number): readonly GivenSeries[] =>
    [
      { labels: { region: "a", slo_id: idOf(service) }, part: value / 4 },
      { labels: { region: "b", slo_id: idOf(service) }, part: (3 * value) / 4 },
      { labels: { region: "a", slo_id: idOf("another") }, part: 900 },
    ].map(({ labels, part }) => ({
      name,
      labels: { service, ...labels },
      values: course(context.interval, TWO_HOURS, { [TWO_HOURS]: part }),
    }));
  return [
    ...of(names.rate("total"), counted.total),
    ...of(names.rate("error"), counted.bad),
    ...of(names.increase("total"), 2 * counted.total),
    ...of(names.increase("error"), 3 * counted.bad),
  ];
}

function recordsOf(
  context: SloContext,
  sli: CompositeSli,
  counted: readonly Counted[],
): RecordRow["records"] {
  const names = recordNames(context);
  const [first] = counted;
  if (first === undefined) {
    return {};
  }
  const bad = (times: number): number => first.total * badShare(sli, counted, times);
  return {
    [names.rate("total")]: [[{}, first.total]],
    [names.rate("error")]: [[{}, bad(1)]],
    [names.increase("total")]: [[{}, 2 * first.total]],
    [names.increase("error")]: [[{}, 2 * bad(1.5)]],
  };
}

/** @param times how many times as many bad events there are, beside all */
function badShare(sli: CompositeSli, counted: readonly Counted[], times: number): number {
  const shares = counted.map((one) =>
    one === undefined || one.total === 0 ? 0 : (times * one.bad) / one.total,
  );
  return badJourneys(sli, shares);
}
