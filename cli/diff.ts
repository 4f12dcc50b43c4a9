import { readPrices, type Prices } from "../config/prices";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import type { Forecast } from "../review/backtest/summary";
import { forecastSays } from "../review/backtest/text";
import { diffMarkdown, isUnchanged, type EnvironmentDiff } from "../review/markdown";
import { planDiff } from "../review/plan-diff";
import { planOfResources } from "../review/deployed-plan";
import { policyDiff } from "../review/policy-diff";
import { resourceDiff } from "../review/resource-diff";
import { loadDiff } from "../review/volume";
import { aligned } from "../slo/aligned";
import { compareText } from "../slo/order";
import { formatProblems } from "../slo/problem";
import { forecastOf } from "./backtest-past";
import type { Rendered, Side } from "./diff-side";
import { sidesOf } from "./diff-source";
import { ROOT } from "./root";
import { UserError } from "./user-error";

export interface DiffOptions {
  /** Where the history of a forecast is; none where absent or empty. */
  readonly prometheus?: string;
  /** The stack that this server is of; the first that wakes people where absent. */
  readonly env?: string;
  readonly days: number;
  readonly json: boolean;
}

/**
 * `tocsin diff <base> [head]`: what a change makes different, for people and machines. A side is a commit, which is
 * rendered with its own engine, or a folder of renders; the working tree where no head is named.
 */
export async function diffCommand(
  base: string,
  head: string | undefined,
  { json, ...asked }: DiffOptions,
): Promise<void> {
  // What is not there, or cannot be read, is said before anything takes long.
  const prices = requirePrices();
  const { before, after, isState } = await sidesOf(base, head);
  // A state is of one stack, and says nothing of the others.
  const stacks = [...new Set([...before.keys(), ...after.keys()])]
    .filter((stack) => !isState || (before.has(stack) && after.has(stack)))
    .sort(compareText);
  if (stacks.length === 0) {
    throw new UserError(
      `[${base}] has the stacks [${[...before.keys()].join(", ")}], and what it is compared with [${[...after.keys()].join(", ")}]: none is the same`,
    );
  }
  const diffs = stacks.map((stack) => compared(stack, before.get(stack), after.get(stack), prices));
  const forecast = diffs.every(isUnchanged) ? undefined : await forecastIn(diffs, before, after, asked);
  const all = { base, head: head ?? null, isSame: diffs.every(isUnchanged), environments: diffs };
  const said =
    forecast === undefined || "error" in forecast ? forecast?.error : forecastSays(forecast, base, aligned);
  process.stdout.write(
    json
      ? `${JSON.stringify({ ...all, ...(forecast === undefined ? {} : { forecast }) }, null, 2)}\n`
      : diffMarkdown(diffs, base, head ?? "working tree", said),
  );
}

/** What both sides would have done in a past, or why nobody knows: the difference is worth reading without. */
async function forecastIn(
  diffs: readonly EnvironmentDiff[],
  before: Side,
  after: Side,
  { prometheus = "", env, days }: Omit<DiffOptions, "json">,
): Promise<Forecast | { readonly error: string } | undefined> {
  if (prometheus === "") {
    return undefined;
  }
  const stack = env ?? diffs.find(({ pages }) => pages)?.environment ?? "";
  const [base, head] = [before.get(stack)?.plan, after.get(stack)?.plan];
  if (head === undefined) {
    return { error: `[${stack}] has no rules on both sides, so that nothing is said of its past` };
  }
  const signal = new AbortController().signal;
  try {
    return await forecastOf(
      { head, ...(base === undefined ? {} : { base }) },
      { prometheus, days, recompute: false, signal },
    );
  } catch (error) {
    if (error instanceof UserError) return { error: error.message };
    throw error;
  }
}

/** @throws UserError where the repository has prices that cannot be read */
function requirePrices(): Prices {
  const read = readPrices(ROOT);
  if (!read.ok) {
    throw new UserError(formatProblems(read.problems));
  }
  return read.value ?? {};
}

/** Compares an environment; of a state by what its resources say, and the other side then by the same. */
function compared(
  stack: string,
  before: Rendered | undefined,
  after: Rendered | undefined,
  prices: Prices,
): EnvironmentDiff {
  const frame = after?.plan ?? before?.plan;
  const isState = [before, after].some((one) => one !== undefined && one.plan === undefined);
  const planOf = (side: Rendered | undefined): MonitoringPlan | undefined =>
    isState && side !== undefined && frame !== undefined
      ? planOfResources(side.resources, frame)
      : side?.plan;
  return {
    ...planDiff(planOf(before), planOf(after)),
    environment: stack,
    isState,
    resources: resourceDiff(before?.resources ?? [], after?.resources ?? []),
    ...(isState ? {} : loadDiff(before?.plan, after?.plan, { gmp: prices.gmp })),
    policies: policyDiff(
      [before?.violations, after?.violations],
      isState ? [undefined, undefined] : [before?.policies, after?.policies],
      new Date().toISOString().slice(0, 10),
    ),
  };
}
