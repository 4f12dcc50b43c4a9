import type { Labels, MonitoringPlan } from "../../plan/monitoring-plan";
import type { SliSide } from "../../plan/names";
import type { RuleTestCase } from "../../plan/rule-test";
import { durationOf, milliseconds, plus, ratioOf, times, type Duration } from "../../slo/duration";
import { metricOf } from "../../slo/sli";
import { countedWindows, recordNames, type SloContext } from "../../generators/slo-context";
import { course, recordCase, type Course, type GivenSeries, type RecordRow } from "./given";

/** How often promtool evaluates what remembers a week. */
export const RARELY: Duration = "2h";

/** A series: what it held when it began, and what when it had ended before. */
interface Life {
  readonly began?: number;
  readonly at?: Duration;
  readonly ended?: number;
  readonly ago?: Duration;
}

interface BornRow {
  readonly says: string;
  readonly lives: readonly Life[];
  /** What bounds first samples: the series of a busy target by default. */
  readonly bound?: readonly GivenSeries[];
  readonly beside?: readonly GivenSeries[];
  readonly place?: RecordRow["place"];
  /** Events of first samples that a window of such a length does not see; none are recorded by default. */
  readonly born?: (window: Duration) => number;
}

/** One of two sides, and the one by which first samples are bounded. */
interface Sides {
  readonly side: SliSide;
  readonly first: SliSide;
}

/** Seen beside what is asked for, so that a sum shows what is added and what is taken away. */
const WITNESS: Life = { began: 1000 };

/** What first samples hold, from what began and what had ended. */
export function bornTables(plan: MonitoringPlan, context: SloContext, sides: Sides): readonly RuleTestCase[] {
  const names = recordNames(context);
  const { step, seen } = agesOf(context);
  const table = (told: Told, name: string, rows: readonly BornRow[]): RuleTestCase =>
    recordCase(plan, context, {
      name,
      interval: told.step,
      at: told.at,
      records: countedWindows(context).map((window) => names.born(sides.side, window)),
      rows: rows.map((row) => rowOf(told, row)),
    });
  const recent: Told = { context, sides, step, at: RARELY, seen };
  const week: Told = { context, sides, step: RARELY, at: "10d", seen: "0s" };
  return [
    table(recent, "what first samples hold", [
      ...birthRows(context),
      ...returnRows(context),
      ...(sides.side === sides.first ? boundRows(recent) : followingRows(recent)),
    ]),
    table(week, "what ended is known for a week", [
      { says: "six days ago", lives: [WITNESS, { began: 10, ended: 0.5, ago: "6d" }], born: () => 1009.5 },
      { says: "eight days ago", lives: [WITNESS, { began: 10, ended: 0.5, ago: "8d" }], born: () => 1010 },
    ]),
  ];
}

/** Where a table is told: how often there are samples, how long, and how old those of the newest scrape are. */
interface Told {
  readonly context: SloContext;
  readonly sides: Sides;
  readonly step: Duration;
  readonly at: Duration;
  readonly seen: Duration;
}

/** Ages of what belongs to the newest scrape, and of what belongs to the one before. */
function agesOf({ interval }: SloContext): Readonly<Record<"step" | "seen" | "missed", Duration>> {
  const step = durationOf(milliseconds(interval) / 5);
  return { step, seen: times(step, 2), missed: times(step, 4) };
}

/** What ends in the scrape in which something else begins has another name now. */
function birthRows(context: SloContext): readonly BornRow[] {
  const { seen, missed } = agesOf(context);
  const beside = (says: string, life: Life, sum: number): BornRow => ({
    says,
    lives: [WITNESS, life],
    born: () => sum,
  });
  return [
    { says: "a birth", lives: [{ began: 1 }], born: () => 1 },
    {
      says: "a birth elsewhere",
      lives: [{ began: 1 }],
      born: () => 1,
      place: { cluster: "a birth", environment: "elsewhere" },
    },
    beside("two births", { began: 3 }, 1003),
    beside("a birth in the scrape before", { began: 3, at: missed }, 1000),
    beside("renamed", { ended: 0.5, ago: seen }, 999.5),
    beside("ended in the scrape before", { ended: 40, ago: missed }, 1000),
    beside("ended in a restart", { ended: -40, ago: seen }, 1000),
    { says: "all renamed", lives: [{ began: 40 }, { ended: 40, ago: seen }] },
  ];
}

/** What a window sees of a series before is left to it, but for what a restart hides from it. */
function returnRows(context: SloContext): readonly BornRow[] {
  const { interval } = context;
  const { missed } = agesOf(context);
  const [base, counted] = countedWindows(context);
  const [near, far] = [minus(base, interval), plus(counted, interval)];
  const row = (says: string, life: Life, seen: number, unseen = seen): BornRow => ({
    says,
    lives: [WITNESS, life],
    born: (window) => 1000 + (ratioOf(life.ago ?? "0s", window) < 1 ? seen : unseen),
  });
  const each = [near, plus(base, interval), minus(counted, interval), far].flatMap((ago) => [
    row(`back after ${ago}`, { began: 10, ended: 0.5, ago }, 0, 9.5),
    row(`restarted ${ago} ago`, { began: 10, ended: -8, ago }, 8, 10),
  ]);
  return [
    ...each,
    row("back as it was", { began: 8, ended: 8, ago: far }, 0),
    row("back with less", { began: 8, ended: 10, ago: far }, 0, 8),
    row("restarted with as many", { began: 10, ended: -10, ago: near }, 10),
    row("restarted with fewer", { began: 10, ended: -12, ago: near }, 0),
    row("back in the scrape before", { began: 10, at: missed, ended: 0.5, ago: far }, 0),
    row("restarted before, back in the scrape before", { began: 10, at: missed, ended: -8, ago: near }, 0),
  ];
}

/** The busiest target of the last hour counted 4 a second; it and another count less now, and it more before. */
function boundRows(told: Told): readonly BornRow[] {
  const { context } = told;
  const scrapes = 2 * ratioOf(context.interval, "1s");
  const rate = (instance: string, ages: Course, labels: Labels = {}): GivenSeries =>
    ofTarget(told, recordNames(context).targetRate, ages, { instance, ...context.labels, ...labels });
  const up = (value: number, labels: Labels = {}): GivenSeries =>
    ofTarget(told, "up", { "0s": value }, labels);
  const bound = [
    rate("a", { "0s": 1 }),
    rate("b", { "90m": 9, "65m": 2, "45m": 4, "44m": 3 }),
    rate("b", { "0s": 9 }, { slo_id: "another" }),
  ];
  const just = (says: string, limit: number, series: readonly GivenSeries[]): readonly BornRow[] => [
    { says: `${says}: as many`, lives: [{ began: limit }], bound: series, born: () => limit },
    { says: `${says}: more`, lives: [{ began: limit + 0.5 }], bound: series },
  ];
  return [
    ...just("two scrapes", scrapes * 5, bound),
    ...just("idle", scrapes, [up(1)]),
    ...just("does not answer", scrapes, [up(0)]),
    { says: "no target", lives: [{ began: 1 }], bound: [up(1, { job: "another" })] },
  ];
}

/** The second side counts where the first does. */
function followingRows(told: Told): readonly BornRow[] {
  const { missed } = agesOf(told.context);
  const row = (says: string, bound: readonly GivenSeries[]): BornRow => ({ says, lives: [WITNESS], bound });
  return [
    row("the first counts nothing", []),
    row("the first counted in the scrape before", firstBorn(told, missed, {})),
    row("the first counts on another target", firstBorn(told, told.seen, { instance: "b" })),
    row("the first of another counts", firstBorn(told, told.seen, { slo_id: "another" })),
    {
      says: "the first counts elsewhere",
      lives: [WITNESS],
      place: { cluster: "the first counts nothing", environment: "elsewhere" },
      born: () => 1000,
    },
  ];
}

function firstBorn(told: Told, age: Duration, labels: Labels): readonly GivenSeries[] {
  const { context, sides } = told;
  return countedWindows(context).map((window) =>
    ofTarget(told, recordNames(context).born(sides.first, window), once(told, age, 5), {
      ...context.labels,
      ...labels,
    }),
  );
}

function rowOf(told: Told, { says, lives, bound, beside = [], place, born }: BornRow): RecordRow {
  const { context, sides, seen } = told;
  const names = recordNames(context);
  const of = (name: string, ages: Course, labels: Labels): GivenSeries =>
    ofTarget(told, name, ages, { ...context.labels, ...labels });
  const busy =
    sides.side === sides.first ? [of(names.targetRate, { "0s": 100 }, {})] : firstBorn(told, seen, {});
  return {
    says,
    ...(place === undefined ? {} : { place }),
    series: [
      ...lives.flatMap(({ began, at = seen, ended, ago = seen }, index) => [
        ...(began === undefined
          ? []
          : [of(names.began(sides.side), once(told, at, began), { of: `${index}` })]),
        ...(ended === undefined
          ? []
          : [of(names.ended(sides.side), once(told, ago, ended), { of: `${index}` })]),
      ]),
      ...[names.began(sides.side), names.ended(sides.side)].map((name) =>
        of(name, once(told, seen, 7), { slo_id: "another" }),
      ),
      ...(bound ?? busy),
      ...beside,
    ],
    records: Object.fromEntries(
      countedWindows(context).flatMap((window) =>
        born === undefined ? [] : [[names.born(sides.side, window), [[target(context), born(window)]]]],
      ),
    ),
  };
}

function target({ slo }: SloContext): Labels {
  return { instance: "a", job: metricOf(slo.sli).job.name };
}

function ofTarget({ context, step, at }: Told, name: string, ages: Course, labels: Labels): GivenSeries {
  return { name, labels: { ...target(context), ...labels }, values: course(step, at, ages) };
}

/** Recorded in one evaluation. */
function once({ step }: Told, age: Duration, value: number): Course {
  return age === "0s" ? { [age]: value } : { [age]: value, [minus(age, step)]: undefined };
}

function minus(a: Duration, b: Duration): Duration {
  return durationOf(milliseconds(a) - milliseconds(b));
}
