import type { Sample } from "./workload";

/** One line of the text format; `seconds` since the epoch for a history. Source: Prometheus docs, "Exposition formats". */
export function sampleLine({ name, labels, value }: Sample, seconds?: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
  const time = seconds === undefined ? "" : ` ${seconds}`;
  return `${name}{${pairs.join(",")}} ${value}${time}`;
}
