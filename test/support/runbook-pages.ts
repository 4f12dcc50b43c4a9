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

/** What a page tells people to type. */
export function commands({ markdown }: RunbookPage): readonly string[] {
  return [...markdown.matchAll(/```(?:bash|sql|sh)\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
}

/** Steps or options below a heading. */
export function parts(page: RunbookPage, heading: string): readonly string[] {
  return section(page, heading).match(/^### (?:Step|Option) \d+: .+$/gm) ?? [];
}
