import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Duration } from "../../slo/duration";
import { freePort, startProgram, LabError, type RunningProgram } from "../process";
import { isHealthy } from "../prometheus-api";
import type { Toolchain } from "../toolchain";

/** A question that has no whole answer. */
export class PastError extends Error {
  override readonly name = "PastError";
}

const ranges = z.object({
  status: z.literal("success"),
  /** What only a part of the data says: a server that was asked for the rest did not give it. */
  warnings: z.array(z.string()).default([]),
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        values: z.array(z.tuple([z.number(), z.string()])),
      }),
    ),
  }),
});
const refusal = z.object({ status: z.literal("error"), error: z.string() });
const formatted = z.object({ data: z.string() });

/** Series of a range: milliseconds since the epoch and values as text. */
export type Series = z.infer<typeof ranges>["data"]["result"][number];

/** Times of a range in milliseconds since the epoch. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** What an engine is started with. */
export interface EngineOptions {
  readonly folder: string;
  readonly toolchain: Pick<Toolchain, "prometheus">;
  /** The server that has the history; absent where blocks hold all of it. */
  readonly remote?: string;
  /** Labels that the server adds to what it gives away, and that no sample has: they are taken off again. */
  readonly added: Readonly<Record<string, string>>;
  readonly lookback: Duration;
  readonly signal: AbortSignal;
}

/** A server has to say what it has of a day within this. */
const REMOTE_TIMEOUT = "2m";
const STARTS_WITHIN_MS = 60_000;
/** Bounds the memory of one question: some 16 bytes each. */
const MOST_SAMPLES = 20_000_000;

/**
 * A Prometheus of the toolchain that evaluates a past: it reads samples from a server, as they are stored, and has blocks
 * of its own with what is recorded anew. Nothing of it is scraped, compacted or deleted.
 */
export class PastEngine {
  private program: RunningProgram | undefined;
  private failed: string | undefined;
  address = "";

  private constructor(private readonly options: EngineOptions) {}

  static async start(options: EngineOptions): Promise<PastEngine> {
    const engine = new PastEngine(options);
    mkdirSync(engine.data, { recursive: true });
    await engine.run();
    return engine;
  }

  private get data(): string {
    return join(this.options.folder, "data");
  }

  /** Takes blocks in; each is linked, and stays where it is. */
  async add(folders: readonly string[]): Promise<void> {
    await this.stop();
    folders.forEach((folder) => {
      linkBlocks(folder, this.data);
    });
    await this.run();
  }

  private async run(): Promise<void> {
    const { folder, toolchain, remote, added, lookback, signal } = this.options;
    const config = join(folder, "prometheus.yml");
    const read = { url: `${remote ?? ""}/api/v1/read`, read_recent: true, remote_timeout: REMOTE_TIMEOUT };
    const past = remote === undefined ? {} : { global: { external_labels: added }, remote_read: [read] };
    writeFileSync(config, JSON.stringify(past));
    const port = await freePort(undefined, "");
    this.address = `http://127.0.0.1:${port}`;
    const args = [
      `--config.file=${config}`,
      `--storage.tsdb.path=${this.data}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--storage.tsdb.retention.time=100y",
      "--storage.tsdb.min-block-duration=2h",
      "--storage.tsdb.max-block-duration=2h",
      "--no-storage.tsdb.allow-overlapping-compaction",
      `--query.lookback-delta=${lookback}`,
      `--query.max-samples=${MOST_SAMPLES}`,
      `--query.timeout=10m`,
    ];
    this.program = startProgram("prometheus", toolchain.prometheus, args, join(folder, "log"), (said) => {
      this.failed = said;
    });
    for (const begun = Date.now(); !(await isHealthy(this.address, signal)); await sleep(50)) {
      signal.throwIfAborted();
      if (this.failed !== undefined || Date.now() - begun > STARTS_WITHIN_MS) {
        throw new LabError(this.failed ?? `Prometheus at [${this.address}] is not ready after a minute`);
      }
    }
  }

  async stop(): Promise<void> {
    await this.program?.stop();
    this.program = undefined;
  }

  /**
   * The values of an expression over a range; one that reads too much at once is asked for in halves.
   * @throws PastError where the answer is none, or lacks what the server of the history did not give
   */
  async range(expr: string, { from, to, step }: Range): Promise<readonly Series[]> {
    const asked = { query: expr, start: `${from / 1_000}`, end: `${to / 1_000}`, step: `${step / 1_000}` };
    const answer = await this.ask("query_range", asked);
    const refused = refusal.safeParse(answer).data;
    if (refused?.error.includes("too many samples") === true && to - from >= 2 * step) {
      const half = from + Math.floor((to - from) / step / 2) * step;
      return [
        ...(await this.range(expr, { from, to: half, step })),
        ...(await this.range(expr, { from: half + step, to, step })),
      ];
    }
    const parsed = ranges.safeParse(answer);
    if (refused !== undefined || !parsed.success) {
      throw new PastError(refused?.error ?? "the answer is none of Prometheus");
    }
    const { warnings, data } = parsed.data;
    if (warnings.length > 0) {
      throw new PastError(warnings.join("; "));
    }
    return data.result;
  }

  /** An expression as Prometheus writes it. */
  async formatted(expr: string): Promise<string> {
    return formatted.safeParse(await this.ask("format_query", { query: expr })).data?.data ?? expr;
  }

  private async ask(path: string, asked: Readonly<Record<string, string>>): Promise<unknown> {
    const { signal } = this.options;
    try {
      const response = await fetch(`${this.address}/api/v1/${path}`, {
        method: "POST",
        body: new URLSearchParams(asked),
        signal,
      });
      return await response.json();
    } catch (error) {
      signal.throwIfAborted();
      throw new PastError(this.failed ?? String(error));
    }
  }
}

/** What says that a folder is a block. */
const META = "meta.json";

/** The blocks of a folder as Prometheus keeps them. */
export function blocksIn(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => existsSync(join(folder, name, META)));
}

/** Puts the blocks of a folder into another one, by links where the disk is the same. */
function linkBlocks(folder: string, into: string): void {
  const link = (from: string, to: string): void => {
    mkdirSync(to, { recursive: true });
    for (const entry of readdirSync(from, { withFileTypes: true })) {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (entry.isDirectory()) {
        link(source, target);
      } else if (!existsSync(target)) {
        try {
          linkSync(source, target);
        } catch {
          copyFileSync(source, target);
        }
      }
    }
  };
  for (const block of blocksIn(folder)) link(join(folder, block), join(into, block));
}
