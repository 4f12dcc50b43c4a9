import type { Age, GaugeShare, Level } from "../../slo/measure";
import { gaugeValues } from "./gauges";
import type { Phase } from "./world";

/** What is measured of gauges in one place; undefined where nobody reports them. */
export function measuredIn(measure: Age | GaugeShare | Level, phase: Phase): number | undefined {
  return measure.kind === "gauge-share" ? shareIn(measure, phase) : levelIn(measure, phase);
}

function levelIn(measure: Age | Level, phase: Phase): number | undefined {
  const all = gaugeValues(measure.gauge, measure.where ?? [], phase);
  return all.length === 0 ? undefined : signOf(measure) * worstOf(measure, all);
}

/** What is to come is told as so many seconds ago, less than 0. */
export function signOf(measure: Age | Level): 1 | -1 {
  return measure.kind === "age" && measure.ahead === true ? -1 : 1;
}

function worstOf({ of }: Age | Level, all: readonly number[]): number {
  switch (of) {
    case "sum":
      return all.reduce((sum, value) => sum + value, 0);
    case "max":
    case "oldest":
      return Math.max(...all);
    case "min":
    case "newest":
      return Math.min(...all);
  }
}

function shareIn({ part, whole, where = [], free, of }: GaugeShare, phase: Phase): number | undefined {
  const some = gaugeValues(part, where, phase);
  const all = gaugeValues(whole, where, phase);
  if (some.length === 0 || all.length === 0) {
    return undefined;
  }
  const used = (share: number): number => (free === true ? 1 - share : share);
  const each = some.flatMap((value, index) => {
    const limit = all[index] ?? 0;
    return limit > 0 ? [used(value / limit)] : [];
  });
  if (each.length === 0) {
    return undefined;
  }
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  switch (of) {
    case "together":
      return used(sum(some) / Math.max(...all));
    case "average":
      return sum(each) / each.length;
    case "highest":
      return Math.max(...each);
  }
}
