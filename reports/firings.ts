import { labelsKey } from "../plan/past";
import type { ReportSettings } from "../plan/report";
import type { Firing } from "../review/backtest/firing";
import type { Span } from "../slo/calendar";
import { groupedBy } from "../slo/order";
import { firingAlerts } from "./questions";
import type { ReportSource, Series } from "./server";

/** A server gives no more points of one series at once. Source: Prometheus, web/api/v1. */
const MOST_POINTS = 10_000;

/** Every alert that fired in a stretch of time, from the series `ALERTS`; times in milliseconds since the epoch. */
export async function firingsIn(
  settings: ReportSettings,
  source: ReportSource,
  { from, to }: Span,
): Promise<readonly Firing[]> {
  const step = settings.evaluationSeconds;
  const found: Series[] = [];
  for (let begin = from; begin <= to; begin += MOST_POINTS * step) {
    const end = Math.min(to, begin + (MOST_POINTS - 1) * step);
    found.push(...(await source.over(firingAlerts(settings), { from: begin, to: end, step })));
  }
  const bySeries = groupedBy(found, ({ labels }) => labelsKey(labels));
  return [...bySeries.values()].flatMap((parts) => {
    const { __name__: _name, alertstate: _state, ...labels } = parts[0].labels;
    const times = parts.flatMap(({ points }) => points.map(([at]) => at)).sort((a, b) => a - b);
    return stretches(times, step).map(([first, last]): Firing => ({
      labels: { ...settings.added, ...labels },
      from: first * 1_000,
      to: last + step > to ? Infinity : (last + step) * 1_000,
      isOlder: first < from + step,
    }));
  });
}

/** The first and the last of times that follow one another. */
function stretches(times: readonly number[], step: number): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  for (const time of times) {
    const last = found.at(-1);
    if (last !== undefined && time - last[1] < 1.5 * step) {
      last[1] = time;
    } else {
      found.push([time, time]);
    }
  }
  return found;
}
