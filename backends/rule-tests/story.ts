import { isOutage, type Alert } from "../../slo/alert";
import { plus, ratioOf, times, type Duration } from "../../slo/duration";
import { windowOf, type CounterPart } from "../../slo/measure";
import { selection } from "../../generators/promql";
import { readsLevels } from "./declared-model";
import { during, normal, type Scenario } from "./scenario";
import type { Disturbance, Phase } from "./world";

/** Tells one story of an alert. */
export interface Story {
  (sentence: string, phases: readonly Phase[]): Scenario;
  /** Rules are evaluated with every scrape. */
  readonly interval: Duration;
}

/** Normal, disturbed for some time longer than the alert waits, and normal again; windows need longer to follow. */
export function around(alert: Alert, disturbance: Disturbance): readonly Phase[] {
  const window = isOutage(alert) ? undefined : windowOf(alert.measure);
  // Its value is what happens in its window, once that is all that it sees; a day of it would take too long.
  const long =
    window !== undefined && ratioOf(window, "10m") > 1 && ratioOf(window, "1h") <= 1
      ? plus(window, "10m")
      : "20m";
  return readsLevels(alert) && alert.slo === undefined
    ? [normal("10m"), during(plus(alert.for, "10m"), disturbance), normal("10m")]
    : [normal("30m"), during(plus(alert.for, long), disturbance), normal("20m")];
}

/** What reads a level changes with the sample, so `for` ends on an evaluation: one too few is silent, one more fires. */
export function boundary(alert: Alert, disturbance: Disturbance, story: Story): readonly Scenario[] {
  const { interval } = story;
  const waits = Math.ceil(ratioOf(alert.for, interval));
  const once = times(interval, waits + 1);
  return waits === 0
    ? [story("one evaluation is enough", [normal("10m"), during(interval, disturbance), normal("10m")])]
    : [
        story(`${alert.for} are not enough, one evaluation more is`, [
          normal("10m"),
          during(times(interval, waits), disturbance),
          normal("10m"),
          during(once, disturbance),
          normal("10m"),
        ]),
      ];
}

/** It lasts well longer than the alert waits, and just as long. */
export function lasting(
  alert: Alert,
  sentence: string,
  disturbance: Disturbance,
  story: Story,
): readonly Scenario[] {
  return [story(sentence, around(alert, disturbance)), ...boundary(alert, disturbance, story)];
}

/** Names series of a counter in a disturbance. */
export function partKey({ counter, where = [] }: CounterPart): string {
  return selection(counter.name, where);
}
