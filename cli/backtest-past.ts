import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blocksIn, PastEngine, PastError } from "../lab/backtest/engine";
import { evaluated, intervalsOf, ownGroups, type Evaluated } from "../lab/backtest/evaluate";
import { externalLabelsOf, historyOf, type History } from "../lab/backtest/history";
import { Kept } from "../lab/backtest/kept";
import { query } from "../lab/prometheus-api";
import { labFolder, runningLab } from "../lab/state";
import { toLab } from "../lab/to-lab";
import { ensureToolchain, type Toolchain } from "../lab/toolchain";
import { defaultCacheDir } from "../lab/toolchain/run";
import type { MonitoringPlan, RuleGroup } from "../plan/monitoring-plan";
import type { OnCall } from "../plan/on-call";
import { gridOf } from "../plan/past";
import { firings, type Firing } from "../review/backtest/firing";
import { NO_ON_CALL } from "../plan/report";
import { pastOf, type Forecast, type SidePast } from "../review/backtest/summary";
import { milliseconds } from "../slo/duration";
import { prometheusAddress, strangeServer } from "./prometheus-address";
import { ROOT } from "./root";
import { timeGiven } from "./time-given";
import { UsageError, UserError } from "./user-error";

/** What a past is looked at with. */
export interface PastOptions {
  /** Address of a Prometheus, or a folder of its blocks. */
  readonly prometheus: string;
  readonly days: number;
  /** Where the days end; now where absent. */
  readonly until?: string;
  /** Folder of what is kept; the cache where absent. */
  readonly keep?: string;
  readonly recompute: boolean;
  readonly signal: AbortSignal;
}

/** What is looked at, and what it is compared with. */
interface Plans {
  readonly base?: MonitoringPlan;
  readonly head: MonitoringPlan;
}

const DAY = 86_400_000;

/** Where a history is. */
interface Source {
  readonly remote?: string;
  readonly blocks?: string;
  readonly to: number;
  /** Set where it is the lab of this folder. */
  readonly lab?: { readonly speed: number; readonly since: number; readonly address: string };
}

/** A source, what its plans are played as, and what is asked. */
export interface Looking extends PastOptions {
  readonly source: Source;
  readonly engine: PastEngine;
  readonly toolchain: Toolchain;
  readonly veiled: readonly string[];
}

/** A plan as the source plays it: in the lab on another clock. */
function played(plan: MonitoringPlan, { lab }: Source): MonitoringPlan {
  return lab === undefined ? plan : toLab(plan, { ...lab, smtp: "127.0.0.1:25", alertmanager: lab.address });
}

/** Evaluates plans over the history of a server. @throws as `overPast` */
export function forecastOf(plans: Plans, options: PastOptions): Promise<Forecast> {
  return overPast(plans.head, options, (looking) => looked(plans, looking));
}

/**
 * Looks at the history of a server with an engine that reads it.
 * @param head whose jobs the server scrapes
 * @throws UserError where there is no such history, or it cannot be read; what was found until then is kept
 */
export async function overPast<T>(
  head: MonitoringPlan,
  options: PastOptions,
  look: (looking: Looking) => Promise<T>,
): Promise<T> {
  const { signal } = options;
  const until = options.until === undefined ? Date.now() : timeGiven(options.until);
  requireTime(options, until);
  const source = await sourceOf(options.prometheus, until);
  const toolchain = await ensureToolchain({ signal });
  const scratch = mkdtempSync(join(tmpdir(), "tocsin-backtest-"));
  const remove = (): void => rmSync(scratch, { recursive: true, force: true });
  process.once("exit", remove);
  const { jobs, lookback } = played(head, source).scrape;
  const external = Object.entries(await externalLabelsOf(source.remote));
  const isOfTargets = ([label]: readonly [string, string]): boolean =>
    jobs.some(({ labels }) => Object.hasOwn(labels, label));
  const added = Object.fromEntries(external.filter((one) => !isOfTargets(one)));
  const veiled = external.filter(isOfTargets).map(([label]) => label);
  const remote = source.remote === undefined ? {} : { remote: source.remote };
  const engine = await PastEngine.start({ folder: scratch, toolchain, lookback, added, signal, ...remote });
  try {
    if (source.blocks !== undefined) await engine.add([source.blocks]);
    return await look({ ...options, source, engine, veiled, toolchain });
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof PastError ? unreadable(options.prometheus, error) : error;
  } finally {
    await engine.stop();
    remove();
    process.removeListener("exit", remove);
  }
}

/** @throws UsageError where the days end in the time to come, or what is kept has no folder */
function requireTime({ until: given, keep }: PastOptions, until: number): void {
  if (until > Date.now()) {
    throw new UsageError(`[${given ?? ""}] is still to come, and has no history`);
  }
  if (keep !== undefined && existsSync(keep) && !statSync(keep).isDirectory()) {
    throw new UsageError(`[${keep}] is a file; name a folder for what is kept`);
  }
}

function unreadable(source: string, { message }: PastError): UserError {
  return new UserError(
    `the history of [${source}] could not be read whole: ${message}\nWhat was found until then is kept: call it again, and it goes on.`,
  );
}

async function looked({ base, head }: Plans, looking: Looking): Promise<Forecast> {
  const { source, days } = looking;
  const history = await requireHistory(played(head, source), looking);
  const { kept, folder } = keptFor(head, looking);
  const side = (plan: MonitoringPlan, name: string): Promise<SidePast> =>
    sideOf(played(plan, source), history, {
      ...looking,
      kept,
      folder,
      name,
      onCall: plan.onCall ?? head.onCall,
    });
  const before = base === undefined ? undefined : await side(base, "base");
  const after = await side(head, "head");
  return {
    environment: head.environment.stack,
    from: new Date(history.from).toISOString(),
    to: new Date(history.to).toISOString(),
    days,
    known: history.known,
    zone: (head.onCall ?? NO_ON_CALL).zone,
    speed: source.lab?.speed ?? 1,
    elsewhere: ownGroups(head).elsewhere,
    mended: kept.broken,
    ...(before === undefined ? {} : { base: before }),
    head: after,
  };
}

/** What was found before, and where it is kept. */
export function keptFor(
  { environment: { stack } }: MonitoringPlan,
  { keep }: PastOptions,
): { readonly kept: Kept; readonly folder: string } {
  const folder = keep ?? join(defaultCacheDir(process.env), "backtest", stack);
  return { kept: new Kept(folder), folder };
}

interface SideLooking extends Looking {
  readonly kept: Kept;
  readonly folder: string;
  readonly name: string;
  readonly onCall: OnCall | undefined;
}

async function sideOf(
  plan: MonitoringPlan,
  history: History,
  { onCall = NO_ON_CALL, ...looking }: SideLooking,
): Promise<SidePast> {
  const { alerts, read, computed, asked } = await firedIn(plan, history, looking);
  const fired = alerts.flatMap((alert) => alert.fired);
  return { ...pastOf(plan, fired, history, onCall), records: { read, computed }, asked };
}

/** The alerts of a plan in a past, each with how long it fired. @param name what its progress is said under */
export async function firedIn(
  plan: Pick<MonitoringPlan, "ruleGroups" | "services" | "alerts" | "scrape">,
  history: History,
  { name, ...looking }: Omit<SideLooking, "onCall">,
): Promise<Omit<Evaluated, "alerts"> & { readonly alerts: readonly FiredAlert[] }> {
  const found = await evaluated(plan, history, {
    ...looking,
    remote: looking.source.remote,
    report: (line) => void process.stderr.write(`${name}: ${line}\n`),
  });
  const { externalLabels, dropFromAlerts: dropped } = plan.scrape;
  // What a pod fills in is dropped as well.
  const added = Object.fromEntries(
    Object.entries(externalLabels).filter(([label]) => !dropped.includes(label)),
  );
  return {
    ...found,
    alerts: found.alerts.map(({ rule, interval, stretches, reads }) => ({
      rule,
      reads,
      fired: firings(rule, stretches, gridOf(history, interval), { added, dropped }),
    })),
  };
}

/** An alert, what it reads, and how long it fired. */
type FiredAlert = Pick<Evaluated["alerts"][number], "rule" | "reads"> & { readonly fired: readonly Firing[] };

/** @param others rules that are evaluated besides. @throws UserError where the server knows nothing of that time */
export async function requireHistory(
  plan: MonitoringPlan,
  { source, engine, days, ...options }: Looking,
  others: readonly RuleGroup[] = [],
): Promise<History> {
  const groups = [...ownGroups(plan).groups, ...others];
  const { speed = 1, since = 0 } = source.lab ?? {};
  if (source.to <= since) {
    throw new UsageError(`the lab has run since ${new Date(since).toISOString()}: name a time after it`);
  }
  const from = Math.max(source.to - (days * DAY) / speed, since);
  try {
    const found = await historyOf(
      engine,
      { from, to: source.to },
      milliseconds(plan.scrape.retention),
      intervalsOf(groups),
    );
    if (found !== undefined && found.to > found.from) return found;
  } catch (error) {
    if (!(error instanceof PastError) || source.remote === undefined) throw error;
    throw new UserError(
      `[${source.remote}] answers, and gives no samples by [${source.remote}/api/v1/read]: ${error.message}\nThe history is read by remote read, which Prometheus serves; what stands before it has to let it pass.`,
    );
  }
  throw new UserError(
    `[${options.prometheus}] has no series [up] in the ${days} days before ${new Date(source.to).toISOString()}, or has begun just now: is it the Prometheus of [${plan.environment.stack}], and does it scrape?`,
  );
}

async function sourceOf(given: string, until: number): Promise<Source> {
  if (existsSync(given)) {
    return blocksOf(given, until);
  }
  if (/^[./~]/.test(given)) {
    throw new UsageError(
      `there is no folder [${given}]: name the data folder of a Prometheus, or an address`,
    );
  }
  const remote = prometheusAddress(given);
  if ((await query(remote, "count(up)")) === undefined) {
    throw await strangeServer(remote);
  }
  const lab = runningLab(labFolder(ROOT));
  return {
    remote,
    to: until,
    ...(lab !== undefined && lab.prometheus === remote
      ? { lab: { speed: lab.speed, since: lab.since, address: lab.address } }
      : {}),
  };
}

function blocksOf(folder: string, until: number): Source {
  const ends = statSync(folder).isDirectory()
    ? blocksIn(folder).map((block) => {
        const meta = JSON.parse(readFileSync(join(folder, block, "meta.json"), "utf8")) as {
          readonly maxTime: number;
        };
        return meta.maxTime;
      })
    : [];
  if (ends.length === 0) {
    throw new UsageError(
      `[${folder}] holds no blocks of Prometheus, which are folders with a meta.json: name its data folder, or an address`,
    );
  }
  return { blocks: folder, to: Math.min(until, Math.max(...ends)) };
}
