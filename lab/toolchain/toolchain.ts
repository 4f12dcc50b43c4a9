import { IN_CACHE } from "./cache";
import { reasonOf, ToolchainError } from "./errors";
import { FROM_GO } from "./go-build";
import { ON_PATH } from "./on-path";
import type { SuitePaths } from "./programs";
import { FROM_RELEASE } from "./release";
import { OFFICIAL_RELEASES, resolveRun, type Run, type ToolchainOptions } from "./run";
import { ALERTMANAGER, PROMETHEUS, type Suite } from "./suites";
import { passed, type Outcome, type Way } from "./ways";

/** The four programs of the lab, as absolute paths. */
export interface Toolchain {
  readonly prometheus: string;
  readonly promtool: string;
  readonly alertmanager: string;
  readonly amtool: string;
}

/** Fast, and silent in the ordinary case. */
const AT_HAND: readonly Way[] = [ON_PATH, IN_CACHE];

/** Slow: they need the network, minutes, or both. */
const TO_INSTALL: readonly Way[] = [FROM_RELEASE, FROM_GO];

/**
 * Finds Prometheus and Alertmanager with their tools, or installs them: from PATH at a good enough version, the
 * cache, the official release archive (checksum verified), the published Go modules (sums pinned), in this order.
 * @throws ToolchainError when all of these fail, or at once when a checksum is wrong; the reason of `options.signal`
 * when that aborts. In every case nothing half done stays behind.
 */
export async function ensureToolchain(options: Partial<ToolchainOptions> = {}): Promise<Toolchain> {
  const run = resolveRun(options);
  const nowhere: Search = { paths: undefined, said: [] };
  const [prometheusAtHand, alertmanagerAtHand] = await Promise.all([
    search(PROMETHEUS, AT_HAND, nowhere, run),
    search(ALERTMANAGER, AT_HAND, nowhere, run),
  ]);
  // One after the other: two builds at once would fight for the same processors.
  const prometheus = await search(PROMETHEUS, TO_INSTALL, prometheusAtHand, run);
  const alertmanager = await search(ALERTMANAGER, TO_INSTALL, alertmanagerAtHand, run);
  if (prometheus.paths === undefined || alertmanager.paths === undefined) {
    throw new ToolchainError(failure({ prometheus, alertmanager }));
  }
  return {
    prometheus: prometheus.paths.server,
    promtool: prometheus.paths.tool,
    alertmanager: alertmanager.paths.server,
    amtool: alertmanager.paths.tool,
  };
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
  const nowhere: Search = { paths: undefined, said: [] };
  const [prometheus, alertmanager] = await Promise.all([
    search(PROMETHEUS, AT_HAND, nowhere, run),
    search(ALERTMANAGER, AT_HAND, nowhere, run),
  ]);
  const missing = (program: keyof FoundTools["tools"], { paths, said }: Search): FoundTools["missing"] =>
    paths === undefined ? [{ program, why: said.join("; ") }] : [];
  return {
    tools: {
      ...(prometheus.paths === undefined ? {} : { promtool: prometheus.paths.tool }),
      ...(alertmanager.paths === undefined ? {} : { amtool: alertmanager.paths.tool }),
    },
    missing: [...missing("promtool", prometheus), ...missing("amtool", alertmanager)],
  };
}

/** How far the search for one suite has come: its programs, or what each way has answered until now. */
interface Search {
  readonly paths: SuitePaths | undefined;
  readonly said: readonly string[];
}

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

function failure({ prometheus, alertmanager }: Record<Suite["name"], Search>): string {
  const missing = [
    ...(prometheus.paths === undefined ? [{ suite: PROMETHEUS, said: prometheus.said }] : []),
    ...(alertmanager.paths === undefined ? [{ suite: ALERTMANAGER, said: alertmanager.said }] : []),
  ];
  const titles = missing.map(({ suite }) => suite.title).join(" and ");
  const wanted = missing.map(({ suite }) => `${suite.title} >= ${suite.accepted.from}`).join(" and ");
  return [
    `${titles} cannot be found and cannot be installed:`,
    ...missing.flatMap(({ said }) => said.map((line) => `  ${line}`)),
    `Install ${wanted} on PATH, or Go >= ${PROMETHEUS.go.minimumGo}, or set TOCSIN_RELEASE_BASE to a mirror of ` +
      `${OFFICIAL_RELEASES}.`,
  ].join("\n");
}
