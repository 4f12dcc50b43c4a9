import { durationOf, isDuration, milliseconds } from "../../slo/duration";
import type { AlertingRule, RecordingRule, RuleGroup } from "../../plan/monitoring-plan";
import type { Toolchain } from "../../lab/toolchain";
import { slothOf, STEP, tocsin, type Contender, type Subject } from "./contenders";
import { withServer, type Evaluation, type Server } from "./server";

/** A service by the number of its series: pods of so many routes, with two statuses each. */
interface Size {
  readonly series: 200 | 20_000;
  readonly pods: number;
  readonly routes: number;
  /** Seconds of raw samples. */
  readonly past: number;
}

/** Sloth reads three days of raw series, which of 20,000 are 173 million samples: its windows beyond 65 min are derived. */
const SIZES: readonly Size[] = [
  { series: 200, pods: 20, routes: 5, past: 3 * 86_400 + STEP },
  { series: 20_000, pods: 200, routes: 50, past: 65 * 60 },
];

/** What the rules of one SLO cost a server, a second. */
export interface Cost {
  readonly series: number;
  readonly by: string;
  /** Samples that its records read. */
  readonly recorded: number;
  /** Samples that records and alerts read. */
  readonly samples: number;
  /** Milliseconds of work for both. */
  readonly ms: number;
  /** A part is that of 200 series times a hundred. */
  readonly derived: boolean;
}

const lazy = (series: number): Subject => ({ id: `of-${series}`, initialisedToZero: false });

/** Steady state: every rule of the SLO evaluated over a past in which nothing fails. */
export async function costs(
  programs: Toolchain,
  sloth: string,
  say: (line: string) => void,
): Promise<readonly Cost[]> {
  const now = 1_700_000_010;
  const sloths = await Promise.all(SIZES.map(({ series }) => slothOf(sloth, lazy(series))));
  const read = (at: number): readonly Contender[] =>
    [sloths[at], tocsin(lazy(SIZES[at]?.series ?? 0))].filter((one) => one !== undefined);
  say("cost: writing 4 million samples of the past");
  return withServer(programs, past(read, now), now, async (server) => {
    const measured: Cost[] = [];
    for (const [at, size] of SIZES.entries()) {
      const compared: readonly (readonly [string, Contender | undefined])[] = [
        ["Tocsin, counters initialised to 0", tocsin({ ...lazy(size.series), initialisedToZero: true })],
        ["Tocsin, counters that begin with an event", tocsin(lazy(size.series))],
        ["Sloth", sloths[at]],
      ];
      for (const [by, contender] of compared) {
        say(`cost: ${by}, ${size.series} series`);
        measured.push(await costOf(server, by, contender?.groups ?? [], size));
      }
    }
    return measured;
  });
}

async function costOf(server: Server, by: string, groups: readonly RuleGroup[], size: Size): Promise<Cost> {
  const parts: (Evaluation & { readonly kind: "alert" | "record"; readonly derived: boolean })[] = [];
  for (const { interval, rules } of groups) {
    for (const { kind, expr } of rules) {
      const derived = rawWindow(expr) > size.past;
      const factor = derived ? size.series / 200 : 1;
      const { samples, ms } = await server.evaluation(
        derived ? expr.replaceAll(`of-${size.series}`, "of-200") : expr,
      );
      const each = factor / (milliseconds(interval) / 1_000);
      parts.push({ kind, derived, samples: samples * each, ms: ms * each });
    }
  }
  return {
    series: size.series,
    by,
    recorded: sum(parts.filter(({ kind }) => kind === "record").map(({ samples }) => samples)),
    samples: sum(parts.map(({ samples }) => samples)),
    ms: sum(parts.map(({ ms }) => ms)),
    derived: parts.some(({ derived }) => derived),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

/** The longest window of raw series in an expression, in seconds. */
function rawWindow(expr: string): number {
  return longestIn(expr, /requests_total\{[^}]*\}\[(\w+)\]/g);
}

function longestIn(expr: string, windows: RegExp): number {
  const found = [...expr.matchAll(windows)].map(([, window = ""]) => seconds(window));
  return Math.max(0, ...found);
}

/** `4w` is no duration of ours. */
function seconds(window: string): number {
  const known = window === "4w" ? durationOf(28 * 86_400_000) : window;
  return isDuration(known) ? milliseconds(known) / 1_000 : 0;
}

/** Raw series, and what was recorded of them as far back as a rule reads it; the format wants a name's samples together. */
function* past(read: (at: number) => readonly Contender[], now: number): Generator<string> {
  for (const size of SIZES) {
    yield* rawPast(size, now, "requests_total");
  }
  for (const size of SIZES) {
    yield* rawPast(size, now, "up");
  }
  const byName = new Map<string, string[]>();
  for (const [at, size] of SIZES.entries()) {
    const rules = read(at).flatMap(({ groups }) =>
      groups.flatMap((group) => group.rules.map((rule) => ({ rule, group }))),
    );
    for (const { rule, group } of rules) {
      if (rule.kind === "record" && !isEmpty(rule)) {
        const reach = Math.max(...rules.map((other) => reachOf(rule, other.rule)));
        const lines = byName.get(rule.record) ?? [];
        byName.set(rule.record, lines);
        lines.push(...recordedPast(rule, size, now, reach, milliseconds(group.interval) / 1_000));
      }
    }
  }
  for (const lines of byName.values()) {
    yield* lines;
  }
  yield "# EOF";
}

/** While no series begins or ends there is nothing of these. */
function isEmpty({ record }: RecordingRule): boolean {
  return /:(?:born\w+:target|began|ended)$/.test(record);
}

function reachOf({ record }: RecordingRule, { expr }: AlertingRule | RecordingRule): number {
  return longestIn(expr, new RegExp(`${record}\\{[^}]*\\}\\[(\\w+)\\]`, "g"));
}

function* rawPast({ series, pods, routes, past: reach }: Size, now: number, name: string): Generator<string> {
  for (let pod = 0; pod < pods; pod += 1) {
    const target = targetOf(series, pod);
    const sets =
      name === "up"
        ? [""]
        : Array.from({ length: routes }, (_, route) =>
            ["200", "500"].map((status) => `,route="/${route}",status="${status}"`),
          ).flat();
    for (const set of sets) {
      const perScrape = name === "up" || set.includes('"500"') ? 0 : 10;
      for (
        let at = now - reach, value = name === "up" ? 1 : 1_000;
        at <= now;
        at += STEP, value += perScrape
      ) {
        yield `${name}{${target}${set}} ${value} ${at}`;
      }
    }
  }
}

const PLACE = 'cluster="c",environment="prod"';

function targetOf(series: number, pod: number): string {
  return `${PLACE},instance="pod-${pod}",job="of-${series}"`;
}

function recordedPast(
  rule: RecordingRule,
  size: Size,
  now: number,
  reach: number,
  step: number,
): readonly string[] {
  const { record, expr } = rule;
  const own = Object.entries(rule.labels).map(([label, value]) => `${label}="${value}"`);
  const dimensions = record.endsWith(":target")
    ? Array.from({ length: size.pods }, (_, pod) => targetOf(size.series, pod))
    : expr.startsWith("vector(")
      ? []
      : [PLACE];
  const sets = dimensions.length === 0 ? [own] : dimensions.map((each) => [each, ...own]);
  const value = record.includes("_total") ? 100 : 0;
  return sets.flatMap((set) =>
    Array.from(
      { length: Math.floor(reach / step) + 1 },
      (_, index) => `${record}{${set.join(",")}} ${value} ${now - index * step}`,
    ).reverse(),
  );
}
