/** An expression without the texts in it, so that what is found in the rest is PromQL. */
export function withoutTexts(expression: string): string {
  return expression.replace(/#.*$/gm, "").replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`/gs, '""');
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** A duration as Prometheus writes it, in milliseconds; `undefined` for what is none. */
export function millisecondsOf(duration: string): number | undefined {
  const parts = [...duration.matchAll(/(\d+)(ms|[smhdwy])/g)];
  return parts.length > 0 && parts.map(([part]) => part).join("") === duration
    ? parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (UNITS[unit] ?? 0), 0)
    : undefined;
}

const WINDOW = /\[\s*(\w+)\s*(?::\s*\w*\s*)?\]|\boffset\s+(\w+)/g;

/** The windows and offsets of an expression, as they are written. */
export function windowsIn(expression: string): readonly string[] {
  return [...withoutTexts(expression).matchAll(WINDOW)].map(([, range, offset]) => range ?? offset ?? "");
}

const KEYWORDS: readonly string[] = ["and", "atan2", "bool", "inf", "nan", "offset", "or", "unless"];
const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right)\b\s*(?:\([^)]*\))?/gi;
const NAMED = /\b__name__\s*(?:=|!=|=~|!~)/;

/** Metrics that an expression reads, sorted; `{__name__...}` for those that it picks by a matcher. */
export function metricsIn(expression: string): readonly string[] {
  const bare = withoutTexts(expression);
  const names = bare
    .replace(/\{[^}]*\}|\[[^\]]*\]/g, " ")
    .replace(GROUPING, " ")
    .matchAll(/(?<![\w.:])[a-zA-Z_:][\w:]*(?![\w:]*\s*\()/g);
  const found = [...names].map(([name]) => name).filter((name) => !KEYWORDS.includes(name.toLowerCase()));
  return [...new Set([...found, ...(NAMED.test(bare) ? ["{__name__...}"] : [])])].sort();
}
