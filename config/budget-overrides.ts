import { join } from "node:path";
import { z } from "zod";
import { isDay } from "../slo/calendar";
import type { Problem } from "../slo/problem";
import { fromJson } from "./keys";
import { filled, identifier, list, section, text } from "./fields";
import { readTextFile } from "./read-text";
import { misfit } from "./wording";

/** The file of a repository that says which services deploy though their error budget is spent. */
export const OVERRIDES_FILE = "budget-overrides.json";

/** More than any such file needs. */
const LARGEST = 250_000;

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
  const read = readTextFile(join(root, OVERRIDES_FILE), LARGEST);
  if (!("text" in read)) {
    return read.code === "ENOENT"
      ? { ok: true, overrides: [] }
      : refused(OVERRIDES_FILE, `the file ${read.fault}`);
  }
  const parsed = overrides.safeParse(fromJson(read.text));
  if (parsed.success) {
    return { ok: true, overrides: parsed.data };
  }
  const problems = parsed.error.issues.flatMap(({ path, message }) => {
    const at = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
    return problemsOf(at === "" ? OVERRIDES_FILE : `${OVERRIDES_FILE}: ${at.replace(/^\./, "")}`, message);
  });
  return { ok: false, problems };
}

function refused(path: string, message: string): OverridesResult {
  return { ok: false, problems: problemsOf(path, message) };
}

function problemsOf(path: string, message: string): readonly Problem[] {
  const remedy = "Write it as docs/pull-requests.md says.";
  return [{ code: "configuration-invalid", path, message, remedy }];
}
