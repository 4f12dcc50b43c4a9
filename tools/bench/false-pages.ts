import { BUDGET, contextOf, rulesOfPage, STEP, type Contender } from "./contenders";
import { slothModel, tocsinModel, WARM_UP, type PageModel, type Traffic } from "./page-model";
import type { InputSeries } from "../../plan/rule-test";
import { disproved } from "./promtool";
import { chanceOf } from "../chance";

/** Requests an hour. */
const TRAFFIC = [3, 20, 60, 180, 600, 10_000] as const;

/** Shares that fail all the time, of a service that keeps its objective. */
const SHARES = [
  { says: "half the budget", share: BUDGET / 2 },
  { says: "the edge", share: 0.99 * BUDGET },
] as const;

const DAY = 86_400 / STEP;
const MONTH = 28 * DAY;
const HOUR = 3_600 / STEP;

/** Days that model and server are compared over. */
const COMPARED = 2 * DAY;

/** Pages in 28 days of a service that keeps its objective, and the standard error of that mean. */
interface FalsePages {
  readonly perHour: number;
  readonly says: string;
  readonly Tocsin: number;
  readonly Sloth: number;
  readonly error: { readonly Tocsin: number; readonly Sloth: number };
}

export interface MonteCarlo {
  readonly runs: number;
  /** Evaluations in which the model was compared with the server, and agreed. */
  readonly compared: number;
  readonly rows: readonly FalsePages[];
}

interface Modelled {
  readonly contender: Contender;
  readonly model: PageModel;
}

/**
 * Requests that come and fail by chance, the same with the same seed.
 * @param share which part fails, by scrape
 */
function trafficOf(perHour: number, share: (at: number) => number, length: number, seed: number): Traffic {
  const { poisson } = chanceOf(seed);
  const mean = (perHour * STEP) / 3_600;
  const errors = Float64Array.from({ length }, (_, at) => poisson(mean * share(at)));
  const total = Float64Array.from(errors, (failed, at) => failed + poisson(mean * (1 - share(at))));
  return { total, errors };
}

/** Mostly at the edge of the objective, with bursts that page at once, after hours, or not. */
function restless(at: number): number {
  const hour = Math.floor(at / HOUR) % 12;
  return { 7: 0.008, 8: 0.02, 10: 0.1, 11: 0.3 }[hour] ?? 0.99 * BUDGET;
}

/** How often a page begins. */
function pagesOf(firing: Uint8Array): number {
  let pages = 0;
  for (let at = WARM_UP; at < firing.length; at += 1) {
    pages += firing[at] === 1 && (firing[at - 1] === 0 || at === WARM_UP) ? 1 : 0;
  }
  return pages;
}

function seriesOf(name: string, { total, errors }: Traffic): readonly InputSeries[] {
  // A counter that has been running: from 0 the server would extrapolate less.
  const counter = (of: (at: number) => number): string => {
    let value = 1_000_000;
    return Array.from(total, (_, at) => (value += of(at))).join(" ");
  };
  const series = (status: string): string =>
    `requests_total{cluster="${name}",environment="prod",job="api",status="${status}"}`;
  return [
    { series: series("200"), values: counter((at) => (total[at] ?? 0) - (errors[at] ?? 0)) },
    { series: series("500"), values: counter((at) => errors[at] ?? 0) },
  ];
}

/**
 * Compares the model with the server's evaluation of the rules, by the firing evaluations of every hour.
 * @returns how many evaluations were compared
 * @throws Error where they differ
 */
async function compare(promtool: string, { contender, model }: Modelled): Promise<number> {
  const played = TRAFFIC.map((perHour, index) => ({
    name: `of-${perHour}`,
    traffic: trafficOf(perHour, restless, COMPARED, 100 + index),
  }));
  const firing = played.map(({ name, traffic }) => ({ name, steps: model(traffic) }));
  const from = Math.ceil(WARM_UP / HOUR) + 1;
  const expected = Array.from({ length: COMPARED / HOUR - from }, (_, index) => {
    const end = (from + index) * HOUR;
    const counts = firing.map(({ name, steps }) => {
      const seen = steps.slice(end - HOUR + 1, end + 1).reduce((sum, fires) => sum + fires, 0);
      return [`{cluster="${name}"}`, seen] as const;
    });
    return {
      expr: `sum by (cluster) (count_over_time(ALERTS{alertstate="firing",${contender.page}}[1h]))`,
      at: `${from + index}h` as const,
      samples: new Map(counts.filter(([, seen]) => seen > 0)),
    };
  });
  const series = played.flatMap(({ name, traffic }) => seriesOf(name, traffic));
  const said = await disproved(promtool, rulesOfPage(contender), series, expected);
  if (said !== "") {
    throw new Error(`the model of ${contender.name}'s page and the server differ:\n${said.slice(0, 4_000)}`);
  }
  return expected.length * HOUR * TRAFFIC.length;
}

/**
 * False pages by chance, in so many runs of 28 days each.
 * @param sloth what Sloth generates for counters that are initialised to 0
 */
export async function falsePages(
  promtool: string,
  [ours, sloth]: readonly [Contender, Contender],
  runs: number,
  say: (line: string) => void,
): Promise<MonteCarlo> {
  const modelled: readonly [Modelled, Modelled] = [
    { contender: ours, model: tocsinModel(contextOf({ id: "api", initialisedToZero: true })) },
    { contender: sloth, model: slothModel(sloth) },
  ];
  let compared = 0;
  for (const one of modelled) {
    say(`false pages: the model of ${one.contender.name}'s page against the server`);
    compared += await compare(promtool, one);
  }
  const rows: FalsePages[] = [];
  for (const [row, { says, share }] of SHARES.entries()) {
    for (const [column, perHour] of TRAFFIC.entries()) {
      say(`false pages: ${runs} times 28 days, ${perHour} requests an hour, ${says}`);
      const counts = Array.from({ length: runs }, (_, run) => {
        const seed = 1 + run + runs * (column + TRAFFIC.length * row);
        const traffic = trafficOf(perHour, () => share, MONTH + WARM_UP, seed);
        return modelled.map(({ model }) => pagesOf(model(traffic)));
      });
      const [tocsin, theirs] = [0, 1].map((which) => meanOf(counts.map((pages) => pages[which] ?? 0)));
      rows.push({
        perHour,
        says,
        Tocsin: tocsin?.mean ?? 0,
        Sloth: theirs?.mean ?? 0,
        error: { Tocsin: tocsin?.error ?? 0, Sloth: theirs?.error ?? 0 },
      });
    }
  }
  return { runs, compared, rows };
}

/** The mean, and how far chance may have moved it. */
function meanOf(counts: readonly number[]): { readonly mean: number; readonly error: number } {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const squares = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / Math.max(1, counts.length - 1) / counts.length) };
}
