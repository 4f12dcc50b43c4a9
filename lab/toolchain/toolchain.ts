import { IN_CACHE } from "./cache";
import { reasonOf, ToolchainError } from "./errors";
import { FROM_GO } from "./go-build";
import { ON_PATH } from "./on-path";
import type { Paths } from "./programs";
import { FROM_RELEASE } from "./release";
import { ACTIONLINT, SLOTH, THANOS, VERSITYGW } from "./reader-suites";
import { resolveRun, type Run, type ToolchainOptions } from "./run";
import {
  ALERTMANAGER,
  ETCD,
  EXPORTERS,
  KUBERNETES,
  PROMETHEUS,
  PROMETHEUS_OPERATOR,
  PULUMI,
  type Suite,
} from "./suites";
import { passed, type Outcome, type Way } from "./ways";

/** Absolute paths of programs, by their names. */
type Programs<Name extends string> = Readonly<Record<Name, string>>;

/** The four programs of the lab, as absolute paths. */
export type Toolchain = Programs<"prometheus" | "promtool" | "alertmanager" | "amtool">;

/** Fast, and silent in the ordinary case. */
const AT_HAND: readonly Way[] = [ON_PATH, IN_CACHE];

/** Slow: they need the network, minutes, or both. */
const TO_INSTALL: readonly Way[] = [FROM_RELEASE, FROM_GO];

/** Prometheus and Alertmanager with their tools, found or installed as {@link ensurePrograms} says. */
export function ensureToolchain(options: Partial<ToolchainOptions> = {}): Promise<Toolchain> {
  return ensurePrograms<keyof Toolchain>([PROMETHEUS, ALERTMANAGER], options);
}

/** The command of the deployment engine, found or installed as {@link ensurePrograms} says. */
export function ensurePulumi(options: Partial<ToolchainOptions> = {}): Promise<Programs<"pulumi">> {
  return ensurePrograms([PULUMI], options);
}

/** An API server and its store, found or installed as {@link ensurePrograms} says. */
export function ensureKubernetes(
  options: Partial<ToolchainOptions> = {},
): Promise<Programs<"kube-apiserver" | "etcd">> {
  return ensurePrograms<"kube-apiserver" | "etcd">([KUBERNETES, ETCD], options);
}

/** The Prometheus operator and its sidecar, found or installed as {@link ensurePrograms} says. */
export function ensureOperator(
  options: Partial<ToolchainOptions> = {},
): Promise<Programs<"prometheus-config-reloader" | "prometheus-operator">> {
  return ensurePrograms<"prometheus-config-reloader" | "prometheus-operator">([PROMETHEUS_OPERATOR], options);
}

/** The exporters that tests run, found or installed as {@link ensurePrograms} says. */
export function ensureExporters(
  options: Partial<ToolchainOptions> = {},
): Promise<Programs<(typeof EXPORTERS)[number]["programs"][number]["name"]>> {
  return ensurePrograms<(typeof EXPORTERS)[number]["programs"][number]["name"]>(EXPORTERS, options);
}

/** The object store of the tests of backups, found or installed as {@link ensurePrograms} says. */
export function ensureVersitygw(options: Partial<ToolchainOptions> = {}): Promise<Programs<"versitygw">> {
  return ensurePrograms([VERSITYGW], options);
}

/** What keeps samples for years, for its tests, found or installed as {@link ensurePrograms} says. */
export function ensureThanos(options: Partial<ToolchainOptions> = {}): Promise<Programs<"thanos">> {
  return ensurePrograms([THANOS], options);
}

/** The generator that the benchmark compares with, found or installed as {@link ensurePrograms} says. */
export function ensureSloth(options: Partial<ToolchainOptions> = {}): Promise<Programs<"sloth">> {
  return ensurePrograms([SLOTH], options);
}

/** The reader of workflows, found or installed as {@link ensurePrograms} says. */
export function ensureActionlint(options: Partial<ToolchainOptions> = {}): Promise<Programs<"actionlint">> {
  return ensurePrograms([ACTIONLINT], options);
}

/**
 * Finds the programs of suites, or installs them: from PATH at a good enough version, the cache, the release archive
 * where there is one (checksum verified), the published Go modules (sums pinned), in this order.
 * @throws ToolchainError when all of these fail, or at once when a checksum is wrong; the reason of `options.signal`
 * when that aborts. In every case nothing half done stays behind.
 */
async function ensurePrograms<Name extends string>(
  suites: readonly Suite<Name>[],
  options: Partial<ToolchainOptions>,
): Promise<Programs<Name>> {
  const run = resolveRun(options);
  const atHand = await Promise.all(suites.map((suite) => search(suite, AT_HAND, NOWHERE, run)));
  const searches: Search[] = [];
  // One after the other: two builds at once would fight for the same processors.
  for (const [index, suite] of suites.entries()) {
    searches.push(await search(suite, TO_INSTALL, atHand[index] ?? NOWHERE, run));
  }
  const missing = suites.flatMap((suite, index) => {
    const { paths, said } = searches[index] ?? NOWHERE;
    return paths === undefined ? [{ suite, said }] : [];
  });
  if (missing.length > 0) {
    throw new ToolchainError(failure(missing));
  }
  return Object.assign({}, ...searches.map(({ paths }) => paths)) as Programs<Name>;
}

/** What is on this machine of the toolchain, and of each suite that is not, why each way to it is closed. */
export interface FoundTools {
  readonly tools: Partial<Pick<Toolchain, "promtool" | "amtool">>;
  readonly missing: readonly { readonly program: "promtool" | "amtool"; readonly why: string }[];
}

/**
 * Looks for the tools on PATH and in the cache, and installs nothing.
 * @throws the reason of `options.signal` when that aborts
 */
export async function findTools(options: Partial<ToolchainOptions> = {}): Promise<FoundTools> {
  const run = resolveRun({ report: () => undefined, ...options });
  const [prometheus, alertmanager] = await Promise.all([
    search(PROMETHEUS, AT_HAND, NOWHERE, run),
    search(ALERTMANAGER, AT_HAND, NOWHERE, run),
  ]);
  const missing = (program: keyof FoundTools["tools"], { paths, said }: Search): FoundTools["missing"] =>
    paths === undefined ? [{ program, why: said.join("; ") }] : [];
  return {
    tools: {
      ...(prometheus.paths === undefined ? {} : { promtool: prometheus.paths["promtool"] }),
      ...(alertmanager.paths === undefined ? {} : { amtool: alertmanager.paths["amtool"] }),
    },
    missing: [...missing("promtool", prometheus), ...missing("amtool", alertmanager)],
  };
}

/** How far the search for one suite has come: its programs, or what each way has answered until now. */
interface Search {
  readonly paths: Paths | undefined;
  readonly said: readonly string[];
}

const NOWHERE: Search = { paths: undefined, said: [] };

async function search(suite: Suite, ways: readonly Way[], before: Search, run: Run): Promise<Search> {
  const said = [...before.said];
  if (before.paths !== undefined) return before;
  for (const way of ways) {
    const outcome = await outcomeOf(way, suite, run);
    if (outcome.kind === "found") return { paths: outcome.paths, said };
    if (!outcome.quiet) run.report(`no ${suite.name} from ${way.name}: ${outcome.why}`);
    said.push(`${suite.name} from ${way.name}: ${outcome.why}`);
  }
  return { paths: undefined, said };
}

async function outcomeOf(way: Way, suite: Suite, run: Run): Promise<Outcome> {
  run.signal.throwIfAborted();
  try {
    return await way.attempt(suite, run);
  } catch (error) {
    run.signal.throwIfAborted();
    const reason = error instanceof ToolchainError ? undefined : reasonOf(error);
    if (reason === undefined) throw error;
    return passed(reason);
  }
}

function failure(missing: readonly { readonly suite: Suite; readonly said: readonly string[] }[]): string {
  const suites = missing.map(({ suite }) => suite);
  const titles = suites.map(({ title }) => title).join(" and ");
  const wanted = suites.map(({ title, accepted }) => `${title} >= ${accepted.from}`).join(" and ");
  const go = suites.map(({ go: { minimumGo } }) => minimumGo).sort();
  const releases = [...new Set(suites.flatMap(({ release }) => release?.base ?? []))];
  const mirror =
    releases.length === 0 ? "" : `, or set TOCSIN_RELEASE_BASE to a mirror of ${releases.join(" and ")}`;
  return [
    `${titles} cannot be found and cannot be installed:`,
    ...missing.flatMap(({ said }) => said.map((line) => `  ${line}`)),
    `Install ${wanted} on PATH, or Go >= ${go.at(-1) ?? ""}${mirror}.`,
  ].join("\n");
}
