import Big from "big.js";
import type { BudgetState } from "../../slo/budget-policy";
import type { Duration } from "../../slo/duration";
import { decimal, exactRatio, type Percent } from "../../slo/objective";

const UNITS: Readonly<Record<string, string>> = { ms: "ms", s: "s", m: "min", h: "h", d: "d" };

/**
 * A page of blocks, laid out as the formatter of this repository leaves it, so that both agree on every byte. Texts are
 * plain characters, which nothing damages on the way.
 */
export function page(blocks: readonly string[]): string {
  return `${blocks.join("\n\n")}\n`;
}

/** A table whose columns are as wide as their widest cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((text) => text.replaceAll("|", "\\|")));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? "").padEnd(width)).join(" | ")} |`;
  const [first = [], ...others] = cells;
  return [line(first), line(widths.map((width) => "-".repeat(width))), ...others.map(line)].join("\n");
}

/** The budget that is left in a state, as in `10 % to 25 %`. */
export function rangeOf({ from, to }: BudgetState): string {
  return exactRatio(from).eq(0) ? `below ${share(to)}` : `${share(from)} to ${share(to)}`;
}

/** Points to tick off; a percentage in them gets the space that it has everywhere else on the pages. */
export function checklist(items: readonly string[]): string {
  return items.map((item) => `- [ ] ${item.replace(/(?<=\d)%/g, " %")}`).join("\n");
}

export function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

/** A duration as people say it, in its own unit: `5m` -> 5 min, `28d` -> 28 d. */
export function spoken(duration: Duration): string {
  const unit = duration.replace(/^\d+/, "");
  return `${duration.slice(0, -unit.length)} ${UNITS[unit] ?? unit}`;
}

/** An exact ratio in per cent: 0.001 -> 0.1 %. */
export function percent(ratio: Big): string {
  return `${decimal(ratio.times(100))} %`;
}

/** A percentage as people write it: `99.9%` -> 99.9 %. */
export function share(value: Percent): string {
  return percent(exactRatio(value));
}

/** A number with commas between thousands, to so many decimals, without trailing zeros. */
export function grouped(value: Big, decimals = 2): string {
  const [whole = "", fraction] = decimal(value.round(decimals)).split(".");
  const commas = whole.replace(/\B(?=(?:\d{3})+$)/g, ",");
  return fraction === undefined ? commas : `${commas}.${fraction}`;
}

/** Hours, with days behind them: 46.7 h (1.94 d). */
export function hoursAndDays(hours: Big): string {
  return `${grouped(hours, 1)} h (${grouped(hours.div(24))} d)`;
}
