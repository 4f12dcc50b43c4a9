import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { HOMES, type Backend } from "../../plan/backend";
import type { AlertingRule, MonitoringPlan, RuleGroup } from "../../plan/monitoring-plan";
import { gridOf, labelsKey, type Span, type Stretch } from "../../plan/past";
import { milliseconds, type Duration } from "../../slo/duration";
import { sortedBy } from "../../slo/order";
import { atMost } from "../at-most";
import { writeBlocks } from "../backfill";
import type { Toolchain } from "../toolchain";
import type { PastEngine, Series } from "./engine";
import { hashOf, partsOf, recordedBy, type History, type Part } from "./history";
import type { Kept } from "./kept";
import { readsOf, type Reads } from "./reads";
import { pastRules, recordsOf, type PastAlert, type PastRecord, type PastRules } from "./rewrite";

/** What a past is evaluated with. */
export interface Setting {
  readonly engine: PastEngine;
  readonly kept: Kept;
  /** Where computed records are kept. */
  readonly folder: string;
  readonly toolchain: Pick<Toolchain, "promtool">;
  readonly remote: string | undefined;
  /** Labels that both the series and the server itself have. */
  readonly veiled: readonly string[];
  /** Computes what the server has recorded by the same rules, too. */
  readonly recompute: boolean;
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The alerts of a past, and what it took to find them. */
export interface Evaluated {
  /** Each alerting rule, and as long as its expression was there. */
  readonly alerts: readonly {
    readonly rule: AlertingRule;
    readonly interval: Duration;
    readonly stretches: readonly Stretch[];
    readonly reads: Reads;
  }[];
  /** Records that were read, and that were computed. */
  readonly read: number;
  readonly computed: number;
  /** Questions that were asked now; the rest was kept from before. */
  readonly asked: number;
}

/** Questions at once: the engine has processors of its own. */
const WIDTH = 2;

/** The rule groups of a plan whose records and alerts are both with its own Prometheus, and the services of the others. */
export function ownGroups({ ruleGroups, services }: Pick<MonitoringPlan, "ruleGroups" | "services">): {
  readonly groups: readonly RuleGroup[];
  readonly elsewhere: readonly string[];
} {
  const elsewhere = services
    .filter(({ backend }) => ![backend.metrics, backend.alerts].every(isHome))
    .map(({ id }) => id);
  return { groups: ruleGroups.filter(({ file }) => !elsewhere.includes(file)), elsewhere };
}

function isHome(backend: Backend): boolean {
  return (HOMES as readonly Backend[]).includes(backend);
}

/** The intervals of rules: all are whole parts of the longest. */
export function intervalsOf(groups: readonly RuleGroup[]): {
  readonly shortest: number;
  readonly longest: number;
} {
  const all = groups.map(({ interval }) => milliseconds(interval));
  return { shortest: Math.min(...all), longest: Math.max(...all) };
}

/** Evaluates the alerts of a plan over a past, as if its rules had run all the time. */
export async function evaluated(
  plan: Pick<MonitoringPlan, "ruleGroups" | "services" | "alerts">,
  history: History,
  setting: Setting,
): Promise<Evaluated> {
  const { engine, remote, recompute } = setting;
  const { groups } = ownGroups(plan);
  const isRecorded = recompute ? () => false : await recordedBy(remote, engine, history, recordsOf(groups));
  // What is computed is known by what it is computed from.
  const { veiled } = setting;
  const mark = `tocsin${hashOf(pastRules(groups, isRecorded, { mark: "", veiled }).layers)}`;
  const past = pastRules(groups, isRecorded, { mark, veiled });
  const asked = { count: 0 };
  await computeRecords(past, mark, history, { ...setting, asked });
  const found = await alertStretches(past, intervalsOf(groups).shortest, history, { ...setting, asked });
  const reads = readsOf(groups, new Set(past.layers.flat().map(({ rule }) => rule)));
  return {
    alerts: past.alerts
      .filter(({ rule }) => !isHeartbeat(plan, rule.alert))
      .map((alert) => ({
        rule: alert.rule,
        interval: alert.interval,
        stretches: found.get(alert) ?? [],
        reads: reads(alert.rule.expr),
      })),
    read: past.read,
    computed: past.layers.flat().length,
    asked: asked.count,
  };
}

function isHeartbeat({ alerts }: Pick<MonitoringPlan, "alerts">, name: string): boolean {
  return alerts.some(({ alertname, kind }) => alertname === name && kind === "heartbeat");
}

type Counting = Setting & { readonly asked: { count: number } };

/** Writes the records that have to be computed into blocks, a layer after the other, which the engine then reads. */
async function computeRecords(
  past: PastRules,
  mark: string,
  history: History,
  setting: Counting,
): Promise<void> {
  const { engine, report } = setting;
  for (const [depth, layer] of past.layers.entries()) {
    const needed = Math.max(...layer.map((record) => record.needed));
    const from = Math.max(history.begins, history.from - needed);
    const shortest = Math.min(...layer.map(({ interval }) => milliseconds(interval)));
    const folders: string[] = [];
    for (const part of partsOf({ from, to: history.to }, shortest)) {
      const known = hashOf(history.parts.filter((one) => one.from < part.to && one.to > part.from));
      const folder = join(setting.folder, "records", `${mark}-${depth}-${part.from}-${part.to}-${known}`);
      if (!existsSync(folder)) {
        report(
          `computing ${layer.length} records of ${dayOf(part.from)}, step ${depth + 1} of ${past.layers.length}`,
        );
        await writeRecords(layer, part, folder, setting);
      }
      folders.push(folder);
    }
    await engine.add(folders);
  }
}

async function writeRecords(
  layer: readonly PastRecord[],
  part: Span,
  folder: string,
  { engine, toolchain, signal, folder: work, asked }: Counting,
): Promise<void> {
  const sorted = sortedBy(layer, ({ name }) => name);
  const lines: string[] = [];
  const values = await atMost(
    WIDTH,
    sorted.map((record) => async () => {
      asked.count += 1;
      return linesOf(record, await engine.range(record.expr, gridOf(part, record.interval)));
    }),
  );
  for (const some of values) for (const one of some) lines.push(one);
  if (lines.length === 0) {
    mkdirSync(folder, { recursive: true });
    return;
  }
  mkdirSync(join(work, "records"), { recursive: true });
  await writeBlocks([...lines, "# EOF"], { folder: work, data: folder, toolchain, signal });
}

/** What was computed in OpenMetrics text, with the labels of its rule. */
function linesOf({ rule, name }: PastRecord, series: readonly Series[]): readonly string[] {
  return series.flatMap(({ metric, values }) => {
    const { __name__: _, ...own } = { ...metric, ...rule.labels };
    const labels = Object.entries(own).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
    return values.map(([time, value]) => `${name}{${labels.join(",")}} ${value} ${time}`);
  });
}

async function alertStretches(
  { alerts }: PastRules,
  shortest: number,
  { parts }: History,
  { engine, kept, report, signal, asked }: Counting,
): Promise<ReadonlyMap<PastAlert, readonly Stretch[]>> {
  const found = new Map<PastAlert, Stretch[]>(alerts.map((alert) => [alert, []]));
  for (const [index, part] of parts.entries()) {
    const name = `${dayOf(part.from)}-${part.from}-${part.to}`;
    const before = asked.count;
    await atMost(
      WIDTH,
      alerts.map((alert) => async () => {
        signal.throwIfAborted();
        const key = hashOf([alert.expr, alert.interval, part.seen, shortest]);
        const known = kept.get(name, key);
        const stretches = known ?? (await asking(engine, alert, part, asked));
        if (known === undefined) kept.put(name, key, stretches);
        const all = found.get(alert);
        for (const one of stretches) all?.push(one);
      }),
    );
    kept.close(name);
    const did = asked.count === before ? "kept from before" : `${asked.count - before} alerts evaluated`;
    report(`${dayOf(part.from)} (${index + 1} of ${parts.length}): ${did}`);
  }
  return found;
}

async function asking(
  engine: PastEngine,
  { expr, interval }: PastAlert,
  part: Part,
  asked: { count: number },
): Promise<readonly Stretch[]> {
  asked.count += 1;
  const grid = gridOf(part, interval);
  return grid.to < grid.from ? [] : stretchesOf(await engine.range(expr, grid), grid.step);
}

/** Values that follow each other are one stretch; what they are does not matter. */
function stretchesOf(series: readonly Series[], step: number): readonly Stretch[] {
  const bySeries = new Map<string, Stretch[]>();
  for (const { metric, values } of series) {
    const { __name__: _, ...labels } = metric;
    const key = labelsKey(labels);
    const stretches = bySeries.get(key) ?? [];
    bySeries.set(key, stretches);
    for (const [time] of values) {
      const at = Math.round(time * 1_000);
      const last = stretches.at(-1);
      if (last !== undefined && at - last.to <= step) {
        stretches[stretches.length - 1] = { ...last, to: at };
      } else {
        stretches.push({ labels, from: at, to: at });
      }
    }
  }
  return [...bySeries.values()].flat();
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, "2026-11-29".length);
}
