import type { Sample } from "./workload";

/** A series keeps its labels from scrape to scrape, and writing them is most of the work. */
const written = new WeakMap<Sample["labels"], string>();

function labelText(labels: Sample["labels"]): string {
  const text =
    written.get(labels) ??
    Object.entries(labels)
      .map(([label, value]) => `${label}="${value}"`)
      .join();
  written.set(labels, text);
  return text;
}

/** One line of the text format; `seconds` since the epoch for a history. Source: Prometheus docs, "Exposition formats". */
export function sampleLine({ name, labels, value }: Sample, seconds?: number): string {
  const time = seconds === undefined ? "" : ` ${seconds}`;
  return `${name}{${labelText(labels)}} ${value}${time}`;
}

/** A page of metrics; histograms that Prometheus is to make native ones of are named as such. */
export function metricsPage(samples: readonly Sample[], histograms: ReadonlySet<string>): string {
  const open = new Set(histograms);
  const lines = samples.flatMap((sample) => {
    const family = sample.name.replace(/_bucket$/, "");
    return open.delete(family) ? [`# TYPE ${family} histogram`, sampleLine(sample)] : [sampleLine(sample)];
  });
  return `${lines.join("\n")}\n`;
}
