import { homedir } from "node:os";
import path from "node:path";

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How long to wait for others, in milliseconds. */
interface Limits {
  /** From the request to the headers of the answer, connecting included. @default 8000 */
  readonly headers: number;
  /** Between two pieces of a download. @default 30000 */
  readonly idle: number;
  /** For a program to print its version. @default 15000 */
  readonly probe: number;
  /** Between two lines of progress. @default 10000 */
  readonly heartbeat: number;
}

/** What `ensureToolchain` works with; every member has a default. */
export interface ToolchainOptions {
  /** Gives PATH and the TOCSIN_ variables, and is handed to every program that is run. @default process.env */
  readonly env: Environment;
  /** @default `TOCSIN_CACHE_DIR`, else `XDG_CACHE_HOME/tocsin`, else `~/.cache/tocsin` */
  readonly cacheDir: string;
  /**
   * Address that `/<suite>/releases/download/...` is put after, for every suite.
   * @default `TOCSIN_RELEASE_BASE`, else where each project publishes
   */
  readonly releaseBase: string;
  /** Takes one line of progress, without a line end. @default writes to standard error */
  readonly report: (line: string) => void;
  /**
   * Ends the work; the returned promise then rejects with the signal's reason, with nothing left behind. Whoever
   * shows a terminal connects this with Ctrl-C: a build runs in a process group that the terminal does not reach.
   */
  readonly signal: AbortSignal;
  /** @default process.platform */
  readonly platform: string;
  /** @default process.arch */
  readonly arch: string;
  readonly limits: Partial<Limits>;
}

/** An operating system and processor, by the names that Go and the release archives use. */
export interface Target {
  readonly os: string;
  readonly arch: string;
}

/** The options with their defaults filled in. */
export interface Run {
  readonly env: Environment;
  readonly cacheDir: string;
  /** Takes the place of every project's own; `undefined` without a mirror. */
  readonly releaseBase: string | undefined;
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
  /** `undefined` on a system that there is nothing to install for; only PATH is left then. */
  readonly target: Target | undefined;
  /** The system in Node's words, for messages. */
  readonly system: string;
  readonly limits: Limits;
  /** Release servers that did not answer during this run; they are not asked twice. */
  readonly unreachable: Set<string>;
}

const DEFAULT_LIMITS: Limits = { headers: 8_000, idle: 30_000, probe: 15_000, heartbeat: 10_000 };

const OPERATING_SYSTEMS: Readonly<Record<string, string>> = { linux: "linux", darwin: "darwin" };

const PROCESSORS: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/** Fills in the defaults; an empty variable counts as unset. */
export function resolveRun(options: Partial<ToolchainOptions>): Run {
  const env = options.env ?? process.env;
  const platform = options.platform ?? process.platform;
  const arch = options.arch ?? process.arch;
  return {
    env,
    cacheDir: path.resolve(options.cacheDir ?? defaultCacheDir(env)),
    releaseBase: (options.releaseBase ?? setting(env, "TOCSIN_RELEASE_BASE"))?.replace(/\/+$/, ""),
    report: options.report ?? ((line) => void process.stderr.write(`${line}\n`)),
    signal: options.signal ?? new AbortController().signal,
    target: targetOf(platform, arch),
    system: `${platform}-${arch}`,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    unreachable: new Set(),
  };
}

/** The folder for what is downloaded or built, by the XDG base directory rules unless `TOCSIN_CACHE_DIR` names one. */
export function defaultCacheDir(env: Environment): string {
  const own = setting(env, "TOCSIN_CACHE_DIR");
  if (own !== undefined) return own;
  const shared = setting(env, "XDG_CACHE_HOME");
  // The XDG specification says that a relative path is invalid and must be ignored.
  if (shared !== undefined && path.isAbsolute(shared)) return path.join(shared, "tocsin");
  return path.join(setting(env, "HOME") ?? homedir(), ".cache", "tocsin");
}

function targetOf(platform: string, arch: string): Target | undefined {
  const os = OPERATING_SYSTEMS[platform];
  const processor = PROCESSORS[arch];
  return os === undefined || processor === undefined ? undefined : { os, arch: processor };
}

function setting(env: Environment, name: string): string | undefined {
  const value = env[name];
  return value === "" ? undefined : value;
}
