import { labelSets, type Gauge, type LabelMatch } from "../../slo/telemetry";
import { picks } from "./cells";
import { targetsWith } from "./traffic";
import type { Phase } from "./world";

/** What a target reports for one series of a gauge. */
export function gaugeValue(
  gauge: Gauge,
  labels: Readonly<Record<string, string>>,
  instance: number,
  phase: Phase,
): number {
  const level = phase.gauges?.find(
    (candidate) =>
      candidate.name === gauge.name &&
      Object.entries(candidate.labels).every(([label, value]) => labels[label] === value),
  );
  const odd = instance === 0 && (phase.disagreeing ?? []).includes(gauge.name) ? 1 : 0;
  return (level?.value ?? gauge.normal) + odd;
}

/** The values of all series of a gauge that satisfy conditions, over all targets that answer. */
export function gaugeValues(gauge: Gauge, where: readonly LabelMatch[], phase: Phase): readonly number[] {
  const sets = labelSets(gauge.labels).filter((labels) => picks(gauge, { labels }, where, phase));
  return Array.from({ length: targetsWith(gauge, phase) }, (_, instance) =>
    sets.map((set) => gaugeValue(gauge, set, instance, phase)),
  ).flat();
}
