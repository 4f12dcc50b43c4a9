import Big from "big.js";
import type { Labels, MonitoringPlan } from "../../plan/monitoring-plan";
import type { RuleTestCase } from "../../plan/rule-test";
import { ratioOf, times, type Duration } from "../../slo/duration";
import { comparison, limitValue } from "../../slo/alert";
import { decimal, ratioOfPercent } from "../../slo/objective";
import type { Gauge, LabelMatch } from "../../slo/telemetry";
import { countedWindows, recordNames, type SloContext } from "../../generators/slo-context";
import { TWO_HOURS } from "./counters";
import {
  course,
  courseOfTimes,
  PLACES,
  recordCase,
  type Course,
  type GivenSeries,
  type RecordRow,
} from "./given";
import { signOf } from "./measured";
import type { ModelledSli } from "./modelled";
import { populationOf } from "./sides";

type ModelledTime = Extract<ModelledSli, { readonly kind: "time" }>;

/** Slices of time in which a gauge was on the wrong side of its limit, from its samples. */
export function sliceTable(plan: MonitoringPlan, context: SloContext, sli: ModelledTime): RuleTestCase {
  const names = recordNames(context);
  return recordCase(plan, context, {
    name: "slices of time with a limit just reached and just crossed",
    interval: context.interval,
    at: TWO_HOURS,
    records: [
      names.slice,
      ...(["total", "error"] as const).flatMap((side) => [names.rate(side), names.increase(side)]),
    ],
    rows: PLACES.map((where, index) => ({
      ...where,
      series: [...gauges(context, sli, index), ...slices(context)],
      records: recordsOf(context, index),
    })),
  });
}

/** Series of a gauge, in what they are measured as: of an age, how long ago it was. */
interface Decider {
  readonly gauge: Gauge;
  readonly where: readonly LabelMatch[];
  /** What the gauge says where the measure is worth so much and this series decides it. */
  readonly at: (value: Big) => number;
  /** Of what another target says besides, whatever leaves the decision to the first; nothing where there is no such value. */
  readonly other: ((first: readonly [number, number]) => number) | undefined;
  readonly beside: readonly Gauge[];
}

const LEAST = (first: readonly [number, number]): number => Math.min(...first);
const MOST = (first: readonly [number, number]): number => Math.max(...first);
const NONE = (): number => 0;

function deciderOf({ measure }: ModelledTime): Decider {
  if (measure.kind === "gauge-share") {
    const { part: gauge, whole, where = [], free, of } = measure;
    return {
      gauge,
      where,
      at: (value) => Number(decimal((free === true ? new Big(1).minus(value) : value).times(whole.normal))),
      other: { together: NONE, average: undefined, highest: free === true ? MOST : LEAST }[of],
      beside: [whole],
    };
  }
  const { gauge, where = [], of } = measure;
  const other = { sum: NONE, max: LEAST, min: MOST, newest: MOST, oldest: LEAST }[of];
  const sign = signOf(measure);
  return { gauge, where, at: (value) => Number(decimal(value.times(sign))), other, beside: [] };
}

/** One target of two crosses the limit, and so does everything that is not counted. */
function gauges(context: SloContext, sli: ModelledTime, index: number): readonly GivenSeries[] {
  const { gauge, where, at, other, beside } = deciderOf(sli);
  const { operator, limit: text } = comparison(sli.bad);
  const exact = new Big(ratioOfPercent(text) ?? limitValue(text));
  const [beyond, limit] = [at(exact.plus(operator === ">" ? "0.001" : "-0.001")), at(exact)];
  const { counted, others } = populationOf(gauge, where);
  const told = gauge.timestamp === true ? courseOfTimes : course;
  const series = (labels: Labels, ages: Course, { name, job } = gauge): GivenSeries => ({
    name,
    labels: { job: job.name, instance: "a", ...labels },
    values: (name === gauge.name ? told : course)(context.interval, TWO_HOURS, ages),
  });
  return counted
    .slice(0, 1)
    .flatMap((set) => [
      series(set, crossings(context, index, beyond, limit)),
      ...(other === undefined
        ? []
        : [series({ ...set, instance: "b" }, { [TWO_HOURS]: other([beyond, limit]) })]),
      series({ ...set, job: "another" }, { [TWO_HOURS]: beyond }),
      ...others.map((unlike) => series(unlike, { [TWO_HOURS]: beyond })),
      ...beside.flatMap((whole) =>
        ["a", ...(other === undefined ? [] : ["b"])].map((instance) =>
          series({ ...set, instance }, { [TWO_HOURS]: whole.normal }, whole),
        ),
      ),
    ]);
}

/** Beyond the limit before each window began and in its oldest scrapes, and in the first place now. */
function crossings(context: SloContext, index: number, beyond: number, limit: number): Course {
  const [base, counted] = scrapesOf(context);
  const ago = (scrapes: number): Duration => times(context.interval, scrapes);
  return {
    [TWO_HOURS]: beyond,
    [ago(counted - 2 - index)]: limit,
    [ago(base)]: beyond,
    [ago(base - 2)]: limit,
    "0s": index === 0 ? beyond : limit,
  };
}

/** A bad slice that was recorded with another label, which is no other population; and those of another objective. */
function slices(context: SloContext): readonly GivenSeries[] {
  const { interval, labels } = context;
  const [base] = scrapesOf(context);
  const slice = (more: Labels, ages: Course): GivenSeries => ({
    name: recordNames(context).slice,
    labels: { ...labels, ...more },
    values: course(interval, TWO_HOURS, ages),
  });
  return [
    slice({ team: "former" }, { [times(interval, base - 1)]: 1, [times(interval, base - 2)]: "stale" }),
    slice({ slo_id: "another" }, { [TWO_HOURS]: 1 }),
  ];
}

function recordsOf(context: SloContext, index: number): RecordRow["records"] {
  const names = recordNames(context);
  const [base, counted] = scrapesOf(context);
  const now = index === 0 ? 1 : 0;
  const former = 1;
  const seconds = ratioOf(context.burn.base, "1s");
  return {
    [names.slice]: [[{}, now]],
    [names.rate("total")]: [[{}, (base + former) / seconds]],
    [names.rate("error")]: [[{}, (1 + now + former) / seconds]],
    [names.increase("total")]: [[{}, counted + former]],
    [names.increase("error")]: [[{}, index + 3 + now + former]],
  };
}

/** Samples in the window of rates and in that of counts. */
function scrapesOf(context: SloContext): readonly [base: number, counted: number] {
  const [base, counted] = countedWindows(context);
  return [ratioOf(base, context.interval), ratioOf(counted, context.interval)];
}
