import { ALERTS } from "../plan/names";
import type { Severity } from "../slo/alert";
import { BUDGET_BOUNDS } from "../slo/budget";
import { LEAST_KNOWN } from "../slo/coverage";
import { decimal, exactRatio, type Percent } from "../slo/objective";
import type { AlertDraft } from "./alert-draft";
import { allOf } from "./promql";
import { madeUp, newest, ofWhich, recordedSeries, type SloContext } from "./slo-context";

/** Nobody is woken for what was spent: the burn is what pages. */
export const BUDGET_ALERTS: Readonly<
  Record<keyof typeof BUDGET_BOUNDS, { readonly name: string; readonly severity: Severity }>
> = {
  caution: { name: ALERTS.budgetCaution, severity: "info" },
  low: { name: ALERTS.budget, severity: "warning" },
  exhausting: { name: ALERTS.budgetExhausting, severity: "warning" },
};

/** One alert per bound of the error budget policy, once enough of the window is known. */
export function budgetAlerts(context: SloContext): readonly AlertDraft[] {
  return (["caution", "low", "exhausting"] as const).map((state) =>
    budgetAlert(context, BUDGET_BOUNDS[state], {
      ...BUDGET_ALERTS[state],
      runbook: state === "low" ? context.slo.runbooks.budget : context.slo.runbooks.policy,
    }),
  );
}

function budgetAlert(
  context: SloContext,
  below: Percent,
  alert: Pick<AlertDraft, "name" | "severity" | "runbook">,
): AlertDraft {
  const { slo, burn } = context;
  const series = recordedSeries(context);
  return {
    kind: "budget",
    ...madeUp(slo),
    ...alert,
    slo: slo.id,
    category: "slo",
    expr: allOf([
      `${newest(series.budgetRemaining, burn)} < ${decimal(exactRatio(below))}`,
      `${newest(series.coverage, burn)} > ${LEAST_KNOWN}`,
    ]),
    for: "15m",
    summary: `${slo.title}: {{ $value | humanizePercentage }} of its budget left`,
    description:
      ofWhich(slo) +
      `{{ $value | humanizePercentage }} of the error budget is left; the objective is ${context.objective} over ${burn.period}.` +
      policyOf(context, below),
  };
}

/** What the service's own policy says of the state that begins here. */
function policyOf({ service }: SloContext, below: Percent): string {
  const state = service.budgetPolicy?.find(({ to }) => exactRatio(to).eq(exactRatio(below)));
  return state === undefined ? "" : ` ${state.name}: ${state.action}.`;
}
