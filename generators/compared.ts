import { comparison, type Limit } from "../slo/alert";
import { decimal, ratioOfPercent } from "../slo/objective";
import type { PromQl } from "./promql";

/**
 * A comparison with a limit, which is exact.
 * @param modifier `bool ` gives 0 or 1 in place of what is left out or kept
 */
export function compared(when: Limit, modifier: "" | "bool " = ""): PromQl {
  const { operator, limit } = comparison(when);
  const ratio = ratioOfPercent(limit);
  return `${operator} ${modifier}${ratio === undefined ? limit : decimal(ratio)}`;
}
