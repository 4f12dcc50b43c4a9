import type { RunbookPage } from "../../plan/runbook";
import { section } from "../support/runbook-pages";

export { pageCalled, section } from "../support/runbook-pages";

/** What a page tells people to type. */
export function commands({ markdown }: RunbookPage): readonly string[] {
  return [...markdown.matchAll(/```(?:bash|sql|sh)\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
}

/** Steps or options below a heading. */
export function parts(page: RunbookPage, heading: string): readonly string[] {
  return section(page, heading).match(/^### (?:Step|Option) \d+: .+$/gm) ?? [];
}
