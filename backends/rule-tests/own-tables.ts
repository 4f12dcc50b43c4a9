import { placeOf } from "../../plan/environment";
import { noSlo } from "../../plan/identity";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import type { ExpressionTest, RuleTestCase } from "../../plan/rule-test";
import { crosses, isOutage, type Alert } from "../../slo/alert";
import { durationOf, milliseconds, plus, ratioOf, type Duration } from "../../slo/duration";
import type { CounterPart, Query, QueryExample } from "../../slo/measure";
import type { Service } from "../../slo/service";
import type { CounterRatioSli, Counters, ExampleSeries, QueryRatioSli, TimeSli } from "../../slo/sli";
import { readPromQl } from "../../generators/promql-reading";
import { countedWindows, recordNames, type SloContext } from "../../generators/slo-context";
import { annotationTests } from "./annotations";
import { counter, growth, TWO_HOURS } from "./counters";
import { PLACES, recordCase, type GivenSeries, type RecordRow } from "./given";
import { asStored } from "./native";
import { firingAlert, series, seriesNamed, type FiringAlert } from "./labels";
import { populationOf } from "./sides";

/** Events in each of the newest scrapes: undefined where nothing counts them. */
interface Expected {
  readonly total: number | undefined;
  readonly bad: number | undefined;
}

/** What several counters count, all of them and those of one side alone. */
export function counterTable(
  plan: MonitoringPlan,
  context: SloContext,
  { events }: CounterRatioSli,
): RuleTestCase {
  const sides = events as Readonly<Partial<Record<"bad" | "good" | "total", Counters>>>;
  const names = Object.keys(sides);
  const row = (where: Pick<RecordRow, "place" | "says">, factor: number, shown = names): RecordRow => {
    const count = (side: keyof typeof sides): number | undefined =>
      shown.includes(side)
        ? (sides[side] ?? []).reduce((all, part, at) => all + eventsOf(part, at, factor), 0)
        : undefined;
    const [total, good, bad] = [count("total"), count("good"), count("bad")];
    const all = sides.total === undefined ? sum(good, bad) : total;
    return {
      ...where,
      series: shown.flatMap((side) =>
        (sides[side as keyof typeof sides] ?? []).flatMap((part, at) =>
          counterSeries(context, part, factor * (at + 2)),
        ),
      ),
      records: recordsOf(context, {
        total: all,
        bad: sides.bad !== undefined ? bad : all === undefined ? undefined : Math.max(0, all - (good ?? 0)),
      }),
    };
  };
  return eventsCase(plan, context, "what counters count together", [
    ...PLACES.map((where, index) => row(where, index + 1)),
    ...names.map((side) => row({ says: `only ${side}` }, 1, [side])),
  ]);
}

function sum(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined && other === undefined ? undefined : (one ?? 0) + (other ?? 0);
}

/** Each counter of a side has another number of events in each of its series. */
function eventsOf({ counter: of, where = [] }: CounterPart, at: number, factor: number): number {
  return factor * (at + 2) * populationOf(of, where).counted.length;
}

/** What is counted; and far more that is almost the same, and is not. */
function counterSeries(
  context: SloContext,
  { counter: of, where = [] }: CounterPart,
  events: number,
): readonly GivenSeries[] {
  const { counted, others } = populationOf(of, where);
  const given = (labels: GivenSeries["labels"], each: number): GivenSeries => ({
    name: of.name,
    labels: { job: of.job.name, instance: "a", ...labels },
    values: counter(context, each),
  });
  return [
    ...counted.map((set) => given(set, events)),
    ...[...others, ...counted.map((set) => ({ ...set, job: "another" }))].map((set) => given(set, 900)),
  ];
}

/** What queries count where counters grow as the examples of the service say, and at other speeds before. */
export function queryTable(plan: MonitoringPlan, context: SloContext, sli: QueryRatioSli): RuleTestCase {
  const scrapes = ratioOf("1m", context.interval);
  const rows = sli.examples.flatMap(({ growing, errors, total }, index) =>
    PLACES.slice(0, index === 0 ? PLACES.length : 1).map(({ says, ...where }, at): RecordRow => ({
      says: index === 0 ? says : `example ${index + 1}`,
      ...where,
      series: asStored(
        Object.entries(growing).map(([text, perMinute]) => ({
          ...seriesOf(text),
          values: counter(context, ((at + 1) * perMinute) / scrapes),
        })),
        sli.reads,
      ),
      records: recordsOf(context, {
        total: ((at + 1) * total) / scrapes,
        bad: ((at + 1) * errors) / scrapes,
      }),
    })),
  );
  return eventsCase(plan, context, "what queries count in the examples", rows);
}

function eventsCase(
  plan: MonitoringPlan,
  context: SloContext,
  name: string,
  rows: readonly RecordRow[],
): RuleTestCase {
  const names = recordNames(context);
  return recordCase(plan, context, {
    name,
    interval: context.interval,
    at: TWO_HOURS,
    records: (["total", "error"] as const).flatMap((side) => [names.rate(side), names.increase(side)]),
    rows,
  });
}

/** Where nothing counts bad events, there are none among all. */
function recordsOf(context: SloContext, { total, bad }: Expected): RecordRow["records"] {
  const names = recordNames(context);
  const [base, counted] = countedWindows(context);
  const known = (name: string, events: number | undefined): RecordRow["records"] =>
    events === undefined ? {} : { [name]: [[{}, events]] };
  const grown = (events: number | undefined, window: Duration): number | undefined =>
    events === undefined ? undefined : growth(context, events, window);
  const perSecond = (events: number | undefined): number | undefined =>
    events === undefined ? undefined : events / ratioOf(base, "1s");
  const badOrNone = bad ?? (total === undefined ? undefined : 0);
  return {
    ...known(names.rate("total"), perSecond(grown(total, base))),
    ...known(names.rate("error"), perSecond(grown(badOrNone, base))),
    ...known(names.increase("total"), grown(total, counted)),
    ...known(names.increase("error"), grown(badOrNone, counted)),
  };
}

/** Slices of time that a query says are bad, where series are as in its examples all along. */
export function querySlices(
  plan: MonitoringPlan,
  context: SloContext,
  { bad }: TimeSli,
  query: Query,
): RuleTestCase {
  const names = recordNames(context);
  const [base, counted] = countedWindows(context).map((window) => ratioOf(window, context.interval));
  const at = plus(longestWindow(query.query), TWO_HOURS);
  const rows = query.examples.map((example, index): RecordRow => {
    const slice = crosses(example.value, bad) ? 1 : 0;
    return {
      says: `example ${index + 1}`,
      series: exampleSeries(query, example, context.interval, at),
      records: {
        [names.slice]: [[{}, slice]],
        [names.rate("total")]: [[{}, (base ?? 0) / ratioOf(context.burn.base, "1s")]],
        [names.rate("error")]: [[{}, (slice * (base ?? 0)) / ratioOf(context.burn.base, "1s")]],
        [names.increase("total")]: [[{}, counted ?? 0]],
        [names.increase("error")]: [[{}, slice * (counted ?? 0)]],
      },
    };
  });
  return recordCase(plan, context, {
    name: "slices of time in the examples of a query",
    interval: context.interval,
    at,
    records: [
      names.slice,
      ...(["total", "error"] as const).flatMap((side) => [names.rate(side), names.increase(side)]),
    ],
    rows,
  });
}

const MINUTE: Duration = "1m";

/** An alert on a query fires in the examples that are beyond its limit, as soon as it waited, and in no other. */
export function queryAlertCase(
  plan: MonitoringPlan,
  service: Service,
  alert: Alert,
  query: Query,
): RuleTestCase {
  const known = plus(longestWindow(query.query), "1h");
  const at = plus(alert.for, known);
  const told = query.examples.map((example, index) => ({
    ...example,
    place: { ...placeOf(plan.environment), cluster: `example ${index + 1}` },
  }));
  const identity = { alertname: alert.name, service: service.id, slo: alert.slo ?? noSlo(alert.name) };
  const fires = told.filter(
    ({ value }) => !isOutage(alert) && !("unusual" in alert.when) && crosses(value, alert.when),
  );
  const firing = fires.map(({ place, value }) => ({ ...firingAlert(plan, identity, place), value }));
  const isInstant = fires.every(({ growing }) => growing === undefined);
  return {
    name: `${alert.name}: as its examples say`,
    interval: MINUTE,
    input_series: told.flatMap((one) =>
      exampleSeries(query, one, MINUTE, at).map(({ name, labels, values }) => ({
        series: seriesNamed(name, { ...one.place, ...labels }),
        values,
      })),
    ),
    promql_expr_test: [
      firingAt(alert, at, firing),
      // What only looks at the last samples is pending from the first of them on.
      ...(isInstant && milliseconds(alert.for) >= milliseconds(MINUTE)
        ? [
            firingAt(alert, alert.for, firing),
            firingAt(alert, durationOf(milliseconds(alert.for) - milliseconds(MINUTE)), []),
          ]
        : []),
    ],
    alert_rule_test: annotationTests(plan, firing, at, new Set()),
  };
}

function firingAt({ name }: Alert, time: Duration, firing: readonly FiringAlert[]): ExpressionTest {
  return {
    expr: `ALERTS{alertstate="firing",alertname="${name}"}`,
    eval_time: time,
    exp_samples: firing.map((one) => ({ labels: series(one), value: 1 })),
  };
}

function exampleSeries(
  { reads }: Query,
  { growing = {}, standing = {} }: Pick<QueryExample, "growing" | "standing">,
  step: Duration,
  until: Duration,
): readonly GivenSeries[] {
  const count = Math.ceil(ratioOf(until, step));
  const of = (all: ExampleSeries, values: (value: number) => string): readonly GivenSeries[] =>
    Object.entries(all).map(([text, value]) => ({ ...seriesOf(text), values: values(value) }));
  return asStored(
    [
      ...of(growing, (perMinute) => `0+${perMinute * ratioOf(step, MINUTE)}x${count}`),
      ...of(standing, (value) => `${value}+0x${count}`),
    ],
    reads,
  );
}

/** A series that an example names. */
function seriesOf(text: string): Pick<GivenSeries, "labels" | "name"> {
  const [selector] = readPromQl(text).selectors;
  return {
    name: selector?.name ?? "",
    labels: Object.fromEntries((selector?.matches ?? []).map(({ label, value }) => [label, value])),
  };
}

function longestWindow(query: string): Duration {
  const windows = [...query.matchAll(/\[([\da-z]+)[\]:]/g)].map(([, window = "0s"]) => milliseconds(window));
  return durationOf(Math.max(0, ...windows));
}
