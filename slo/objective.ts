import Big from "big.js";

/**
 * A percentage as people write it: `99.9%`. It stays text, so that no binary float ever comes between
 * the document and the rule (sloth prints 0.0009999999999999432 for a budget of 0.1 %).
 */
export type Percent = `${number}%`;

const PATTERN = /^(\d{1,3}(?:\.\d{1,6})?)%$/;

/**
 * The exact ratio of a percentage: `99.9%` -> 0.999. Undefined when the text is not a percentage
 * with at most six decimals.
 */
export function ratioOfPercent(percent: string): Big | undefined {
  const match = PATTERN.exec(percent);
  return match?.[1] === undefined ? undefined : new Big(match[1]).div(100);
}

export function isPercent(text: string): text is Percent {
  return ratioOfPercent(text) !== undefined;
}

/**
 * The exact ratio of a percentage that validation has already accepted.
 * @throws RangeError when the text is no percentage.
 */
export function exactRatio(percent: Percent): Big {
  const ratio = ratioOfPercent(percent);
  if (ratio === undefined) {
    throw new RangeError(`[${percent}] is not a percentage such as 99.9%`);
  }
  return ratio;
}

/** The error budget as an exact ratio: 1 - objective. `99.9%` -> 0.001. Source: SRE Workbook, chapter 2. */
export function errorBudget(objective: Percent): Big {
  return new Big(1).minus(exactRatio(objective));
}

/** A decimal without exponent or trailing zeros, as it is printed into expressions. */
export function decimal(value: Big): string {
  return value.toFixed();
}
