import { comparison, limitValue, type Limit } from "../slo/alert";
import { isDuration } from "../slo/duration";
import { decimal, ratioOfPercent } from "../slo/objective";
import type { PromQl } from "./promql";

/**
 * A comparison with a limit, which is exact. What ages is compared with a duration, which a faster clock shortens; a level in
 * seconds was measured by somebody else's clock, so that its limit is a number.
 * @param modifier `bool ` gives 0 or 1 in place of what is left out or kept
 */
export function compared(
  when: Limit,
  measure: { readonly kind: string },
  modifier: "" | "bool " = "",
): PromQl {
  const { operator, limit } = comparison(when);
  const ratio = ratioOfPercent(limit);
  const exact = measure.kind === "level" && isDuration(limit) ? `${limitValue(limit)}` : limit;
  return `${operator} ${modifier}${ratio === undefined ? exact : decimal(ratio)}`;
}
