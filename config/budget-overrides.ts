import type { z } from "zod";
import { isDay } from "../slo/calendar";
import type { Problem } from "../slo/problem";
import { filled, identifier, list, section, text } from "./fields";
import { readJsonFile } from "./json-file";
import { misfit } from "./wording";
import { DOCS } from "../slo/command";

/** The file of a repository that says which services deploy though their error budget is spent. */
export const OVERRIDES_FILE = "budget-overrides.json";

const DAY = "a day such as 2026-12-31";
const day = text(/^\d{4}-\d{2}-\d{2}$/, DAY).refine(isDay, {
  error: (seen) => misfit(seen, DAY),
});

const overrides = list(
  section({
    service: identifier,
    /** The stack in which it holds. */
    stack: filled,
    owner: filled,
    reason: filled,
    /** The last day on which it holds, in UTC. */
    expires: day,
  }),
  "a list of overrides, each with service, stack, owner, reason and expires",
);

/** On whose word, and why, a service deploys for a while whatever is left of its error budget. */
export type BudgetOverride = Readonly<z.infer<typeof overrides>[number]>;

/** The overrides of a repository, or what is wrong with their file; there may be none. */
export type OverridesResult =
  | { readonly ok: true; readonly overrides: readonly BudgetOverride[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads the overrides of a repository. */
export function readOverrides(root: string): OverridesResult {
  const read = readJsonFile(root, OVERRIDES_FILE, overrides, `${DOCS}/pull-requests.md`);
  return read.ok ? { ok: true, overrides: read.value ?? [] } : read;
}
