import type { MonitoringPlan } from "../../plan/monitoring-plan";
import type { RunbookPage } from "../../plan/runbook";

/** The page of a service with that slug. */
export function pageCalled(plan: MonitoringPlan, service: string, slug: string): RunbookPage {
  const found = plan.runbooks.find((page) => page.service === service && page.slug === slug);
  if (found === undefined) {
    throw new Error(`there is no runbook [${service}/${slug}]`);
  }
  return found;
}

/** The section of a page below a heading. */
export function section({ markdown }: RunbookPage, heading: string): string {
  return markdown.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
}
