import type { Labels, MonitoringPlan } from "../../plan/monitoring-plan";
import type { RuleTestCase } from "../../plan/rule-test";
import { durationOf, longest, milliseconds, plus, times, type Duration } from "../../slo/duration";
import { metricOf } from "../../slo/sli";
import { recordNames, type SloContext } from "../../generators/slo-context";
import {
  course,
  recordCase,
  recordLabels,
  type Course,
  type GivenSeries,
  type Recorded,
  type RecordRow,
} from "./given";
import { lazySides, type Side } from "./sides";

/** When what began and ended is asked for. */
export const MOMENT: Duration = "10m";

/** A target: a series of it, whether it answers, and what it counted in all; and what is recorded of the series. */
interface Target {
  readonly counter: Course;
  readonly up?: Course;
  readonly sum?: Course;
  readonly ended?: number;
  readonly began?: number;
  /** The row in whose cluster it is, in another environment. */
  readonly beside?: string;
}

/** Targets of a place, by what is said of them; each place is a cluster of its own. */
type Rows = Readonly<Record<string, readonly Target[]>>;

/** What began and what ended, from raw series and what their targets counted in all. */
export function firstTable(plan: MonitoringPlan, context: SloContext): RuleTestCase {
  const names = recordNames(context);
  const sides = lazySides(context.slo.sli);
  const rows = Object.entries({ ...endedRows(context), ...beganRows(context) });
  return recordCase(plan, context, {
    name: "what began and what ended",
    interval: STEP,
    at: MOMENT,
    records: sides.flatMap(({ side }) => [names.ended(side), names.began(side)]),
    rows: [...rows.map(([says, targets]) => rowOf(context, sides, says, targets)), unrelated(context, sides)],
  });
}

/** Samples are so close that there is one beside each moment into which records look. */
const STEP: Duration = "1s";

/** Moments into which records look, and others between them. */
function agesOf({
  timeout,
  interval,
}: SloContext): Readonly<Record<"half" | "now" | "lost" | "scrape" | "before", Duration>> {
  const before = plus(timeout, interval);
  return {
    half: durationOf(milliseconds(timeout) / 2),
    now: timeout,
    lost: shorter(times(timeout, 2), beside(before, -1)),
    scrape: interval,
    before,
  };
}

function beside(age: Duration, steps: number): Duration {
  return durationOf(milliseconds(age) + steps * milliseconds(STEP));
}

function shorter(a: Duration, b: Duration): Duration {
  return longest(a, b) === a ? b : a;
}

function endedRows(context: SloContext): Rows {
  const { half, now, lost, scrape, before } = agesOf(context);
  const gone: Target = { counter: { [MOMENT]: 7, [lost]: "stale" }, ended: 7 };
  const again: Target = { ...gone, ended: -7 };
  const restarted: Target = { ...again, sum: { [MOMENT]: 1000, [beside(scrape, -1)]: 450 } };
  const slower = { [MOMENT]: 5000, [beside(scrape, 1)]: 1000, [beside(scrape, -1)]: 520 };
  const ended = { [MOMENT]: 70, [before]: 71, [beside(before, -1)]: 72, [lost]: "stale" } as const;
  return {
    ended: [{ counter: ended, ended: 71 }],
    "goes on": [{ counter: { [MOMENT]: 5 } }],
    "missed between two scrapes": [{ counter: { [MOMENT]: 5, [lost]: "stale", [now]: 5 } }],
    "back since the scrape": [{ counter: { [MOMENT]: 6, [lost]: "stale", [half]: 6 }, ended: 6 }],
    "does not answer": [{ ...again, up: { [MOMENT]: 1, [now]: 0, [half]: 1 } }],
    "is known for a moment": [{ ...again, up: { [now]: 0, [half]: "stale" } }],
    "answers for a moment": [{ ...gone, up: { [MOMENT]: 0, [now]: 1, [half]: 0 } }],
    "fell to less than half": [restarted],
    "fell to more than half": [{ ...gone, sum: slower }],
    "one of two fell": [restarted, gone],
    "elsewhere it fell": [{ ...restarted, beside: "ended" }],
  };
}

function beganRows(context: SloContext): Rows {
  const { half, now, before } = agesOf(context);
  const fresh: Target = { counter: { [now]: 1, [half]: 4 }, began: 1 };
  const first: Target = {
    counter: fresh.counter,
    up: { [MOMENT]: 1, [beside(before, 1)]: 0, [beside(before, -1)]: 1 },
  };
  const short = { [before]: 1, [beside(before, -1)]: "stale", [now]: 9 } as const;
  return {
    began: [fresh],
    "began with nothing": [{ counter: { [now]: 0 } }],
    "was there for a moment": [{ counter: short }],
    "first answer": [first],
    "answered for a moment": [{ ...fresh, up: { [MOMENT]: 0, [before]: 1, [beside(before, -1)]: 0 } }],
    "first answer of one of two": [first, fresh],
    "elsewhere it answered": [{ ...fresh, beside: "first answer" }],
  };
}

function rowOf(
  context: SloContext,
  sides: readonly Side[],
  says: string,
  targets: readonly Target[],
): RecordRow {
  const names = recordNames(context);
  const labelled = targets.map((target, index) => ({
    ...target,
    labels: { job: metricOf(context.slo.sli).job.name, instance: `target-${index}` },
  }));
  const recorded = (of: "ended" | "began", side: Side): readonly [string, Recorded] => [
    names[of](side.side),
    labelled.flatMap(({ labels, [of]: value }) =>
      value === undefined ? [] : [[{ ...labels, ...side.counted[0] }, value] as const],
    ),
  ];
  const cluster = targets[0]?.beside;
  return {
    says,
    ...(cluster === undefined ? {} : { place: { cluster, environment: "elsewhere" } }),
    series: labelled.flatMap(({ counter, up, sum, labels }) => [
      ...sides.map(({ name, counted }) => given(name, { ...labels, ...counted[0] }, counter)),
      given("up", labels, up ?? { [MOMENT]: 1 }),
      given(
        names.targetSum,
        { ...labels, ...recordLabels(context, names.targetSum) },
        sum ?? { [MOMENT]: 1000 },
      ),
    ]),
    records: Object.fromEntries(
      sides.flatMap((side) => (["ended", "began"] as const).map((of) => recorded(of, side))),
    ),
  };
}

/** What the SLO does not count, and another job: all of it ends on one target and begins on the other. */
function unrelated(context: SloContext, sides: readonly Side[]): RecordRow {
  const { now, lost } = agesOf(context);
  const job = metricOf(context.slo.sli).job.name;
  const targets: readonly (readonly [instance: string, counter: Course])[] = [
    ["ends", { [MOMENT]: 7, [lost]: "stale" }],
    ["begins", { [now]: 7 }],
  ];
  return {
    says: "what is not counted",
    series: targets.flatMap(([instance, counter]) => [
      ...sides.flatMap(({ name, counted, others }) => [
        ...others.map((set) => given(name, { ...set, job, instance }, counter)),
        ...counted.map((set) => given(name, { ...set, job: "another", instance }, counter)),
      ]),
      ...[job, "another"].map((one) => given("up", { job: one, instance }, { [MOMENT]: 1 })),
    ]),
    records: {},
  };
}

function given(name: string, labels: Labels, ages: Course): GivenSeries {
  return { name, labels, values: course(STEP, MOMENT, ages) };
}
