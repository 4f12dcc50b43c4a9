import { ALERTS } from "../plan/names";
import type { Severity } from "../slo/alert";
import { BUDGET_STATES } from "../slo/budget-policy";
import type { Duration } from "../slo/duration";
import { decimal, exactRatio } from "../slo/objective";
import type { AlertDraft } from "./alert-draft";
import { allOf, over } from "./promql";
import { recordedSeries, type SloContext } from "./slo-context";

/** Share of the window that must be known before its budget says anything. */
export const BUDGET_COVERAGE = "0.25";

/** Long windows are recorded every 5 m, as long as a query looks back; readers look twice as far. */
export const SAMPLED_LOOKBACK: Duration = "11m";

/** The alert of each state of the policy: nobody is woken for what was spent, the burn is what pages. */
const STATE_ALERTS: Readonly<
  Record<"caution" | "freeze" | "incident", { readonly name: string; readonly severity: Severity }>
> = {
  caution: { name: ALERTS.budgetCaution, severity: "info" },
  freeze: { name: ALERTS.budget, severity: "warning" },
  incident: { name: ALERTS.budgetExhausting, severity: "warning" },
};

/** One alert per state of the error budget policy, once enough of the window is known (OMNIHUB-POL-1..4, ALERT-10). */
export function budgetAlerts(context: SloContext): readonly AlertDraft[] {
  const { slo, burn } = context;
  const series = recordedSeries(context);
  return BUDGET_STATES.filter((state) => state.name !== "normal").map(({ name, below, means }) => ({
    kind: "budget",
    ...STATE_ALERTS[name],
    slo: slo.id,
    category: "slo",
    expr: allOf([
      `${over("last_over_time", series.budgetRemaining, SAMPLED_LOOKBACK)} < ${decimal(exactRatio(below))}`,
      `${over("last_over_time", series.coverage, SAMPLED_LOOKBACK)} > ${BUDGET_COVERAGE}`,
    ]),
    for: "15m",
    runbook: name === "freeze" ? slo.runbooks.budget : slo.runbooks.policy,
    source: slo.source,
    summary: `${slo.title} has less than ${below} of its error budget left`,
    description:
      `{{ $value | humanizePercentage }} of the error budget of ${context.objective} over ${burn.period} remains. ` +
      means,
  }));
}
