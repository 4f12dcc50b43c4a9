import { milliseconds } from "../../slo/duration";
import type { Forecast } from "../../slo/measure";
import type { Timeline } from "./world";

/**
 * The most that any series rose and fell within so many steps: between samples that are both among them.
 * @param values of each series, by step
 */
export function turned(
  values: readonly (readonly number[])[],
  window: number,
): readonly (number | undefined)[] {
  return values.map((now, step) => {
    const seen = values.slice(Math.max(0, step - window + 1), step + 1);
    const turns = now.map((_, series) => {
      const changes = seen.slice(1).map((one, at) => (one[series] ?? 0) - (seen[at]?.[series] ?? 0));
      const count = (way: 1 | -1): number => changes.filter((by) => by * way > 0).length;
      return Math.min(count(1), count(-1));
    });
    return turns.length === 0 ? undefined : Math.max(...turns);
  });
}

/** Nothing is foretold before half of the window is known, and no story lasts so long. */
export function untold({ window }: Forecast, { steps, step }: Timeline): undefined {
  if (steps * step * 1_000 >= milliseconds(window) / 2) {
    throw new RangeError(`there is no model of a forecast after half of its window of [${window}]`);
  }
  return undefined;
}
