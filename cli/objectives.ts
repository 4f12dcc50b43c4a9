import { aligned } from "../slo/aligned";
import { burnPlan } from "../slo/burn-rate";
import { pageTimes, timeSays } from "../plan/page-times";
import type { Catalogue } from "../slo/catalogue";
import { ERROR_SHARES } from "../slo/time-to-page";
import { say } from "./notice";
import { placesOf } from "./places";
import { requireStack } from "./stack";

/**
 * `tocsin objectives <environment>`: how long errors of an objective last before somebody is told, and how much of its
 * budget is gone by then.
 */
export function objectivesCommand(
  catalogue: Catalogue,
  stack: string,
  { json }: { readonly json: boolean },
): void {
  const { plan } = requireStack(catalogue, stack);
  const placeOf = placesOf(catalogue, stack);
  const objectives = pageTimes(plan).map(({ slo, times }) => ({
    objective: slo.id,
    promised: slo.objective,
    window: slo.window,
    tells: slo.response,
    times: times.map((time) => ({
      percent: time.percent,
      milliseconds: time.after ?? null,
      budgetSpent: time.spent?.round(4).toNumber() ?? null,
      says: timeSays(time, { burn: burnPlan(slo.window, plan.scrape.interval) }),
    })),
  }));
  const paths = plan.slos.map(({ service, slo }) => `services.${service}.slos.${slo}`);
  if (json) {
    const placed = objectives.map((one, index) => ({ ...one, place: placeOf(paths[index] ?? "") }));
    say([JSON.stringify({ environment: plan.environment.name, objectives: placed }, null, 2)]);
    return;
  }
  const shares = ERROR_SHARES.map((percent) => `${percent} % of errors`);
  const rows = objectives.map(({ objective, promised, window, tells, times }) => [
    objective,
    `${promised} over ${window}`,
    tells,
    ...times.map(({ says }) => says),
  ]);
  say([
    `${plan.environment.name}: how long errors last before somebody is told, and the budget that is gone by then`,
    ...aligned([["objective", "promised", "by", ...shares], ...rows]),
  ]);
}
