import type { InputSeries } from "../../plan/rule-test";
import { selection } from "../../generators/promql";
import { conditionsOf } from "../../backends/rule-tests/cells";
import { eventsPerMinute, type Growing } from "../scaffold/imported-query";

/** So many events a minute, of which a share is bad for a while and then no longer. */
export interface Incident {
  readonly says: string;
  readonly perMinute: number;
  readonly failing: number;
  /** Minutes. */
  readonly lasts: number;
}

/** Minutes before, in which the longest windows fill, and after, in which pages let go. */
export const BEFORE = 380;
export const AFTER = 180;

const BUSY = 6_000;

/** What happens to a service whose budget is such a share of its events. */
export function incidentsOf(budget: number): readonly Incident[] {
  const times = (burn: number, lasts: number): readonly Incident[] =>
    burn * budget < 1
      ? [
          {
            says: `${burn} times the budget for ${lasts} min`,
            perMinute: BUSY,
            failing: burn * budget,
            lasts,
          },
        ]
      : [];
  return [
    { says: "all bad for 10 min", perMinute: BUSY, failing: 1, lasts: 10 },
    ...times(20, 60),
    ...times(8, 360),
    ...times(2, 360),
    { says: "1 of 60 in an hour, at 1 a minute", perMinute: 1, failing: 1, lasts: 1 },
  ];
}

/** Series of which each grows by so much with one event. */
type Event = readonly Growing[];

/** What one good and one bad event of two queries are. */
export interface Events {
  readonly all: readonly Growing[];
  readonly good: Event;
  readonly bad: Event;
}

/**
 * Finds the series that make up one good and one bad event: single ones, or two that grow together, as the count of a
 * histogram and its bucket do. Undefined where no two do.
 */
export function eventsIn(errors: string, total: string, series: readonly Growing[]): Events | undefined {
  const ones = series.map((one) => ({ ...one, perMinute: 1 }));
  const some = [
    ...ones.map((one) => [one]),
    ...ones.flatMap((one, index) => ones.slice(index + 1).map((other) => [one, other])),
  ];
  const worth = (event: Event): readonly [bad: number, all: number] => [
    eventsPerMinute(errors, event) ?? Number.NaN,
    eventsPerMinute(total, event) ?? Number.NaN,
  ];
  const good = some.find((event) => isWeighted(worth(event), 0));
  const bad = some.find((event) => isWeighted(worth(event), 1));
  return good === undefined || bad === undefined ? undefined : { all: series, good, bad };
}

/** Whether all or nothing of what an event counts for is bad, whatever it weighs. */
function isWeighted([bad, all]: readonly [bad: number, all: number], share: number): boolean {
  return all > 0 && bad === share * all;
}

/** The series of an incident, a sample a minute, as a target of the job exposes them. */
export function seriesOf(
  { all, good, bad }: Events,
  incident: Incident,
  usual: number,
): readonly InputSeries[] {
  const { perMinute, failing, lasts } = incident;
  const phases = [
    [usual, BEFORE],
    [failing, lasts],
    [usual, AFTER],
  ] as const;
  const has = (event: Event, one: Growing): boolean =>
    event.some(({ name, labels }) => keyOf({ name, labels }) === keyOf(one));
  const target = keyOf({ name: "up", labels: { job: all[0]?.labels["job"] ?? "", ...PLACE } });
  const grown = all.map((one) => {
    let value = 0;
    const values = phases.map(([share, minutes]) => {
      const part = (has(good, one) ? 1 - share : 0) + (has(bad, one) ? share : 0);
      const step = rounded(perMinute * part);
      const samples = `${value}+${step}x${minutes - 1}`;
      value = rounded(value + step * minutes);
      return samples;
    });
    return { series: keyOf({ ...one, labels: { ...one.labels, ...PLACE } }), values: values.join(" ") };
  });
  return [{ series: target, values: `1x${BEFORE + lasts + AFTER - 1}` }, ...grown];
}

const PLACE = { cluster: "one", environment: "prod", instance: "one" };

function keyOf({ name, labels }: Pick<Growing, "labels" | "name">): string {
  return selection(name, conditionsOf(labels));
}

/** promtool adds up what is printed. */
function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
