import type { Place } from "../../plan/names";
import type { ExpressionTest } from "../../plan/rule-test";
import { ratioOf, times, type Duration } from "../../slo/duration";
import { recordNames, type SloContext } from "../slo-context";
import { recordIs, recordIsAbsent } from "./given";
import type { Scenario } from "./scenario";
import { eventStream, type EventStream } from "./streams";
import { quiet, within, type Timeline } from "./world";

/** What an SLO has counted at the end of each phase of a story, where it is told and where nothing happens. */
export function countTests(
  context: SloContext,
  story: Scenario,
  place: Place,
  line: Timeline,
): readonly ExpressionTest[] {
  const phases = line.phases.slice(0, story.phases.length);
  const streamOf = (told: Timeline): EventStream => eventStream(context.service, context.slo.sli, told);
  const here = streamOf(line);
  const ends = phases.map((_, index) =>
    phases.slice(0, index + 1).reduce((sum, { lasts }) => sum + ratioOf(lasts, context.interval), 0),
  );
  const sides = (["total", "error"] as const).filter((side) => story.unsure?.includes(side) !== true);
  const tests = (at: Place, stream: EventStream, end: number): readonly ExpressionTest[] =>
    sides.flatMap((side) => sideTests(context, side, { place: at, stream, end }));
  return [
    // While nothing is stored, nobody knows what was counted.
    ...ends.flatMap((end, index) => (phases[index]?.gap === true ? [] : tests(place, here, end))),
    ...(story.alsoIn ?? []).flatMap((other) =>
      ends.slice(-1).flatMap((end) => tests({ ...place, ...other }, streamOf(quiet(line)), end)),
    ),
  ];
}

interface Moment {
  readonly place: Place;
  readonly stream: EventStream;
  readonly end: number;
}

function sideTests(
  context: SloContext,
  side: "total" | "error",
  { place, stream, end }: Moment,
): readonly ExpressionTest[] {
  const { base, windows } = context.burn;
  const names = recordNames(context);
  const at = times(context.interval, end);
  const of = (window: Duration, name: string, per: number): ExpressionTest => {
    const steps = ratioOf(window, context.interval);
    const isThere = seen(stream, end, steps) >= (context.slo.sli.kind === "gauge" ? 1 : 2);
    const [total, bad] = [within(stream.total, end, steps), within(stream.bad, end, steps)];
    // Windows end between samples, so that what changes in them is known to a scrape; a slice is counted at once.
    const first = context.slo.sli.kind === "gauge" && end < steps ? 1 : 0;
    const tolerance = first + fastest(stream, end, steps) * 1.1 + total * 1e-6;
    return isThere
      ? recordIs(context, name, place, (side === "total" ? total : bad) / per, at, tolerance / per)
      : recordIsAbsent(context, name, place, at);
  };
  return [of(base, names.rate(side), ratioOf(base, "1s")), of(windows[0].long, names.increase(side), 1)];
}

/** Steps of a window in which there were series. */
function seen({ exists }: EventStream, end: number, steps: number): number {
  return exists.slice(Math.max(0, end - steps), end).filter(Boolean).length;
}

/** By how much the events between two scrapes of a window change at most. */
function fastest({ total, bad }: EventStream, end: number, steps: number): number {
  const from = Math.max(1, end - steps);
  const change = (sums: readonly number[]): number => {
    const rates = Array.from(
      { length: end - from + 1 },
      (_, index) => (sums[from + index] ?? 0) - (sums[from + index - 1] ?? 0),
    );
    return Math.max(...rates) - Math.min(...rates);
  };
  return Math.max(change(total), change(bad));
}
