const DAY_MS = 86_400_000;

/** Steps of time, the longest first. */
const SPANS = [
  ["d", DAY_MS],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const;

/** A span of time as a person says it: `2.1 d`, `14 h`, `35 s`. @param ms milliseconds */
export function spanText(ms: number): string {
  const [unit, size] = SPANS.find(([, least]) => ms >= least) ?? ["s", 1_000];
  const value = ms / size;
  return `${value >= 10 || unit === "s" ? Math.round(value) : Math.round(value * 10) / 10} ${unit}`;
}

/** How long ago something was. @param time milliseconds since the epoch */
export function ago(time: number, now: number): string {
  return now - time < 1_500 ? "just now" : `${spanText(now - time)} ago`;
}

/** `14:03:07` by the reader's clock. */
export function clock(time: number): string {
  return new Date(time).toLocaleTimeString("en-GB");
}

/** A share as a percentage; more decimals the nearer it is to 100 %. */
export function percent(ratio: number, decimals?: number): string {
  if (ratio === 1) {
    return "100 %";
  }
  return `${fixed(ratio * 100, decimals ?? (Math.abs(ratio) >= 0.9 && Math.abs(ratio) < 1 ? 3 : 1))} %`;
}

/** With the decimals that are asked for, or as many as tell something. */
function fixed(value: number, decimals?: number): string {
  if (decimals !== undefined) {
    return value.toFixed(decimals);
  }
  const size = Math.abs(value);
  return String(Number(size >= 100 || size === 0 ? value.toFixed(0) : value.toPrecision(3)));
}

/** Divided until a number is short, as Grafana does it. */
function short(value: number, base: number, names: readonly string[], decimals?: number): string {
  const size = Math.abs(value);
  const power = size < base ? 0 : Math.min(names.length - 1, Math.floor(Math.log(size) / Math.log(base)));
  return `${fixed(value / base ** power, decimals)}${names[power] ?? ""}`;
}

const THOUSANDS = ["", " K", " Mil", " Bil", " Tri"];
const BYTES = [" B", " KiB", " MiB", " GiB", " TiB", " PiB"];

/** Seconds as Grafana shows them: `12 ms`, `1.5 s`, `3 min`, `2 h`. */
function seconds(value: number, decimals?: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1 && size < 60)) {
    return `${fixed(value, decimals)} s`;
  }
  return size < 0.001
    ? `${fixed(value * 1e6, decimals)} µs`
    : size < 1
      ? `${fixed(value * 1e3, decimals)} ms`
      : size < 3_600
        ? `${fixed(value / 60, decimals)} min`
        : size < 86_400
          ? `${fixed(value / 3_600, decimals)} h`
          : `${fixed(value / 86_400, decimals)} d`;
}

/** By the names that Grafana has for units. Source: Grafana docs, "Standard options", unit. */
const UNITS: Readonly<Record<string, (value: number, decimals?: number) => string>> = {
  bool_on_off: (value) => (value === 0 ? "Off" : "On"),
  bytes: (value, decimals) => short(value, 1_024, BYTES, decimals),
  cpm: (value, decimals) => `${short(value, 1_000, THOUSANDS, decimals)} c/m`,
  cps: (value, decimals) => `${short(value, 1_000, THOUSANDS, decimals)} c/s`,
  currencyUSD: (value, decimals) => `$${short(value, 1_000, THOUSANDS, decimals)}`,
  percentunit: (value, decimals) => `${fixed(value * 100, decimals)}%`,
  s: seconds,
  short: (value, decimals) => short(value, 1_000, THOUSANDS, decimals),
};

/** A value as Grafana shows it; `suffix:x` puts its own text behind the number. */
export function withUnit(value: number, unit = "short", decimals?: number): string {
  if (!Number.isFinite(value)) {
    return "no value";
  }
  const suffix = unit.startsWith("suffix:") ? unit.slice("suffix:".length) : undefined;
  return suffix === undefined
    ? (UNITS[unit] ?? UNITS["short"] ?? String)(value, decimals)
    : `${short(value, 1_000, THOUSANDS, decimals)}${suffix}`;
}

const MILLISECONDS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: DAY_MS };

/** Milliseconds of what Grafana and Prometheus write as `8640s` or `24h`; 0 for anything else. */
export function milliseconds(span: string): number {
  const [, count = "", unit = ""] = /^(\d+)(ms|s|m|h|d)$/.exec(span) ?? [];
  return Number(count) * (unit === "ms" ? 1 : (MILLISECONDS[unit] ?? 0));
}

/** `{{label}}` in the legend of a query, with the labels of a series; all of them where there is no legend. */
export function legend(format: string | undefined, labels: Readonly<Record<string, string>>): string {
  return format === undefined || format === ""
    ? seriesName(labels)
    : format.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? "");
}

/** A series as PromQL writes it. */
export function seriesName({ __name__: name = "", ...labels }: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return `${name}{${pairs.join(", ")}}`;
}
