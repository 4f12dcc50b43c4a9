import Big from "big.js";
import type { Labels, MonitoringPlan } from "../../plan/monitoring-plan";
import type { RuleTestCase } from "../../plan/rule-test";
import { ratioOf, times, type Duration } from "../../slo/duration";
import { decimal } from "../../slo/objective";
import type { GaugeSli } from "../../slo/sli";
import { recordNames, type SloContext } from "../slo-context";
import { TWO_HOURS } from "./counters";
import { course, PLACES, recordCase, type Course, type GivenSeries, type RecordRow } from "./given";
import { populationOf } from "./sides";

/** Slices of time in which a gauge was on the wrong side of its limit, from its samples. */
export function sliceTable(plan: MonitoringPlan, context: SloContext, sli: GaugeSli): RuleTestCase {
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

/** One target of two crosses the limit, and so does everything that is not counted. */
function gauges(context: SloContext, { gauge, of, bad }: GaugeSli, index: number): readonly GivenSeries[] {
  const [beyond, limit] = [
    Number(decimal(new Big(bad.limit).plus(bad.comparison === "above" ? "0.001" : "-0.001"))),
    Number(bad.limit),
  ];
  const { counted, others } = populationOf(gauge, of);
  const series = (labels: Labels, ages: Course): GivenSeries => ({
    name: gauge.name,
    labels: { job: gauge.job.name, instance: "a", ...labels },
    values: course(context.interval, TWO_HOURS, ages),
  });
  return counted
    .slice(0, 1)
    .flatMap((set) => [
      series(set, crossings(context, index, beyond, limit)),
      series({ ...set, instance: "b" }, { [TWO_HOURS]: limit }),
      series({ ...set, job: "another" }, { [TWO_HOURS]: beyond }),
      ...others.map((other) => series(other, { [TWO_HOURS]: beyond })),
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
function scrapesOf({ burn, interval }: SloContext): readonly [base: number, counted: number] {
  return [ratioOf(burn.base, interval), ratioOf(burn.windows[0].long, interval)];
}
