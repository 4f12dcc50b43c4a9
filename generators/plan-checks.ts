import { identityKey } from "../plan/identity";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import type { Problem } from "../slo/problem";
import { duplicates } from "../slo/validation/services";
import { checkBuckets } from "./buckets";
import { checkDashboards } from "./dashboards/check";

/** What only the whole plan shows. */
export function checkPlan(plan: MonitoringPlan): readonly Problem[] {
  return [...checkAlerts(plan), ...checkBuckets(plan.buckets), ...checkDashboards(plan.dashboards)];
}

/** Identities are unique, a name has one meaning in a service, and every runbook exists. */
function checkAlerts(plan: MonitoringPlan): readonly Problem[] {
  const identities = duplicates(plan.alerts.map(identityKey)).map((key) => ({
    code: "alert-identity-duplicate" as const,
    path: `alerts.${key}`,
    message: `two alerts are called [${key}]`,
    remedy: "Rename one, or give it the SLO that it belongs to.",
  }));
  const meanings = new Map<string, Set<string>>();
  for (const alert of plan.alerts) {
    const name = `${alert.service}/${alert.alertname}`;
    meanings.set(name, (meanings.get(name) ?? new Set()).add(alert.kind));
  }
  const ambiguous = [...meanings]
    .filter(([, kinds]) => kinds.size > 1)
    .map(([name, kinds]) => ({
      code: "alert-name-two-meanings" as const,
      path: `alerts.${name}`,
      message: `[${name}] means ${[...kinds].sort().join(" and ")}`,
      remedy: "A name may serve several SLOs of a service, never two meanings: rename one.",
    }));
  return [...identities, ...ambiguous, ...checkRunbooks(plan)];
}

function checkRunbooks(plan: MonitoringPlan): readonly Problem[] {
  const known = new Set(plan.runbooks.map((page) => `${page.service}/${page.slug}`));
  return plan.alerts
    .filter((alert) => !known.has(`${alert.runbook.service}/${alert.runbook.slug}`))
    .map((alert) => ({
      code: "runbook-missing" as const,
      path: `alerts.${identityKey(alert)}.runbook`,
      message: `there is no runbooks/${alert.runbook.service}/${alert.runbook.slug}.md`,
      remedy: "Copy runbooks/_template.md to that place and fill it in, or correct the slug.",
    }));
}
