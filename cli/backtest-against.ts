import { stringify } from "yaml";
import { readMigration, type MeantDifference } from "../config/migration";
import { readTextFile } from "../config/read-text";
import { ownGroups } from "../lab/backtest/evaluate";
import type { History } from "../lab/backtest/history";
import { inFolder, runProgram } from "../lab/program";
import { loadedRules } from "../lab/prometheus-api";
import { groupListsIn, ruleGroups } from "../lab/rule-file";
import { ensureToolchain } from "../lab/toolchain";
import type { MonitoringPlan, RuleGroup } from "../plan/monitoring-plan";
import { against, type Against, type Difference, type RulePast } from "../review/backtest/against";
import type { Comparison } from "../review/backtest/against-text";
import type { Duration } from "../slo/duration";
import { formatProblems } from "../slo/problem";
import { firedIn, keptFor, overPast, requireHistory, type PastOptions } from "./backtest-past";
import { prometheusAddress, strangeServer } from "./prometheus-address";
import { UsageError, UserError } from "./user-error";

/** The rules of others, and the groups beside them that a plan makes itself. */
export interface Others {
  /** A file, or the address of a Prometheus. */
  readonly from: string;
  readonly groups: readonly RuleGroup[];
  readonly own: number;
}

/**
 * Compares alerts of others with those of a plan over the same history.
 * @param meant differences that are no news
 * @throws UserError where there is no such history
 */
export function comparisonWith(
  head: MonitoringPlan,
  others: Others,
  { meant, ...options }: PastOptions & { readonly meant: readonly MeantDifference[] },
): Promise<Comparison> {
  return overPast(head, options, async (looking) => {
    if ((looking.source.lab?.speed ?? 1) !== 1) {
      throw new UsageError(
        "the lab has a clock of its own, by which rules of others mean nothing: name another Prometheus",
      );
    }
    const history = await requireHistory(head, looking, others.groups);
    const kept = keptFor(head, looking);
    const old = { ...head, ruleGroups: others.groups, alerts: [] };
    const sides = {
      theirs: (await firedIn(old, history, { ...looking, ...kept, name: "theirs" })).alerts,
      ours: (await firedIn(head, history, { ...looking, ...kept, name: "ours" })).alerts,
    };
    return {
      environment: head.environment.stack,
      against: others.from,
      from: new Date(history.from).toISOString(),
      to: new Date(history.to).toISOString(),
      days: options.days,
      known: history.known,
      elsewhere: ownGroups(head).elsewhere,
      ownGroups: others.own,
      ...compared(head, sides, meant),
      short: { theirs: shortIn(sides.theirs, history), ours: shortIn(sides.ours, history) },
    };
  });
}

type Sides = Readonly<Record<"theirs" | "ours", readonly Fired[]>>;

function compared(
  head: MonitoringPlan,
  sides: Sides,
  meant: readonly MeantDifference[],
): Against & Pick<Comparison, "rules" | "sameNames" | "meant" | "stale"> {
  const hasHeartbeat = head.alerts.some(({ kind }) => kind === "heartbeat");
  // What reads nothing says that the server lives, as a heartbeat does.
  const theirs = sides.theirs.filter(({ reads }) => !hasHeartbeat || reads.series.length > 0);
  const found = against(head, theirs.map(pastOf), sides.ours.map(pastOf));
  const own = namesIn(sides.ours);
  return {
    ...found,
    rules: { theirs: sides.theirs.length, ours: sides.ours.length },
    sameNames: namesIn(sides.theirs).filter((name) => own.includes(name)),
    ...explained(found, meant, sides),
  };
}

type Fired = Awaited<ReturnType<typeof firedIn>>["alerts"][number];

function pastOf({ rule, reads: { series }, fired }: Fired): RulePast {
  return { alert: rule.alert, slo: rule.labels["slo"] ?? "", series, fired };
}

function namesIn(alerts: readonly Fired[]): readonly string[] {
  return [...new Set(alerts.map(({ rule }) => rule.alert))].sort();
}

function shortIn(alerts: readonly Fired[], { from, begins }: History): readonly string[] {
  return namesIn(alerts.filter(({ reads }) => from - reads.back < begins));
}

/** Takes out what is meant, and says what cannot be. */
function explained(
  { differences }: Against,
  meant: readonly MeantDifference[],
  sides: Sides,
): Pick<Comparison, "differences" | "meant" | "stale"> {
  const isMeant = (one: Difference) => (by: MeantDifference) =>
    by.difference === one.difference && isNamed(by, one.alert);
  return {
    differences: differences.filter((one) => !meant.some(isMeant(one))),
    meant: differences.flatMap((one) => {
      const by = meant.find(isMeant(one));
      return by === undefined ? [] : [{ ...one, reason: by.reason }];
    }),
    // What did not happen in these days may happen in others.
    stale: meant.filter((by) =>
      by.difference === "uncovered"
        ? !differences.some((one) => isMeant(one)(by))
        : !namesIn(by.difference === "only-ours" ? sides.ours : sides.theirs).some((name) =>
            isNamed(by, name),
          ),
    ),
  };
}

function isNamed({ alert }: MeantDifference, name: string): boolean {
  return alert.endsWith("*") ? name.startsWith(alert.slice(0, -1)) : name === alert;
}

/** The differences of a stack that are meant. @throws UserError where their file is at fault */
export function requireMeant(root: string, stack: string): readonly MeantDifference[] {
  const read = readMigration(root);
  if (!read.ok) {
    throw new UserError(formatProblems(read.problems));
  }
  return (read.value ?? []).filter((one) => one.stack === stack);
}

/**
 * The rules of others.
 * @param given a file of rules or of PrometheusRule objects, or the address of a Prometheus that has loaded them
 * @throws UserError where there are none, or Prometheus does not take them
 */
export async function requireOthers(given: string, head: MonitoringPlan): Promise<Others> {
  const read = await rulesOf(given, head.scrape.interval);
  const own = new Set(ownGroups(head).groups.map(printOf));
  const groups = read.filter((one) => !own.has(printOf(one)));
  if (!groups.some(({ rules }) => rules.some(({ kind }) => kind === "alert"))) {
    throw new UserError(
      read.length > groups.length
        ? `[${given}] has no alerting rule but those that this stack makes itself: name what was there before`
        : `[${given}] has no alerting rule: name a rule file, PrometheusRule objects, or a Prometheus that has loaded some`,
    );
  }
  return { from: given, groups, own: read.length - groups.length };
}

/** A group as it is known wherever it is loaded: expressions are printed in other words. */
function printOf({ name, rules }: RuleGroup): string {
  return JSON.stringify([name, ...rules.map((rule) => (rule.kind === "alert" ? rule.alert : rule.record))]);
}

/** More is no file of rules. */
const MOST_BYTES = 20_000_000;

async function rulesOf(given: string, interval: Duration): Promise<readonly RuleGroup[]> {
  if (/^https?:/.test(given)) {
    return rulesAt(prometheusAddress(given), interval);
  }
  const source = readTextFile(given, MOST_BYTES);
  if ("fault" in source) {
    const says = `the rules [${given}] ${source.fault}`;
    throw source.code === "ENOENT"
      ? new UsageError(`${says}: name a file, or an address`)
      : new UserError(says);
  }
  try {
    const lists = groupListsIn(source.text);
    await requireGood(given, lists);
    return lists.flatMap((list) => ruleGroups(list, { from: given, interval }));
  } catch (error) {
    if (error instanceof UserError) throw error;
    const [says = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new UserError(`the rules [${given}] are no YAML: ${says}`);
  }
}

/** @throws UserError with what Prometheus itself says of rules that it does not take */
async function requireGood(given: string, lists: readonly unknown[]): Promise<void> {
  const { promtool } = await ensureToolchain();
  const files = new Map(lists.map((groups, index) => [`${index}.yml`, stringify({ groups })]));
  const { code, output } = await inFolder(files, (folder) =>
    runProgram(promtool, [
      "check",
      "rules",
      "--lint=none",
      ...[...files.keys()].map((name) => `${folder}/${name}`),
    ]),
  );
  if (code !== 0) {
    const faults = output
      .split("\n")
      .filter((line) => !/^(?:Checking .*|\s*FAILED:|\s*SUCCESS: .*|)$/.test(line))
      .map((line) => `  ${line.trim().replace(/^\S*\.yml: (?:\d+:\d+: )*/, "")}`);
    const says = [...new Set(faults)];
    throw new UserError([`Prometheus does not take the rules [${given}]:`, ...says].join("\n"));
  }
}

async function rulesAt(address: string, interval: Duration): Promise<readonly RuleGroup[]> {
  const said = await loadedRules(address);
  if (said === undefined) {
    throw await strangeServer(address);
  }
  const groups = said.map(({ name, interval: seconds, rules }) => ({
    name,
    interval: `${seconds * 1_000}ms`,
    rules: rules.map(({ type, name: called, query, duration, keepFiringFor, ...shown }) => ({
      ...(type === "alerting" ? { alert: called } : { record: called }),
      expr: query,
      for: `${duration * 1_000}ms`,
      keep_firing_for: `${keepFiringFor * 1_000}ms`,
      ...shown,
    })),
  }));
  return ruleGroups(groups, { from: address, interval });
}
