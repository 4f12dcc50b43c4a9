import type { Unusual } from "../../slo/alert";
import { ANOMALY } from "../../slo/anomaly";
import { milliseconds, ratioOf, type Duration } from "../../slo/duration";
import type { Rate } from "../../slo/measure";
import type { Service } from "../../slo/service";
import { countedEvents } from "./streams";
import { cumulative, within, type Timeline } from "./world";

/** The history counts from a quarter of its samples on. */
const NEEDED = 0.25;

/** Whether a counter's rate is beyond its own past, by step, before the `for` of its alert. */
export function unusualHolds(
  service: Service,
  { counter, where = [] }: Rate,
  unusual: Unusual,
  line: Timeline,
): readonly boolean[] {
  const events = countedEvents(service, counter, where, line);
  const steps = (duration: Duration): number => milliseconds(duration) / 1_000 / line.step;
  // The first window is as long as what is known, and its rate is no less.
  const rates = events.map((_, step) => {
    const seen = Math.min(step, steps(ANOMALY.window));
    return seen === 0 ? 0 : within(events, step, seen) / (seen * line.step);
  });
  const spacing = steps(ANOMALY.sampling);
  const sampled = rates.filter((_, step) => step > 0 && step % spacing === 0);
  const sums = cumulative(sampled, 1);
  const squares = cumulative(
    sampled.map((rate) => rate * rate),
    1,
  );
  const most = ratioOf(ANOMALY.history, ANOMALY.sampling);
  return rates.map((rate, step) => {
    const until = Math.floor((step - steps(ANOMALY.apart)) / spacing);
    const known = Math.min(until, most);
    if (known <= NEEDED * most) {
      return false;
    }
    const mean = within(sums, until, known) / known;
    const deviation = Math.sqrt(Math.max(0, within(squares, until, known) / known - mean * mean));
    return isBeyond(unusual, rate, mean, deviation) && rate * 60 > unusual.moreThanPerMinute;
  });
}

function isBeyond(unusual: Unusual, rate: number, mean: number, deviation: number): boolean {
  return "times" in unusual
    ? rate > unusual.times * mean
    : rate > mean + unusual.deviations * deviation && rate > Number(ANOMALY.atLeastTimes) * mean;
}
