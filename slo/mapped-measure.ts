import type { CounterPart, Measure } from "./measure";
import type { Metric } from "./telemetry";

/** The same measure of metrics that `moved` gives in place of its own; an SLI keeps its own. */
export function mapMetrics<M extends Measure>(measure: M, moved: <T extends Metric>(metric: T) => T): M;
export function mapMetrics(measure: Measure, moved: <T extends Metric>(metric: T) => T): Measure {
  switch (measure.kind) {
    case "age":
    case "level":
    case "spread":
    case "gauge-per-target":
    case "turns":
      return { ...measure, gauge: moved(measure.gauge) };
    case "increase":
      return {
        ...measure,
        counter: moved(measure.counter),
        ...(measure.explainedBy === undefined ? {} : { explainedBy: moved(measure.explainedBy) }),
      };
    case "rate":
      return { ...measure, counter: moved(measure.counter) };
    case "forecast":
    case "gauge-share":
      return { ...measure, part: moved(measure.part), whole: moved(measure.whole) };
    case "counter-share": {
      const of = (part: CounterPart): CounterPart => ({ ...part, counter: moved(part.counter) });
      const [first, ...others] = measure.whole;
      return { ...measure, part: of(measure.part), whole: [of(first), ...others.map(of)] };
    }
    case "quantile":
      return { ...measure, histogram: moved(measure.histogram) };
    case "query": {
      const [first, ...others] = measure.reads;
      return { ...measure, reads: [moved(first), ...others.map(moved)] };
    }
    case "bad-events":
    case "targets-up":
      return measure;
  }
}
