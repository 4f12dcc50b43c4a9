import { z } from "zod";
import { configPath } from "../config/keys";
import { stackFileName } from "../config/stack-file";
import { atMost } from "../lab/at-most";
import { ask, externalLabelsIn } from "../lab/prometheus-api";
import { diagnose, type Diagnosis } from "../review/doctor/diagnosis";
import { contractedMetrics, type RunningServer } from "../review/running-server";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import type { Catalogue } from "../slo/catalogue";
import { formatProblems } from "../slo/problem";
import { say, sayNotice } from "./notice";
import { placesOf } from "./places";
import { clusterProblems } from "./doctor-cluster";
import { prometheusAddress, strangeServer } from "./prometheus-address";
import { requireStack } from "./stack";
import { UsageError } from "./user-error";

export interface DoctorOptions {
  /** Address of the server that runs. */
  readonly prometheus?: string;
  /** Files with what `kubectl get -o json` wrote of the cluster. */
  readonly cluster?: readonly string[];
  readonly json: boolean;
}

/**
 * `tocsin doctor`: what a running Prometheus, or a cluster before anything is applied, does not do as the configuration
 * says. Ends with 1 where that makes alerts or budgets wrong.
 * @throws UserError where the server is none
 */
export async function doctorCommand(
  catalogue: Catalogue,
  stack: string,
  { prometheus, cluster, json }: DoctorOptions,
): Promise<void> {
  if (prometheus === undefined && cluster === undefined) {
    throw new UsageError("name the server, --prometheus, or files of the cluster, --cluster, or both");
  }
  const address = prometheus === undefined ? undefined : prometheusAddress(prometheus);
  const { plan } = requireStack(catalogue, stack);
  const inCluster = cluster === undefined ? [] : clusterProblems(plan, stack, cluster);
  const server = address === undefined ? undefined : await runningServer(address, plan);
  const found =
    server === undefined
      ? { problems: [], notices: [] }
      : diagnose(plan, server, (way) => `${stackFileName(stack)}: ${configPath(way)}`);
  const diagnosis = { ...found, problems: [...inCluster, ...found.problems] };
  if (json) {
    const placeOf = placesOf(catalogue, stack);
    const placed = (all: Diagnosis["problems"]): readonly object[] =>
      all.map((one) => ({ ...one, place: placeOf(one.path) }));
    const said = { problems: placed(diagnosis.problems), notices: placed(diagnosis.notices) };
    say([JSON.stringify({ ...(server === undefined ? {} : summary(server)), ...said }, null, 2)]);
  } else {
    sayDiagnosis(stack, server, diagnosis);
  }
  if (diagnosis.problems.length > 0) {
    process.exitCode = 1;
  }
}

/** How much a server does, in figures. */
function summary({ version, retention, groups, series, targets }: RunningServer): {
  readonly version: string;
  readonly retention: string;
  readonly groups: number;
  readonly rules: number;
  readonly targets: number;
  readonly series: number;
  /** Seconds of evaluation in a second, over all groups. */
  readonly load: number;
} {
  const load = groups.reduce((sum, { evaluationTime, interval }) => sum + evaluationTime / interval, 0);
  return {
    version,
    retention,
    groups: groups.length,
    rules: groups.reduce((sum, { rules }) => sum + rules.length, 0),
    targets: targets.length,
    series,
    load: Number(load.toFixed(3)),
  };
}

function sayDiagnosis(
  stack: string,
  server: RunningServer | undefined,
  { problems, notices }: Diagnosis,
): void {
  const counted = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  say([
    `${problems.length === 0 ? "✓" : "✗"} ${stack}: ${server === undefined ? "the cluster" : summarySays(server)}: ${counted}`,
    ...(problems.length === 0 ? [] : [formatProblems(problems)]),
  ]);
  sayNotice("this may be meant", notices);
}

function summarySays(server: RunningServer): string {
  const { version, retention, rules, groups, series, targets, load } = summary(server);
  return (
    `Prometheus ${version}, keeps ${retention}, ${rules} rules in ${groups} groups ` +
    `(${(100 * load).toFixed(1)} % of a core), ${targets} targets, ${series} series`
  );
}

const texts = z.record(z.string(), z.string());
const buildInfo = z.object({ version: z.string() });
const runtimeInfo = z.object({ storageRetention: z.string() });
const configuration = z.object({ yaml: z.string() });
const knownAlertmanagers = z.object({ activeAlertmanagers: z.array(z.unknown()) });
const tsdb = z.object({ headStats: z.object({ numSeries: z.number() }) });
const loadedRules = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      interval: z.number(),
      evaluationTime: z.number(),
      rules: z.array(z.object({ name: z.string(), health: z.string(), lastError: z.string().default("") })),
    }),
  ),
});
const scraped = z.object({
  activeTargets: z.array(
    z.object({
      scrapePool: z.string(),
      scrapeUrl: z.string(),
      labels: texts,
      health: z.string(),
      lastError: z.string(),
    }),
  ),
});

/** So many questions at a time, so that a server with much to do is not held up. */
const AT_ONCE = 8;
const HOUR_SECONDS = 3_600;

async function runningServer(address: string, plan: MonitoringPlan): Promise<RunningServer> {
  const get = <T>(path: string, schema: z.ZodType<T>): Promise<T> => answerOf(address, path, schema);
  const { version } = await get("status/buildinfo", buildInfo);
  const [runtime, flags, config, alertmanagers, { headStats }, { groups }, targets] = await Promise.all([
    get("status/runtimeinfo", runtimeInfo),
    get("status/flags", texts),
    get("status/config", configuration),
    get("alertmanagers", knownAlertmanagers),
    get("status/tsdb", tsdb),
    get("rules", loadedRules),
    get("targets?state=active", scraped),
  ]);
  return {
    version,
    retention: runtime.storageRetention,
    flags,
    externalLabels: externalLabelsIn(config.yaml),
    alertmanagers: alertmanagers.activeAlertmanagers.length,
    series: headStats.numSeries,
    groups,
    targets: targets.activeTargets,
    labels: await labelsOf(address, [...new Set(contractedMetrics(plan).map(({ selector }) => selector))]),
  };
}

async function labelsOf(
  address: string,
  selectors: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const start = String(Math.floor(Date.now() / 1_000) - HOUR_SECONDS);
  const found = await atMost(
    AT_ONCE,
    selectors.map((selector) => async () => {
      const asked = new URLSearchParams({ "match[]": selector, start });
      const labels = await answerOf(address, `labels?${asked.toString()}`, z.array(z.string()));
      return [selector, labels] as const;
    }),
  );
  return new Map(found);
}

const TIMEOUT_MS = 30_000;

async function answerOf<T>(address: string, path: string, schema: z.ZodType<T>): Promise<T> {
  const answer = z.object({ status: z.literal("success"), data: schema });
  const said = await ask(`${address}/api/v1/${path}`, answer, undefined, undefined, TIMEOUT_MS);
  if (said === undefined) {
    throw await strangeServer(address);
  }
  return said.data;
}
