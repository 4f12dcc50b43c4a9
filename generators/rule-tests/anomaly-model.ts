import type { AnomalyAlert } from "../../slo/alert";
import { ANOMALY } from "../../slo/anomaly";
import { milliseconds, type Duration } from "../../slo/duration";
import type { Service } from "../../slo/service";
import { countedEvents } from "./streams";
import { cumulative, within, type Timeline } from "./world";

/** The history counts from a quarter of its samples on. */
const NEEDED = 0.25;

/** Whether a counter's rate is beyond its own past, by step, before the `for` of its alert. */
export function anomalyHolds(service: Service, alert: AnomalyAlert, line: Timeline): readonly boolean[] {
  const events = countedEvents(service, alert.counter, alert.where, line);
  const steps = (duration: Duration): number => milliseconds(duration) / 1_000 / line.step;
  // The first window is as long as what is known, and its rate is no less.
  const rates = events.map((_, step) => {
    const seen = Math.min(step, steps(ANOMALY.window));
    return seen === 0 ? 0 : within(events, step, seen) / (seen * line.step);
  });
  const sums = cumulative(rates, 1);
  const squares = cumulative(
    rates.map((rate) => rate * rate),
    1,
  );
  const needed = NEEDED * steps(ANOMALY.history);
  return rates.map((rate, step) => {
    const until = step - steps(ANOMALY.apart);
    const known = Math.min(until, steps(ANOMALY.history));
    if (known <= needed) {
      return false;
    }
    const mean = within(sums, until, known) / known;
    const deviation = Math.sqrt(Math.max(0, within(squares, until, known) / known - mean * mean));
    return isBeyond(alert, rate, mean, deviation) && rate * 60 > alert.moreThanPerMinute;
  });
}

function isBeyond({ beyond }: AnomalyAlert, rate: number, mean: number, deviation: number): boolean {
  return "times" in beyond
    ? rate > beyond.times * mean
    : rate > mean + beyond.deviations * deviation && rate > Number(ANOMALY.atLeastTimes) * mean;
}
