import type { Labels, MonitoringPlan } from "../../plan/monitoring-plan";
import type { RuleTestCase } from "../../plan/rule-test";
import { durationOf, milliseconds, ratioOf, times, type Duration } from "../../slo/duration";
import { metricOf, type EventSli } from "../../slo/sli";
import { countedWindows, recordNames, type SloContext } from "../../generators/slo-context";
import type { LabelSet } from "./cells";
import { counter, growth, TWO_HOURS } from "./counters";
import {
  course,
  PLACES,
  recordCase,
  type Course,
  type GivenSeries,
  type RecordRow,
  type RowPlace,
} from "./given";
import { lazySides, sidesOf, type Side } from "./sides";

/** A series of the population, and what it counts in each of the newest scrapes: all, and the part that is counted beside. */
interface Counting {
  readonly set: LabelSet;
  readonly instance: string;
  readonly all: number;
  readonly part: number;
  /** Not exposed since the last scrape. */
  readonly isGone?: boolean;
  /** The bucket of a latency is lost since then, or only another one was there. */
  readonly bucket?: "lost" | "another";
}

interface Told {
  readonly context: SloContext;
  readonly total: Side;
  /** Bad events, or the fast ones of a latency, which are other series. */
  readonly part: Side;
  readonly isLatency: boolean;
  /** Sides whose first samples are counted. */
  readonly lazy: readonly Side[];
}

/** What an SLI of events counts, from raw series and from what first samples hold. */
export function countTables(
  plan: MonitoringPlan,
  context: SloContext,
  sli: EventSli,
): readonly RuleTestCase[] {
  const sides = sidesOf(sli);
  const told: Told = {
    context,
    ...sides,
    isLatency: sides.part.side === "good",
    lazy: lazySides(sli),
  };
  const names = recordNames(context);
  const counts = recordCase(plan, context, {
    name: "rates and counts of events",
    interval: context.interval,
    at: TWO_HOURS,
    records: [
      names.targetRate,
      ...(["total", "error"] as const).flatMap((side) => [names.rate(side), names.increase(side)]),
    ],
    rows: [
      ...PLACES.map((where, index) => placeRow(told, where, index + 1)),
      idleRow(told),
      { says: "another objective", series: ofAnother(told), records: {} },
      ...(told.isLatency ? bucketRows(told) : []),
    ],
  });
  return told.lazy.length === 0 ? [counts] : [counts, targetSums(plan, told)];
}

/** Every series counts another number of events. */
function countings({ total, part, isLatency }: Told, factor: number): readonly Counting[] {
  return total.counted.flatMap((set, index) =>
    ["a", "b"].map((instance, target) => {
      const all = 4 * factor * (5 * index + target + 1);
      return { set, instance, all, part: isLatency ? all / 4 : part.counted.includes(set) ? all : 0 };
    }),
  );
}

function placeRow(told: Told, where: RowPlace, factor: number): RecordRow {
  const counting = countings(told, factor);
  return {
    ...where,
    series: [
      ...rawSeries(told, counting),
      ...uncounted(told).map((one) => ({ ...one, values: counter(told.context, 900) })),
      ...births(told, factor),
      ...ofAnother(told),
    ],
    records: recordsOf(told, counting, factor),
  };
}

function idleRow(told: Told): RecordRow {
  const isGood = (set: LabelSet): boolean => told.isLatency || !told.part.counted.includes(set);
  const counting = told.total.counted
    .filter(isGood)
    .slice(0, 1)
    .map((set) => ({ set, instance: "a", all: 0, part: 0 }));
  return { says: "idle", series: rawSeries(told, counting), records: recordsOf(told, counting) };
}

/** The bucket is not there, was lost with the last scrape, went with its target, or counts more than there is. */
function bucketRows(told: Told): readonly RecordRow[] {
  const set = told.total.counted[0] ?? {};
  const has: Counting = { set, instance: "a", all: 40, part: 10 };
  const other: Counting = { set, instance: "b", all: 20, part: 5 };
  const rows: Readonly<Record<string, readonly Counting[]>> = {
    "another bucket": [has, { ...other, bucket: "another" }],
    "a lost bucket": [has, { ...other, bucket: "lost" }],
    "a target that is gone": [has, { ...other, isGone: true }],
    "more fast than all": [{ ...has, part: 50 }],
  };
  return Object.entries(rows).map(([says, counting]) => ({
    says,
    series: rawSeries(told, counting),
    records: recordsOf(told, counting),
  }));
}

function rawSeries(told: Told, counting: readonly Counting[]): readonly GivenSeries[] {
  const { context, total, part, isLatency } = told;
  const le = part.others.at(-1)?.["le"] ?? "";
  return counting.flatMap(({ set, instance, all, part: some, isGone = false, bucket }) => {
    const own = { ...part.counted[total.counted.indexOf(set)], instance };
    const buckets = [
      ...(bucket === "another"
        ? []
        : [ofTarget(context, part.name, own, counter(context, some, isGone || bucket === "lost"))]),
      ...(bucket === undefined ? [] : [ofTarget(context, part.name, { ...own, le }, counter(context, some))]),
    ];
    return [
      ofTarget(context, total.name, { ...set, instance }, counter(context, all, isGone)),
      ...(isLatency ? buckets : []),
    ];
  });
}

/** Series that are almost of the population, and all of it on another job; far more than is counted. */
function uncounted({ context, total, part, isLatency }: Told): readonly GivenSeries[] {
  return [total, ...(isLatency ? [part] : [])].flatMap(({ name, counted, others }) =>
    [...others, ...counted.map((set) => ({ ...set, job: "another" }))].map((set) =>
      ofTarget(context, name, { instance: "a", ...set }, counter(context, 900)),
    ),
  );
}

/** Events in first samples that a target of the first place has in a scrape, by whether they bound the others. */
const BORN = [3, 1] as const;

/** Of two targets, in one scrape and in the oldest of each window; far more before. */
function births({ context, lazy }: Told, factor: number): readonly GivenSeries[] {
  const { interval } = context;
  const ages = (window: Duration, events: number): Course => {
    const scrapes = ratioOf(window, interval);
    const at = (age: number, value: number): Course => ({
      [times(interval, age)]: value,
      [times(interval, age - 1)]: undefined,
    });
    return { ...at(scrapes + 1, 900), ...at(scrapes - 1, events), ...at(1, events) };
  };
  return lazy.flatMap(({ side }, index) =>
    countedWindows(context).flatMap((window) =>
      ["a", "b"].map((instance) =>
        ofTarget(
          context,
          recordNames(context).born(side, window),
          { instance, ...context.labels },
          course(interval, TWO_HOURS, ages(window, factor * (BORN[index] ?? 0))),
        ),
      ),
    ),
  );
}

/** All that is read of another objective. */
function ofAnother({ context, lazy }: Told): readonly GivenSeries[] {
  const names = recordNames(context);
  return [
    names.targetRate,
    names.rate("total"),
    names.increase("total"),
    ...lazy.flatMap(({ side }) => countedWindows(context).map((window) => names.born(side, window))),
  ].map((name) =>
    ofTarget(
      context,
      name,
      { instance: "a", slo_id: "another" },
      course(context.interval, TWO_HOURS, { [TWO_HOURS]: 900 }),
    ),
  );
}

/** What is recorded of events, and of first samples in the place of such a factor, if any. */
function recordsOf(told: Told, counting: readonly Counting[], factor = 0): RecordRow["records"] {
  const { context, lazy, isLatency } = told;
  const names = recordNames(context);
  const [base, counted] = countedWindows(context);
  const [first = 0, second = 0] = lazy.map((_, index) => 4 * factor * (BORN[index] ?? 0));
  const measured = counting.filter(({ bucket }) => bucket === undefined);
  const sum = (of: readonly Counting[], window: Duration, events: (one: Counting) => number): number =>
    of.reduce((all, one) => all + growth(context, events(one), window, one.isGone), 0);
  const all = ({ all: events }: Counting): number => events;
  const total = (window: Duration, of: readonly Counting[]): number => sum(of, window, all) + first;
  const error = (window: Duration): number =>
    isLatency
      ? Math.max(0, sum(measured, window, (one) => one.all - one.part) + first - second)
      : sum(counting, window, ({ part }) => part) + first;
  const perSecond = (events: number): number => events / ratioOf(base, "1s");
  const ofTargets = ["a", "b"].flatMap((instance) => {
    const own = counting.filter((one) => one.instance === instance);
    const labels = { instance, job: metricOf(context.slo.sli).job.name };
    return own.length === 0 ? [] : [[labels, perSecond(sum(own, base, all))] as const];
  });
  return {
    ...(lazy.length === 0 ? {} : { [names.targetRate]: ofTargets }),
    [names.rate("total")]: [[{}, perSecond(total(base, counting))]],
    [names.rate("error")]: [[{}, perSecond(error(base))]],
    [names.increase("total")]: [[{}, total(counted, isLatency ? measured : counting)]],
    [names.increase("error")]: [[{}, error(counted)]],
  };
}

/** What targets counted in all when the newest scrape had ended. */
function targetSums(plan: MonitoringPlan, told: Told): RuleTestCase {
  const { context, total } = told;
  const name = recordNames(context).targetSum;
  const half = durationOf(milliseconds(context.timeout) / 2);
  const ages = (events: number): string =>
    course(half, TWO_HOURS, {
      [times(context.timeout, 2)]: events,
      [context.timeout]: 2 * events,
      [half]: 3 * events,
    });
  const rows = PLACES.map((where, index): RecordRow => {
    const counting = countings(told, index + 1);
    return {
      ...where,
      series: [
        ...counting.map(({ set, instance, all }) =>
          ofTarget(context, total.name, { ...set, instance }, ages(all)),
        ),
        ...uncounted({ ...told, isLatency: false }).map((one) => ({ ...one, values: ages(900) })),
      ],
      records: {
        [name]: ["a", "b"].map((instance) => {
          const own = counting.filter((one) => one.instance === instance);
          const events = own.reduce((sum, { all }) => sum + 2 * all, 0);
          return [{ instance, job: metricOf(context.slo.sli).job.name }, events] as const;
        }),
      },
    };
  });
  return recordCase(plan, context, {
    name: "what targets counted in all",
    interval: half,
    at: TWO_HOURS,
    records: [name],
    rows,
  });
}

function ofTarget({ slo }: SloContext, name: string, labels: Labels, values: string): GivenSeries {
  return { name, labels: { job: metricOf(slo.sli).job.name, ...labels }, values };
}
