import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { BUILT_JOBS, jobBundle } from "../../backends/job-bundle";
import type { Job } from "../../jobs/job";
import { clientOf } from "../../jobs/identity";
import { exposition } from "../../jobs/metrics";
import { ObjectStore } from "../../jobs/object-store";
import type { Settings, SqliteSettings } from "../../jobs/settings";
import { keysOf, type IdentityName } from "./object-store";
import { runProgram } from "./program";

export interface JobEnd {
  readonly code: number | null;
  readonly said: string;
}

/** Writes the jobs as they are deployed. @returns the file */
export function bundleJobs(folder: string): string {
  const file = path.join(folder, BUILT_JOBS);
  writeFileSync(file, jobBundle());
  return file;
}

/** The store of a test: settings in a file, a scratch disk, and tenants' databases. */
export class TestJob {
  readonly settings: Settings;
  readonly #file: string;

  constructor(
    readonly folder: string,
    private readonly bundle: string,
    settings: Partial<Settings> & Pick<Settings, "bucket">,
    name = "store",
  ) {
    mkdirSync(path.join(folder, "scratch"), { recursive: true });
    mkdirSync(path.join(folder, "tenants"), { recursive: true });
    const common = {
      service: "shop",
      environment: "prod",
      store: "tenants",
      scratch: path.join(folder, "scratch"),
      intervalSeconds: 3_600,
      rpoSeconds: 7_200,
      rtoSeconds: 3_600,
      checks: [],
      ...settings,
    };
    this.settings =
      settings.kind === "postgres"
        ? { ...common, kind: settings.kind }
        : settings.kind === "server"
          ? {
              ...common,
              kind: settings.kind,
              server: settings.server ?? "prometheus",
              folder: settings.folder ?? "",
            }
          : {
              ...common,
              kind: "sqlite-per-tenant",
              folder: path.join(folder, "tenants"),
              file: "db.sqlite",
              runs: "cluster",
            };
    this.#file = path.join(folder, `${name}.json`);
    writeFileSync(this.#file, JSON.stringify(this.settings));
  }

  /** The same job in this process, which starts sooner. */
  own(who: IdentityName): Job<SqliteSettings> {
    const { settings } = this;
    if (settings.kind !== "sqlite-per-tenant") throw new Error("it has no tenants");
    const client = clientOf(settings, "writer", keysOf(who));
    return { settings, objects: new ObjectStore(settings.bucket, client), say: () => undefined };
  }

  /** Runs a command of the bundle as an identity. */
  run(who: IdentityName, ...args: readonly string[]): Promise<JobEnd> {
    return this.runIn({}, who, ...args);
  }

  /** As `run`, with other environment variables, or below another program. */
  async runIn(
    {
      env = {},
      below = [],
    }: { readonly env?: Readonly<Record<string, string>>; readonly below?: readonly string[] },
    who: IdentityName,
    ...args: readonly string[]
  ): Promise<JobEnd> {
    const [file, ...rest] = [
      ...below,
      process.execPath,
      "--disable-warning=ExperimentalWarning",
      this.bundle,
    ];
    const { code, output } = await runProgram(file, [...rest, ...args, "--settings", this.#file], {
      ...keysOf(who),
      ...env,
    });
    return { code, said: output };
  }

  /** What its store tells Prometheus, asked in this process. */
  page(): Promise<string> {
    const { settings } = this;
    const client = clientOf(settings, "reader", keysOf("reader"));
    return exposition({
      settings,
      objects: new ObjectStore(settings.bucket, client),
      say: () => undefined,
    });
  }

  /** A value of what the store's metrics say, or undefined where there is no such series. */
  async metric(series: string): Promise<number | undefined> {
    const line = (await this.page()).split("\n").find((one) => one.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  }
}
