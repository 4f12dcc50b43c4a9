import Big from "big.js";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { ALERTS } from "../../plan/names";
import type { RuleTestCase } from "../../plan/rule-test";
import { burnThreshold, pairsOf, type BurnWindow } from "../../slo/burn-rate";
import { minimumSamples } from "../../slo/coverage";
import { ratioOf, type Duration } from "../../slo/duration";
import { guardThreshold, TELLING } from "../../slo/guard";
import { recordNames, type SloContext } from "../../generators/slo-context";
import { budgetRecords, budgetTexts } from "./budget-texts";
import { BESIDE, later, samples, tableCase, type Row } from "./given";

interface Events {
  readonly total: number;
  readonly bad: number;
}

/** All that the page of an SLO reads: counts of the long windows, ratios of the others. */
interface Burn {
  readonly hour: Events;
  readonly now: number;
  readonly half: number;
  readonly six: Events;
  readonly two: number;
  readonly recovery: number;
  /** Samples that are known in the long window of the slow pair, and whether all before it are. */
  readonly known: number;
  readonly knownBefore: boolean;
}

const { above, below } = BESIDE;

/**
 * The page of an SLO from what it reads, each condition just met and just missed while all others hold. Numbers are
 * those of the SLO; what they mean is said here anew (SRE Workbook, chapter 5).
 */
export function pageTable(plan: MonitoringPlan, context: SloContext): RuleTestCase {
  const pairs = pairsOf(context.burn, "page", context.budget);
  const [, slow] = context.burn.windows;
  return tableCase(plan, context, {
    name: "a page needs each of its conditions",
    interval: context.interval,
    at: later(slow.long),
    alerts: [ALERTS.burn],
    rows: pairs
      .flatMap((pair) => (pair.id === "page-fast" ? fastRows(context, pair) : slowRows(context, pair)))
      .map(([says, burn, fires]): Row => ({
        says,
        records: records(context, burn),
        fires: fires ? { [ALERTS.burn]: burnt(burn) } : {},
      })),
  });
}

type BurnRow = readonly [says: string, burn: Burn, fires: boolean];

/** What a page that has fired for hours says of the error budget: of some that is left, of more than was, of none. */
export function pageBudgetTable(plan: MonitoringPlan, context: SloContext): RuleTestCase {
  const [, slow] = context.burn.windows;
  const at = later(slow.long);
  const [pair] = pairsOf(context.burn, "page", context.budget);
  const [[, burn]] =
    pair?.id === "page-slow" ? slowRows(context, pair) : fastRows(context, context.burn.windows[0]);
  const value = burnt(burn);
  const steps = ratioOf(at, context.interval);
  const names = recordNames(context);
  const throughout = {
    ...records(context, burn),
    [names.rate("total")]: samples([PER_SECOND, steps + 1]),
    [names.rate("error")]: samples([PER_SECOND * Math.max(burn.now, burn.recovery), steps + 1]),
  };
  return tableCase(plan, context, {
    name: "a page says what becomes of the error budget",
    interval: context.interval,
    at,
    alerts: [ALERTS.burn],
    rows: budgetTexts(context, "1h", value).map(([says, left, asked]) => ({
      says,
      records: { ...throughout, ...budgetRecords(context, left, steps) },
      fires: { [ALERTS.burn]: value },
      asked,
    })),
  });
}

/** The ratio that a page names: that of the long window which burns. */
function burnt({ hour, six }: Burn): number {
  return hour.bad > 0 ? hour.bad / hour.total : six.bad / six.total;
}

function fastRows(context: SloContext, pair: BurnWindow): readonly [BurnRow, ...BurnRow[]] {
  const limit = limitOf(context, pair);
  const [, slow] = context.burn.windows;
  const many = manyEvents(context);
  const burning: Burn = {
    ...quiet(context),
    hour: { total: many, bad: above(limit) * many },
    now: above(limit),
  };
  const few =
    (half: number) =>
    (total: number): Burn => ({ ...burning, hour: plenty(context, limit, total), now: 0, half });
  return [
    ["fast: all just above", burning, true],
    ["fast: the hour just below", { ...burning, hour: { total: many, bad: below(limit) * many } }, false],
    ["fast: it is over", { ...burning, now: below(limit), half: 2 * limit }, false],
    ...guardRows(context, limit, "fast", (hour) => ({ ...burning, hour })),
    ...tellingRows(
      context,
      "fast: half an hour tells",
      TELLING.requests * ratioOf(pair.long, pair.short),
      few(above(limit)),
    ),
    ...tellingRows(
      context,
      "fast: the hour tells",
      TELLING.requests * ratioOf(pair.long, slow.short),
      few(0),
    ),
    [
      "fast: half an hour just below",
      few(below(limit))(below(TELLING.requests * ratioOf(pair.long, pair.short))),
      false,
    ],
  ];
}

function slowRows(context: SloContext, pair: BurnWindow): readonly [BurnRow, ...BurnRow[]] {
  const limit = limitOf(context, pair);
  const budget = context.budget.toNumber();
  const [, , { short: longest }] = context.burn.windows;
  const many = manyEvents(context);
  const burning: Burn = {
    ...quiet(context),
    six: { total: many, bad: above(limit) * many },
    half: above(limit),
    recovery: above(budget),
  };
  const few =
    (half: number, two: number, recovery = above(budget)) =>
    (total: number): Burn => ({
      ...burning,
      six: plenty(context, limit, total),
      half,
      two,
      recovery,
    });
  const of = (requests: number, part: BurnWindow["short"]): number => requests * ratioOf(pair.long, part);
  const needed = minimumSamples(pair.long, context.interval);
  return [
    ["slow: all just above", burning, true],
    ["slow: six hours just below", { ...burning, six: { total: many, bad: below(limit) * many } }, false],
    ["slow: half an hour just below", { ...burning, half: below(limit), two: 2 * limit }, false],
    ["slow: it has recovered", { ...burning, recovery: below(budget) }, false],
    ["slow: too little is known", { ...burning, known: needed, knownBefore: true }, false],
    ...guardRows(context, limit, "slow", (six) => ({ ...burning, six })),
    ...tellingRows(context, "slow: two hours tell", of(TELLING.requests, pair.short), few(0, above(limit))),
    ["slow: two hours just below", few(0, below(limit))(below(of(TELLING.requests, pair.short))), false],
    ...tellingRows(context, "slow: six hours tell", of(TELLING.last, longest), few(0, 0)),
    ...tellingRows(
      context,
      "slow: nothing tells of recovery",
      of(TELLING.requests, context.burn.recovery),
      few(above(limit), 0, 0),
    ),
  ];
}

/** Requests come by chance, so that a window with few of them tells nothing; time passes evenly. */
function tellingRows(
  { slo }: SloContext,
  says: string,
  limit: number,
  burn: (total: number) => Burn,
): readonly BurnRow[] {
  const isTime = slo.sli.kind === "time";
  return [
    [`${says}: just below ${limit}`, burn(below(limit)), !isTime],
    [`${says}: just above ${limit}`, burn(above(limit)), false],
  ];
}

/** Bad events just above and just below what chance makes, or bad time of just the minimum, at a ratio far above. */
function guardRows(
  context: SloContext,
  limit: number,
  says: string,
  burn: (events: Events) => Burn,
): readonly BurnRow[] {
  const total = EXPECTED / context.budget.toNumber();
  const needed = significant(context, total);
  const at = (bad: number): Burn => burn({ total: Math.min(total, bad / (2 * limit)), bad });
  return context.slo.sli.kind === "time"
    ? [
        [`${says}: just the minimum of bad time`, at(needed), true],
        [`${says}: less than the minimum`, at(below(needed)), false],
      ]
    : [
        [`${says}: just more than chance`, burn({ total, bad: above(needed) }), true],
        [`${says}: just what chance makes`, burn({ total, bad: below(needed) }), false],
      ];
}

/** So few bad events are expected that chance needs a higher ratio than the pairs do. */
const EXPECTED = 0.05;

/** Bad events that are needed among so many. */
function significant({ slo: { sli }, guard, budget, interval }: SloContext, total: number): number {
  return sli.kind === "time"
    ? ratioOf(sli.minimum, interval)
    : guardThreshold(guard, new Big(total), budget).toNumber();
}

/** So many events that a ratio just above a limit is no chance. */
function manyEvents({ budget }: SloContext): number {
  return 10_000 / budget.toNumber();
}

/** Bad events among so many that nothing depends on their number. */
function plenty(context: SloContext, limit: number, total: number): Events {
  return { total, bad: 10 * Math.max(limit * total, significant(context, total)) };
}

function limitOf({ budget }: SloContext, { factor }: BurnWindow): number {
  return burnThreshold(factor, budget).toNumber();
}

function quiet(context: SloContext): Burn {
  const [, slow] = context.burn.windows;
  const none = { total: manyEvents(context), bad: 0 };
  const known = minimumSamples(slow.long, context.interval) + 1;
  return { hour: none, now: 0, half: 0, six: none, two: 0, recovery: 0, known, knownBefore: false };
}

/**
 * The records that say so. What is known lies at the far end of its window and in the last minutes; the errors of these
 * in their older half, and more errors before them.
 */
function records(context: SloContext, burn: Burn): Row["records"] {
  const names = recordNames(context);
  const { interval } = context;
  const [, slow, ticketFast] = context.burn.windows;
  const inAll = ratioOf(later(slow.long), interval);
  const perSecond = 1 / ratioOf(interval, "1s");
  const constant = (value: number): string => samples([value, inAll + 1]);
  const ratio = (window: Duration, bad: number): Row["records"] => ({
    [names.sum("total", window)]: constant(1000),
    [names.sum("error", window)]: constant(1000 * bad),
  });
  return {
    [names.increase("total")]: constant(burn.hour.total),
    [names.increase("error")]: constant(burn.hour.bad),
    ...rates(context, burn, inAll),
    ...ratio(slow.short, burn.half),
    ...ratio(ticketFast.short, burn.two),
    [names.sum("total", slow.long)]: constant(burn.six.total * perSecond),
    [names.sum("error", slow.long)]: constant(burn.six.bad * perSecond),
  };
}

/** Events per second: another number than 1, by which nothing would change. */
const PER_SECOND = 2;

function rates(context: SloContext, burn: Burn, inAll: number): Row["records"] {
  const names = recordNames(context);
  const [, slow] = context.burn.windows;
  const inSix = ratioOf(slow.long, context.interval);
  const recent = ratioOf(context.burn.recovery, context.interval);
  const old = Math.floor(recent / 2);
  // What is known reaches further back than what recovers, so that a longer window has another ratio.
  const near = 2 * recent;
  const far = burn.known - near;
  return {
    [names.rate("total")]: samples(
      [burn.knownBefore ? PER_SECOND : undefined, inAll + 1 - inSix],
      [PER_SECOND, far],
      [undefined, inSix - far - near],
      [PER_SECOND, near],
    ),
    [names.rate("error")]: samples(
      [PER_SECOND, inAll + 1 - recent],
      [(PER_SECOND * (burn.recovery * recent - burn.now)) / old, old],
      [0, recent - old - 1],
      [PER_SECOND * burn.now, 1],
    ),
  };
}
