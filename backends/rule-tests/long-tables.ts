import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { ALERTS } from "../../plan/names";
import type { RuleTestCase } from "../../plan/rule-test";
import { burnThreshold, pairsOf, type BurnWindow } from "../../slo/burn-rate";
import { minimumSamples } from "../../slo/coverage";
import { ratioOf, times, type Duration } from "../../slo/duration";
import { recordNames, type SloContext } from "../../generators/slo-context";
import { BUDGET_ALERTS } from "./budget-limits";
import { budgetRecords, budgetTexts } from "./budget-texts";
import { BESIDE, later, samples, tableCase, type Row } from "./given";

const { above, below } = BESIDE;

/** Errors that a ticket needs; in the window they are counted as often as it is sampled in an hour. */
const ERRORS = 5;

/** What one pair of the ticket reads. */
interface Slow {
  readonly long: number;
  readonly short: number;
  readonly errors: number;
  /** Samples that are known in the long window, and whether all before it are, with many errors. */
  readonly known: number;
  readonly knownBefore: boolean;
  /** How long ago the ratio of the long window was recorded last. */
  readonly ago: Duration;
  /** Evaluations in which all of it has held. */
  readonly held?: number;
}

/** The ticket of an SLO from what it reads, each condition just met and just missed while all others hold. */
export function ticketTable(plan: MonitoringPlan, context: SloContext): RuleTestCase {
  const pairs = pairsOf(context.burn, "ticket", context.budget);
  const [, , , slowest] = context.burn.windows;
  const at = later(slowest.long);
  const rows = pairs.flatMap((pair) =>
    ticketRows(context, pair).map(([says, slow, fires]): Row => ({
      says: `${pair.long}: ${says}`,
      records: ticketRecords(context, pair, slow, ratioOf(at, context.burn.sampling)),
      fires: fires ? { [ALERTS.ticket]: slow.long } : {},
    })),
  );
  return tableCase(plan, context, {
    name: "a ticket needs each of its conditions",
    interval: context.burn.sampling,
    at,
    alerts: [ALERTS.ticket],
    rows,
  });
}

/** How far back a query looks for a sample. */
const LOOKBACK: Duration = "5m";

/** What a ticket that has been there for an hour says of the error budget. */
export function ticketBudgetTable(plan: MonitoringPlan, context: SloContext): RuleTestCase {
  const { sampling, windows } = context.burn;
  const [pair = windows[2]] = pairsOf(context.burn, "ticket", context.budget);
  const at = later(pair.long);
  const steps = ratioOf(at, sampling);
  const [[, slow]] = ticketRows(context, pair);
  const held = { ...slow, held: ratioOf("1h", sampling) };
  return tableCase(plan, context, {
    name: "a ticket says what becomes of the error budget",
    interval: sampling,
    at,
    alerts: [ALERTS.ticket],
    rows: budgetTexts(context, "1d", slow.long).map(([says, left, asked]) => ({
      says,
      records: { ...ticketRecords(context, pair, held, steps), ...budgetRecords(context, left, steps) },
      fires: { [ALERTS.ticket]: slow.long },
      // Samples that are further apart than a query looks back let it begin anew with each.
      asked: ratioOf(sampling, LOOKBACK) > 1 ? { ...asked, budget_spent: "" } : asked,
    })),
  });
}

type TicketRow = readonly [says: string, slow: Slow, fires: boolean];

function ticketRows({ budget, burn }: SloContext, pair: BurnWindow): readonly [TicketRow, ...TicketRow[]] {
  const limit = burnThreshold(pair.factor, budget).toNumber();
  const needed = minimumSamples(pair.long, burn.sampling);
  const burning: Slow = {
    long: above(limit),
    short: above(limit),
    errors: ERRORS,
    known: needed + 1,
    knownBefore: false,
    ago: times(burn.sampling, 2),
  };
  return [
    ["all just enough", burning, true],
    ["the long window just below", { ...burning, long: below(limit) }, false],
    ["the short window just below", { ...burning, short: below(limit) }, false],
    ["too few errors, and more before", { ...burning, errors: below(ERRORS), knownBefore: true }, false],
    ["too little is known, and more before", { ...burning, known: needed, knownBefore: true }, false],
    ["nothing was recorded of late", { ...burning, ago: times(burn.sampling, 3) }, false],
  ];
}

/** All errors lie in the oldest sample of the window, and what is known beside it. */
function ticketRecords(context: SloContext, pair: BurnWindow, slow: Slow, inAll: number): Row["records"] {
  const names = recordNames(context);
  const { sampling, windows } = context.burn;
  const inWindow = ratioOf(pair.long, sampling);
  const overlap = ratioOf(windows[0].long, sampling);
  const beforeIt = inAll + 1 - inWindow;
  const silent = ratioOf(slow.ago, sampling);
  const { held = 1 } = slow;
  return {
    [names.ratio(pair.long)]: samples([slow.long, inAll + 1 - silent], [undefined, silent]),
    [names.sum("total", pair.short)]: samples([1000, inAll + 1]),
    // All conditions hold at the last moment alone, but where it is said: a ticket does not wait.
    [names.sum("error", pair.short)]: samples([0, inAll + 1 - held], [1000 * slow.short, held]),
    [names.sampled("error")]: samples(
      [slow.knownBefore ? 1000 : undefined, beforeIt],
      [slow.errors * overlap, 1],
      [0, inWindow - 1],
    ),
    [names.sampled("total")]: samples(
      [slow.knownBefore ? 1000 : undefined, beforeIt],
      [1000, slow.known],
      [undefined, inWindow - slow.known],
    ),
  };
}

/** Recorded values of the budget: what is left, of how much of the window, and since when and until when before now. */
interface Budget {
  readonly left: number;
  readonly coverage: number;
  readonly since: Duration;
  readonly until: readonly [left: Duration, coverage: Duration];
}

/** The alerts on what is left of the budget, from its records. */
export function budgetTable(plan: MonitoringPlan, context: SloContext): RuleTestCase {
  const names = recordNames(context);
  const at: Duration = "1h";
  const { sampling } = context.burn;
  const sampled: Duration = "5m";
  const steps = (duration: Duration): number => Math.ceil(ratioOf(duration, sampled));
  const series = (value: number, from: Duration, until: Duration): string =>
    samples([1, steps(at) - steps(from)], [value, steps(from) + 1 - steps(until)], [undefined, steps(until)]);
  return tableCase(plan, context, {
    name: "little of the budget is said after a quarter of an hour, once a quarter of the window is known",
    interval: sampled,
    at,
    alerts: BUDGET_ALERTS.map(([name]) => name),
    rows: budgetRows(sampling).map(([says, { left, coverage, since, until }, fires]): Row => ({
      says,
      records: {
        [names.budgetRemaining]: series(left, since, until[0]),
        [names.coverage]: series(coverage, at, until[1]),
      },
      fires: Object.fromEntries(fires.map((name) => [name, left])),
    })),
  });
}

function budgetRows(
  sampling: Duration,
): readonly (readonly [says: string, budget: Budget, fires: readonly string[]])[] {
  const spent: Budget = { left: 0, coverage: above(0.25), since: "15m", until: ["0s", "0s"] };
  const all = BUDGET_ALERTS.map(([name]) => name);
  const [read, tooOld] = [times(sampling, 2), times(sampling, 3)];
  return [
    ["all is spent", spent, all],
    ...BUDGET_ALERTS.flatMap(([name, limit], index) => [
      [`${name}: just below`, { ...spent, left: below(limit) }, all.slice(0, index + 1)] as const,
      [`${name}: just above`, { ...spent, left: above(limit) }, all.slice(0, index)] as const,
    ]),
    ["too little is known", { ...spent, coverage: below(0.25) }, []],
    ["for too short a time", { ...spent, since: "10m" }, []],
    [`recorded ${read} ago`, { ...spent, since: "50m", until: [read, read] }, all],
    [`not recorded for ${tooOld}`, { ...spent, since: "50m", until: [tooOld, "0s"] }, []],
    [`coverage not recorded for ${tooOld}`, { ...spent, since: "50m", until: ["0s", tooOld] }, []],
  ];
}
