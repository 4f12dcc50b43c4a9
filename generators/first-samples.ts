import type { RecordingRule } from "../plan/monitoring-plan";
import { DIMENSIONS, type SliSide } from "../plan/names";
import { durationOf, milliseconds, plus, times, type Duration } from "../slo/duration";
import { aggregate, over, type PromQl } from "./promql";
import { countedWindows, recordedSeries, recordNames, recorder, type SloContext } from "./slo-context";

/** How long the last value of a series that disappeared is known. */
const MEMORY: Duration = "7d";

/** The traffic that bounds what a first sample can hold is the highest of this time. */
const TRAFFIC: Duration = "1h";

/** What every record here needs to know of an SLI with counters that begin with their first event. */
export interface LazySeries {
  readonly total: PromQl;
  readonly up: PromQl;
  /** The series whose first samples are counted, the one that is bounded first. */
  readonly counted: readonly { readonly side: SliSide; readonly series: PromQl }[];
}

/**
 * Records of the events in first samples, which `rate` cannot see. A series that appears in a target that was scraped
 * before has begun; one that comes back holds but its growth.
 */
export function firstSampleRecords(context: SloContext, lazy: LazySeries): readonly RecordingRule[] {
  const names = recordNames(context);
  const record = recorder(context);
  const [first] = lazy.counted;
  return [
    record(names.targetSum, aggregate("sum", TARGET, offset(lazy.total, context.timeout))),
    ...lazy.counted.flatMap(({ side, series }) => [
      record(names.ended(side), ended(context, series, lazy.up)),
      record(names.began(side), began(context, series, lazy.up)),
    ]),
    ...countedWindows(context).flatMap((window) =>
      lazy.counted.map(({ side }) =>
        record(
          names.born(side, window),
          side === first?.side
            ? bounded(context, born(context, side, window), lazy.up)
            : `${born(context, side, window)}\nand on (${list(targetOf(context))}) ${recent(context, recordedSeries(context).born(first?.side ?? side, window))}`,
        ),
      ),
    ),
  ];
}

/** What a target is known by. */
const TARGET = [...DIMENSIONS, "job", "instance"] as const;

/** What events of a target are told apart by. */
export function targetOf({ by }: SloContext): readonly string[] {
  return [...by, "job", "instance"];
}

function list(labels: readonly string[]): string {
  return labels.join(", ");
}

function offset(series: PromQl, by: Duration): PromQl {
  return `${series} offset ${by}`;
}

/** A sample has the time at which its scrape began, so that the newest are complete after a timeout. */
function previous({ timeout, interval }: SloContext): Duration {
  return plus(timeout, interval);
}

/** The records of this evaluation alone: where no marker says that a series ended, the last value stays for minutes. */
function recent({ interval }: SloContext, series: PromQl): PromQl {
  return over("last_over_time", series, durationOf(milliseconds(interval) / 2));
}

/**
 * The last value of what disappeared, negative where the process may be another one now. A target that does not answer
 * may be restarting; where it comes back as it was, nothing begins in its first scrape. One that answers has restarted if
 * its counters fell to less than half.
 */
function ended(context: SloContext, series: PromQl, up: PromQl): PromQl {
  const { targetSum } = recordedSeries(context);
  const target = list(TARGET);
  const before = previous(context);
  const now = offset(up, context.timeout);
  return [
    `(${offset(series, before)} unless ${offset(series, context.timeout)})`,
    `* on (${target}) group_left () (`,
    `  (${now} == 1 unless on (${target}) (${targetSum} < 0.5 * ${offset(targetSum, context.interval)}))`,
    `  or 0 * ${now} - 1`,
    `)`,
  ].join("\n");
}

function began(context: SloContext, series: PromQl, up: PromQl): PromQl {
  const before = previous(context);
  return [
    `(${offset(series, context.timeout)} > 0 unless ${offset(series, before)})`,
    `and on (${list(TARGET)}) (${offset(up, before)} == 1)`,
  ].join("\n");
}

/**
 * Events per target in first samples, where a window of such a length does not see the sample before: the value less what
 * it goes on from, less what ended in the same scrape, for that has but other labels now. Where the window sees what was
 * before a restart, it takes the difference for growth, and what is missing is added.
 */
function born(context: SloContext, side: SliSide, window: Duration): PromQl {
  const series = recordedSeries(context);
  const began = recent(context, series.began(side));
  const ended = (within: Duration): PromQl => over("last_over_time", series.ended(side), within);
  // What is known of a series has its labels, too; all else has those of what `unless` takes away.
  const known = `label_replace(-(${ended(MEMORY)} > 0 <= ${began}), "part", "known", "", "")`;
  const events = [
    `  (${began}`,
    `    or ${known})`,
    `  unless ignoring (part) ${ended(window)}`,
    `  or -(${ended(window)} < 0) <= ${began}`,
    `  or -(${recent(context, series.ended(side))} > 0)`,
  ].join("\n");
  return `${aggregate("sum", targetOf(context), `\n${events}\n`)} > 0`;
}

/** A first sample cannot hold more than the busiest target counts in two scrapes, or two events a second where all idle. */
function bounded(context: SloContext, events: PromQl, up: PromQl): PromQl {
  const { interval } = context;
  const traffic = `${over("max_over_time", recordedSeries(context).targetRate, TRAFFIC)} or 0 * ${up}`;
  return `${events}\n<= on (${list(DIMENSIONS)}) group_left () (${times(interval, 2)} * (1 + ${aggregate("max", DIMENSIONS, traffic)}))`;
}
